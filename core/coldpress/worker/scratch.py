"""Private folders for the arrays of jobs, and the ones that dead programs left behind.

A program that was killed cannot clean up. Its folder carries its process number; a later program removes it once
nobody of that number lives and a day has passed (the folder may belong to another container, with numbers of its own).
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"coldpress-(\d+)-\w+")
_DAY: Final = 24 * 3600


def private_folder() -> tempfile.TemporaryDirectory[str]:
    """Return a new folder that only this user can read, removed by its ``cleanup``."""
    with contextlib.suppress(OSError):
        sweep(Path(tempfile.gettempdir()))
    return tempfile.TemporaryDirectory(prefix=f"coldpress-{os.getpid()}-", ignore_cleanup_errors=True)


def sweep(parent: Path, *, age: float = _DAY) -> None:
    """Remove the folders in ``parent`` whose programs are dead, if nothing touched them for ``age`` seconds."""
    if sys.platform == "win32":
        # A process number cannot be asked for there; the system cleans its folder of temporary files itself.
        return
    for entry in parent.iterdir():
        match = _NAME.fullmatch(entry.name)
        if match is None or entry.is_symlink():
            continue
        with contextlib.suppress(OSError):
            state = entry.stat()
            old = time.time() - state.st_mtime > age
            if old and state.st_uid == os.getuid() and not _alive(int(match.group(1))):
                shutil.rmtree(entry, ignore_errors=True)


def _alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # Somebody else's.
        return True
    return True


def leave(parent: int, *, patience: float = 2.0) -> None:
    """Remove the working directory of a child whose parent, once process ``parent``, is gone and cannot do it.

    A process that dies closes its pipes a moment before it is gone, hence ``patience``, in seconds.
    """
    if sys.platform == "win32" or not _NAME.fullmatch(Path.cwd().name):
        return
    deadline = time.monotonic() + patience
    while os.getppid() == parent and time.monotonic() < deadline:
        time.sleep(0.01)
    if os.getppid() != parent:
        shutil.rmtree(Path.cwd(), ignore_errors=True)
