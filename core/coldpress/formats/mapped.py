"""Files mapped into memory: opened in no time, read where somebody looks, whatever their size."""

from __future__ import annotations

import mmap
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from coldpress.errors import InputError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

_NEIGHBOURS = 1 << 20
"""Bytes before a page that the system may map together with it (Linux: ``fault_around_bytes``, large folios)."""

_PIECE = 1 << 20


def map_file(path: str | os.PathLike[str]) -> memoryview:
    """Return the content of a file as a read-only view of its mapping; an empty file gives an empty view.

    The mapping lives as long as somebody holds the view or a slice of it. Raises ``InputError`` where the file is
    missing, is no regular file (a pipe would block, a device never ends), or may not be read.
    """
    with reading(path):
        return _map(Path(path))


@contextmanager
def reading(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn what the system says about a file into an ``InputError`` that names it."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError("formats.missing", path=path) from error
    except IsADirectoryError as error:
        raise InputError("formats.is_folder", path=path) from error
    except PermissionError as error:
        raise InputError("formats.no_permission", path=path) from error
    except OSError as error:
        raise InputError("formats.unreadable", path=path, reason=str(error)) from error


def _map(path: Path) -> memoryview:
    try:
        status = path.stat()
    except ValueError as error:  # a name that no file can have: a null byte, a character that cannot be written
        raise InputError("formats.missing", path=path) from error
    if stat.S_ISDIR(status.st_mode):
        raise InputError("formats.is_folder", path=path)
    if not stat.S_ISREG(status.st_mode):
        raise InputError("formats.not_a_file", path=path)
    if status.st_size == 0:
        return memoryview(b"")
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def read_pieces(path: str | os.PathLike[str], start: int, size: int) -> Iterator[bytes]:
    """Yield ``size`` bytes of a file from ``start`` on, a megabyte at a time, read and not mapped.

    For what is read once from end to end: that costs less than page faults, leaves no pages behind, and a file that is
    cut short meanwhile is an ``InputError``, not the end of the program.
    """
    with reading(path), Path(path).open("rb", buffering=0) as file:
        file.seek(start)
        while size:
            content = file.read(min(_PIECE, size))
            if not content:
                raise InputError("formats.changed", path=path)
            size -= len(content)
            yield content


def check_whole(view: memoryview, path: str | os.PathLike[str]) -> None:
    """Raise ``InputError`` where the file behind a view was cut short since it was mapped.

    The system ends a program that touches a page behind the end of a file, and no handler of ours could save it.
    """
    mapping = view.obj
    if isinstance(mapping, mmap.mmap) and mapping.size() < len(mapping):
        raise InputError("formats.changed", path=path)


def forget(view: memoryview) -> None:
    """Give back the memory that the pages of a mapped view take; they are read again when somebody looks again.

    Without this, streaming through a file would in time hold all of it. Does nothing for a view of something else, or
    where the system cannot do it (Windows, which trims by itself).
    """
    mapping = view.obj
    if not isinstance(mapping, mmap.mmap) or not hasattr(mapping, "madvise") or not view.nbytes:
        return
    start = offset_in_file(view)
    page = max(0, start - _NEIGHBOURS) // mmap.PAGESIZE * mmap.PAGESIZE
    mapping.madvise(mmap.MADV_DONTNEED, page, start + view.nbytes - page)


def offset_in_file(view: memoryview) -> int:
    """Return where in its file a mapped view begins; 0 for a view of something else."""
    if not isinstance(view.obj, mmap.mmap) or not view.nbytes:
        return 0
    return _address(view) - _address(memoryview(view.obj))


def _address(view: memoryview) -> int:
    return int(np.frombuffer(view, np.uint8, 1).ctypes.data)
