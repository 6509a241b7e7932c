"""Languages: Qt's translators, ours and Qt's own, exchanged while the program runs."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator

from coldpress.sentences import LANGUAGES

if TYPE_CHECKING:
    from PySide6.QtCore import QCoreApplication

NAMES = {"en": "English", "zh_CN": "简体中文"}
"""Every language in its own words, so that a person who reads no other finds theirs."""


def system_language() -> str:
    """Return the language of ours that suits the system best."""
    return "zh_CN" if QLocale.system().language() is QLocale.Language.Chinese else "en"


class Languages:
    """The language in use, and its translators."""

    def __init__(self, app: QCoreApplication) -> None:
        self._app = app
        self._translators: list[QTranslator] = []
        self.current = "en"

    def use(self, wanted: str) -> None:
        """Speak ``wanted`` ("" or an unknown one: the system's); widgets get a LanguageChange event."""
        self.current = wanted if wanted in LANGUAGES else system_language()
        for translator in self._translators:
            self._app.removeTranslator(translator)
        self._translators = [*_load_ours(self.current), *_load_qt(self.current)]
        QLocale.setDefault(QLocale(self.current))
        for translator in self._translators:
            self._app.installTranslator(translator)


def _load_ours(language: str) -> list[QTranslator]:
    with as_file(files("coldpress_resources") / "translations" / f"coldpress_{language}.qm") as path:
        translator = QTranslator()
        return [translator] if translator.load(str(path)) else []


def _load_qt(language: str) -> list[QTranslator]:
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    loaded = []
    for catalogue in ("qtbase", "qtwebengine"):
        translator = QTranslator()
        if language != "en" and translator.load(f"{catalogue}_{language}", folder):
            loaded.append(translator)
    return loaded
