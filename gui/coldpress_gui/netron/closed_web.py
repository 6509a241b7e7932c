"""A web view without a way out: own server only, nothing kept on disk, consent answered.

Imported when the first picture is asked for, because QtWebEngine takes half a second.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QUrl
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
_THEME = """
for (const sheet of document.styleSheets) {
  for (const rule of sheet.cssRules) {
    if (rule instanceof CSSMediaRule) {
      rule.asked = rule.asked || rule.media.mediaText;
      if (rule.asked.includes('prefers-color-scheme')) {
        rule.media.mediaText = rule.asked.includes('dark') === DARK ? 'all' : 'not all';
      }
    }
  }
}
"""
"""Turns the style sheets' own question for the colour scheme into our answer."""
_SELECT = """
(function (names) {
  window.wanted = names;
  const plain = (text) => String(text).split('\\n')[0].replace(/:0$/, '');
  const results = (output) => Array.isArray(output.value) ? output.value.map((one) => one.name) : [];
  const called = (value) => [value.name, ...(value.outputs || []).flatMap(results)];
  const named = (value) => value && called(value).some((name) => names.includes(plain(name)));
  const look = (turns) => {
    const target = window.__view__ && window.__view__.target;
    const entries = target ? [...target.nodes.values()].map((entry) => entry.label.value) : [];
    const found = entries.find(named);
    if (found) {
      target.scrollTo(target.select([found]));
    } else if (turns > 0 && window.wanted === names && entries.length === 0) {
      window.setTimeout(() => look(turns - 1), 200);
    }
  };
  if (names.length > 0) { look(150); }
})(NAMES);
"""
"""Uses Netron's own view: ``target`` is the graph that it shows (seen in 9.1 to 9.3)."""


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


class ClosedWeb:
    """A view on ``host:port``, with what guards it. ``close`` ends all in the order that Qt asks for."""

    def __init__(self, host: str, port: int) -> None:
        self._home = QUrl(f"http://{host}:{port}")
        self.guard = ClosedNetwork(host, port)
        # Without a name a profile is off the record: no cache, no cookies on disk.
        self._profile = QWebEngineProfile(QCoreApplication.instance())
        self._profile.setUrlRequestInterceptor(self.guard)
        self._profile.scripts().insert(_consent())
        self.view = QWebEngineView()
        # The view does not own a page that it is given.
        self.page = _QuietPage(self._profile, self._home)
        self.view.setPage(self.page)

    def load(self) -> None:
        """Ask for the page."""
        self.view.load(self._home)

    def set_dark(self, *, dark: bool) -> None:
        """Let Netron follow the program's theme, which Chromium does not know of on every platform."""
        colour = colours().colour("surface")
        self.page.setBackgroundColor(colour)
        self.page.runJavaScript(_THEME.replace("DARK", json.dumps(dark)))

    def select(self, names: tuple[str, ...]) -> None:
        """Select the node that has one of ``names``, or whose output has; waits for Netron to draw."""
        self.page.runJavaScript(_SELECT.replace("NAMES", json.dumps(names)))

    def close(self) -> None:
        """End the view and its page, the profile after them."""
        self.page.destroyed.connect(self._profile.deleteLater)
        self.view.close()
        self.view.deleteLater()
        self.page.deleteLater()


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
