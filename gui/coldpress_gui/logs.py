"""The log file: Qt's messages and Python's, kept on this machine."""

from __future__ import annotations

import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_log_path
from PySide6.QtCore import QtMsgType, qInstallMessageHandler

if TYPE_CHECKING:
    from PySide6.QtCore import QMessageLogContext

LOG = logging.getLogger("coldpress.gui")

_QUOTED = re.compile(r"""(?P<quote>["'])(?:[A-Za-z]:|~)?[/\\][^"'\n]*?(?P<last>[^/\\"'\n]*)(?P=quote)""")
_BARE = re.compile(r"(?<![\w.…])(?:[A-Za-z]:|~)?[/\\](?:[^/\\\s\"'<>|:]+[/\\])+(?P<last>[^/\\\s\"'<>|:]*)")

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def log_path() -> Path:
    """Return where the log is."""
    return user_log_path("coldpress") / "coldpress.log"


def start(path: Path | None = None) -> None:
    """Send Qt's messages and ours to the log file (half a megabyte, two older ones kept)."""
    target = path or log_path()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(target, maxBytes=1 << 19, backupCount=2, encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
    qInstallMessageHandler(_from_qt)


def stop() -> None:
    """Close the log file and give Qt its own handler back."""
    qInstallMessageHandler(None)
    for handler in tuple(LOG.handlers):
        LOG.removeHandler(handler)
        handler.close()


def _from_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    LOG.log(_LEVELS.get(kind, logging.WARNING), "[%s] %s", context.category or "qt", message)


def without_private_paths(text: str) -> str:
    """Return ``text`` with the home folder and the folders of absolute paths left out, fit to be shared."""
    text = text.replace(str(Path.home()), "~")
    text = _QUOTED.sub(lambda found: f"{found['quote']}…/{found['last']}{found['quote']}", text)
    return _BARE.sub(lambda found: f"…/{found['last']}", text)
