"""A web view without a way out: own server only, nothing kept on disk, consent answered.

Imported when the first picture is asked for, because QtWebEngine takes half a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtWebEngineCore import (
    QWebEnginePage,
    QWebEngineProfile,
    QWebEngineScript,
    QWebEngineUrlRequestInterceptor,
)
from PySide6.QtWebEngineWidgets import QWebEngineView

from coldpress_gui.logs import LOG
from coldpress_gui.theme import colours

if TYPE_CHECKING:
    from PySide6.QtWebEngineCore import QWebEngineUrlRequestInfo

_MOST = 200


class ClosedNetwork(QWebEngineUrlRequestInterceptor):
    """Lets requests to one host and port through and blocks all others, which it remembers."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__()
        self._host, self._port = host, port
        self.blocked: list[str] = []

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        url = info.requestUrl()
        local = url.scheme() in ("data", "blob") or (url.host() == self._host and url.port() == self._port)
        if local:
            return
        info.block(True)
        if len(self.blocked) < _MOST:
            self.blocked.append(url.toString())


class _QuietPage(QWebEnginePage):
    """A page whose messages go to the log, and which opens no windows and leaves its server for nowhere."""

    def __init__(self, profile: QWebEngineProfile, home: QUrl) -> None:
        super().__init__(profile)
        self._home = home
        self.setBackgroundColor(colours().colour("surface"))

    def javaScriptConsoleMessage(self, _level: object, message: str, line: int, source: str) -> None:
        LOG.info("netron: %s (%s:%d)", message, source, line)

    def acceptNavigationRequest(self, url: QUrl | str, _kind: object, _is_main: bool) -> bool:  # noqa: FBT001 - Qt's own
        target = QUrl(url)
        return target.scheme() in ("data", "blob") or target.authority() == self._home.authority()


def make_view(host: str, port: int) -> tuple[QWebEngineView, ClosedNetwork]:
    """Return a view that can reach only ``host:port`` and loads its page, and what guards it."""
    view = QWebEngineView()
    # Without a name a profile is off the record: no cache, no cookies on disk.
    profile = QWebEngineProfile(view)
    guard = ClosedNetwork(host, port)
    profile.setUrlRequestInterceptor(guard)
    home = QUrl(f"http://{host}:{port}")
    profile.scripts().insert(_consent())
    page = _QuietPage(profile, home)
    view.setPage(page)
    view.load(home)
    return view, guard


def _consent() -> QWebEngineScript:
    """Netron asks for consent to its statistics before it draws; they are blocked, so the answer changes nothing.

    A script sets the cookie before the page's own scripts look for it; the profile's cookie store would answer later.
    """
    script = QWebEngineScript()
    script.setName("consent")
    script.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentCreation)
    script.setWorldId(QWebEngineScript.ScriptWorldId.MainWorld)
    script.setSourceCode("document.cookie = 'consent=' + Date.now() + ';path=/';")
    return script
