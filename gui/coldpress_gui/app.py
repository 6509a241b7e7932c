"""The program with a window: one QApplication, as many windows as a person wants."""

from __future__ import annotations

import os
import sys
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from coldpress_gui import logs, theme
from coldpress_gui.error_dialog import ErrorReporter
from coldpress_gui.garbage import GarbageCollector
from coldpress_gui.i18n import Languages
from coldpress_gui.icons import icon
from coldpress_gui.settings import SettingsStore
from coldpress_gui.theme import Theme
from coldpress_gui.widgets.plots import PYQTGRAPH
from coldpress_gui.window import Window

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_IMPORT_REST_MS = 15
_SWITCH_SECONDS = 0.0002


class App(QApplication):
    """Settings, languages, theme, windows."""

    def __init__(
        self, argv: Sequence[str], *, settings: SettingsStore | None = None, language: str | None = None
    ) -> None:
        # QtWebEngine wants this before the first QApplication, although it is imported late.
        QApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
        super().__init__(list(argv))
        self.setApplicationName("coldpress")
        self.setApplicationDisplayName("Coldpress")
        self.setDesktopFileName("coldpress")
        self.settings = settings or SettingsStore()
        self.reporter = ErrorReporter(self)
        self.languages = Languages(self)
        self.languages.use(language or self.settings.value.language)
        self.windows: list[Window] = []
        theme.prepare(self)
        theme.choose_fonts(self, self.languages.current)
        theme.apply(self, self._theme())
        self.setWindowIcon(QIcon(icon("coldpress", theme.colours().accent)))
        self.styleHints().colorSchemeChanged.connect(self._scheme_changed)
        self.garbage = GarbageCollector(lambda: any(window.session.tasks.running for window in self.windows), self)
        self._imports = QTimer(self, interval=_IMPORT_REST_MS)
        self._imports.timeout.connect(self._import_more)

    def new_window(self, path: str = "") -> Window:
        """Open one more window, on ``path`` where one is given."""
        window = Window(self)
        self.windows.append(window)
        window.destroyed.connect(lambda: self.windows.remove(window))
        window.show()
        # Show first, read afterwards: pages and the engine's modules are imported while the window is already there.
        QTimer.singleShot(0, window, lambda: self._begin(window, path))
        return window

    def set_language(self, language: str) -> None:
        """Speak another language from now on."""
        self.settings.change(language=language)
        self.languages.use(language)
        theme.choose_fonts(self, self.languages.current)
        theme.apply(self, self._theme())

    def set_theme(self, name: str) -> None:
        """Look otherwise from now on."""
        self.settings.change(theme=name)
        theme.apply(self, self._theme())

    def sample_recipe(self) -> Path:
        """Return the recipe of the sample model, which lies beside it."""
        with as_file(files("coldpress_resources") / "sample") as path:
            return path / "digits.toml"

    def _begin(self, window: Window, path: str) -> None:
        # The pages first: imported at the same time, the engine would hold up the window.
        window.pages.completed.connect(lambda: self._get_engine_ready(window))
        window.wizard.prepare_pages()
        if path:
            window.open(path)

    def _get_engine_ready(self, window: Window) -> None:
        ready = window.session.tasks.run(window.session.engine.get_ready, alone=True)
        ready.finished.connect(self._imports.start)

    def _import_more(self) -> None:
        if not PYQTGRAPH.turn():
            self._imports.stop()

    def _theme(self) -> Theme:
        name = self.settings.value.theme
        return Theme(name) if name in set(map(str, Theme)) else Theme.SYSTEM

    def _scheme_changed(self) -> None:
        # Applying a theme states its scheme, which is said here too.
        if self._theme() is Theme.SYSTEM and theme.colours() != theme.colours_for(Theme.SYSTEM, self):
            theme.apply(self, Theme.SYSTEM)


def put_window_first() -> None:
    """Let the interpreter hold up the window as little as possible while background threads compute."""
    # Python hands the interpreter to another thread every 5 ms by default.
    sys.setswitchinterval(_SWITCH_SECONDS)


def main(argv: Sequence[str] | None = None, *, language: str | None = None) -> int:
    """Open the wizard and return the exit status when the last window is closed."""
    paths = list(sys.argv[1:] if argv is None else argv)
    logs.start()
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # Chromium refuses its sandbox to root (containers, CI); an ordinary user keeps it.
        os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--no-sandbox")
    put_window_first()
    app = App(["coldpress"], language=language)
    app.reporter.install()
    app.garbage.start()
    for path in paths or [""]:
        app.new_window(path)
    try:
        return app.exec()
    finally:
        app.garbage.stop()
        app.reporter.uninstall()
        logs.stop()
