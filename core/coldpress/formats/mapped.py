"""Files mapped into memory: opened in no time, read where somebody looks, whatever their size."""

from __future__ import annotations

import mmap
import os
import stat
from pathlib import Path

from coldpress.errors import InputError


def map_file(path: str | os.PathLike[str]) -> memoryview:
    """Return the content of a file as a read-only view of its mapping; an empty file gives an empty view.

    The mapping lives as long as somebody holds the view or a slice of it. Raises ``InputError`` where the file is
    missing, is no regular file (a pipe would block, a device never ends), or may not be read.
    """
    try:
        return _map(Path(path))
    except FileNotFoundError as error:
        raise InputError("formats.missing", path=path) from error
    except NotADirectoryError as error:
        raise InputError("formats.missing", path=path) from error
    except PermissionError as error:
        raise InputError("formats.no_permission", path=path) from error
    except (OSError, ValueError) as error:
        raise InputError("formats.unreadable", path=path, reason=str(error)) from error


def _map(path: Path) -> memoryview:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise InputError("formats.is_folder", path=path)
    if not stat.S_ISREG(status.st_mode):
        raise InputError("formats.not_a_file", path=path)
    if status.st_size == 0:
        return memoryview(b"")
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
