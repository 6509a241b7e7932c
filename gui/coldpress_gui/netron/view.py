"""The picture: Netron in a web view that can reach its own server and nothing else.

QtWebEngine is imported here, in functions, when the first picture is asked for.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from coldpress_gui.netron.process import NetronProcess
from coldpress_gui.theme import colours
from coldpress_gui.widgets.basics import Button, Label, row

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QShowEvent

    from coldpress_gui.netron.closed_web import ClosedWeb

_EXPIRES_DAYS = 180
"""Netron refuses to draw when its release is older (its issue 1164)."""
_WARN_DAYS = 150


def webengine_there() -> bool:
    """Tell whether QtWebEngine can be used here."""
    try:
        import PySide6.QtWebEngineWidgets  # noqa: F401
    except ImportError:
        return False
    return True


def release_age_days() -> int | None:
    """Return how old the installed Netron is, None where its page doesn't say."""
    import re
    from importlib.resources import files

    page = (files("netron") / "index.html").read_text(encoding="utf-8")
    found = re.search(r'name="date" content="(\d{4}-\d{2}-\d{2})', page)
    if found is None:
        return None
    built = datetime.strptime(found.group(1), "%Y-%m-%d").replace(tzinfo=UTC)
    return (datetime.now(UTC) - built).days


class NetronView(QWidget):
    """One model. The server starts when the view is first seen, and ends with ``close_down``."""

    drawn = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._model: Path | None = None
        self._process: NetronProcess | None = None
        self._address = ""
        self._wanted: tuple[str, ...] = ()
        self.web: ClosedWeb | None = None
        # Another theme is told to a widget many times over.
        self._theme_changed = QTimer(self, singleShot=True)
        self._theme_changed.timeout.connect(self._follow_theme)
        self.note = Label("muted")
        self.browser = Button("external", flat=True)
        self.browser.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(self._address)))
        self.browser.setEnabled(False)
        self._place = QStackedLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._place, 1)
        bar = row(self.note, 1, self.browser)
        bar.setContentsMargins(0, 4, 0, 4)
        layout.addLayout(bar)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the texts."""
        self.browser.setText(self.tr("Open in the browser"))
        self.setAccessibleName(self.tr("Picture of the model"))

    def show_model(self, model: Path | None) -> None:
        """Show another file; it is loaded when the view is seen."""
        if model != self._model:
            self.close_down()
            self._model = model
            if self.isVisible():
                self._begin()

    def select(self, names: tuple[str, ...]) -> None:
        """Select the node that has one of ``names``, or whose output has, and scroll to it; as soon as it is drawn."""
        self._wanted = names
        if self.web is not None:
            self.web.select(names)

    def close_down(self) -> None:
        """End the server and the page."""
        if self.web is not None:
            web, self.web = self.web, None
            self._place.removeWidget(web.view)
            web.close()
        if self._process is not None:
            process, self._process = self._process, None
            process.stop()
            process.deleteLater()
        self._address = ""
        self._wanted = ()
        self.browser.setEnabled(False)

    def blocked_requests(self) -> list[str]:
        """Return the addresses that the page asked for and was not given."""
        return [] if self.web is None else list(self.web.guard.blocked)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._model is not None and self._process is None:
            self._begin()

    def _begin(self) -> None:
        if self._model is None:
            return
        self.note.setText(self.tr("Drawing {name} …").format(name=self._model.name))
        self._process = NetronProcess(self)
        self._process.ready.connect(self._serve)
        self._process.failed.connect(self._failed)
        self._process.start(self._model)
        # Importing QtWebEngine, starting Chromium and loading take a turn of the event loop each.
        QTimer.singleShot(0, self, webengine_there)

    def _serve(self, host: str, port: int) -> None:
        self._address = f"http://{host}:{port}"
        self.browser.setEnabled(True)
        self.note.setText(self._age_words())
        if not webengine_there():
            self.note.setText(self.tr("QtWebEngine is not installed; the picture can be seen in the browser."))
            return
        from coldpress_gui.netron.closed_web import ClosedWeb

        self.web = ClosedWeb(host, port)
        self.web.view.loadFinished.connect(lambda _ok: self._loaded())
        self.web.view.setAccessibleName(self.tr("Picture of the model"))
        QTimer.singleShot(0, self, self._load)

    def _load(self) -> None:
        if self.web is not None:
            self._place.addWidget(self.web.view)
            self._place.setCurrentWidget(self.web.view)
            self.web.load()

    def _loaded(self) -> None:
        self._follow_theme()
        if self.web is not None:
            self.web.select(self._wanted)
        self.drawn.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and getattr(self, "web", None) is not None:
            self._theme_changed.start()

    def _follow_theme(self) -> None:
        if self.web is not None:
            self.web.set_dark(dark=colours().dark)

    def _failed(self, why: str) -> None:
        self.note.setText(self.tr("Netron could not be started: {why}").format(why=why))

    def _age_words(self) -> str:
        age = release_age_days()
        if age is None or age < _WARN_DAYS:
            return ""
        if age >= _EXPIRES_DAYS:
            return self.tr("This release of Netron has expired. Update it: pip install --upgrade netron")
        return self.tr("This release of Netron expires soon. Update it: pip install --upgrade netron")
