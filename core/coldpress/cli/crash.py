"""A log of a fault of our own, for the person to send if they wish. Nothing is sent by itself."""

from __future__ import annotations

import datetime as dt
import platform
import traceback
from pathlib import Path

from coldpress import __version__


def log_folder() -> Path:
    """Return where Coldpress keeps its logs on this system."""
    from platformdirs import user_log_path

    return user_log_path("coldpress", appauthor=False)


def write_crash_log(error: BaseException) -> Path:
    """Write the traceback of ``error`` to a file of its own and return its path."""
    now = dt.datetime.now(tz=dt.UTC)
    folder = log_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        import tempfile

        folder = Path(tempfile.gettempdir())
    path = folder / f"crash-{now:%Y%m%d-%H%M%S-%f}.log"
    header = (
        f"coldpress {__version__}, Python {platform.python_version()}, {platform.platform()}, {now.isoformat()}\n\n"
    )
    path.write_text(header + "".join(traceback.format_exception(error)), encoding="utf-8")
    return path
