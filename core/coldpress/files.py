"""Whole or nothing: every output is written beside its target and moved into place at the end.

A run that is cancelled, killed or out of space leaves the target as it was: an old file stays whole, a new one never
shows half written. Each way in which the system refuses becomes an ``OutputError`` of its own.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from coldpress.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

_CODES = {
    "ENOSPC": "files.disk_full",
    "EDQUOT": "files.disk_full",
    "EACCES": "files.no_permission",
    "EPERM": "files.no_permission",
    "EROFS": "files.read_only_disk",
    "ENOENT": "files.no_folder",
    "ENOTDIR": "files.no_folder",
    "EISDIR": "files.is_folder",
    "ENAMETOOLONG": "files.name_too_long",
    "EFBIG": "files.too_large_for_disk",
    "EBUSY": "files.in_use",
    "ETXTBSY": "files.in_use",
}
"""By the names of ``errno``: not every system has every number."""

_WINDOWS_CODES = {32: "files.in_use", 33: "files.in_use", 39: "files.disk_full", 112: "files.disk_full"}
"""``ERROR_SHARING_VIOLATION``, ``ERROR_LOCK_VIOLATION``, ``ERROR_HANDLE_DISK_FULL``, ``ERROR_DISK_FULL``."""


_BUFFER = 256 * 1024


@contextmanager
def staged(target: Path, *, size: int = 0) -> Iterator[Path]:
    """Give a path beside ``target`` to write to; it becomes ``target`` when the block ends well, and goes otherwise.

    ``size``, where it is known, is compared with the free space before anything is written. What the system refuses
    inside the block, too, is raised as ``OutputError``, unless it names another file.
    """
    place = _place(target)
    temporary = _temporary(place)
    with _sentences(target, ours=temporary):
        _check_room(place, target, size)
        try:
            yield temporary
            _keep_mode(place, temporary)
            temporary.replace(place)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


@contextmanager
def whole_file(target: Path, *, size: int = 0) -> Iterator[IO[bytes]]:
    """Give a binary file that becomes ``target`` when the block ends well (see ``staged``)."""
    with staged(target, size=size) as temporary, temporary.open("xb", buffering=_BUFFER) as file:
        yield file


def write_bytes(target: Path, content: bytes) -> None:
    """Write a file, whole or not at all."""
    with staged(target, size=len(content)) as temporary:
        temporary.write_bytes(content)


def write_text(target: Path, content: str) -> None:
    r"""Write a UTF-8 text file with ``\n`` line ends, whole or not at all."""
    write_bytes(target, content.encode("utf-8"))


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file, whole or not at all."""
    with staged(target, size=source.stat().st_size) as temporary:
        shutil.copyfile(source, temporary)


def check_target(target: Path) -> None:
    """Find out before long work whether ``target`` can be written; raise ``OutputError`` where it cannot."""
    place = _place(target)
    temporary = _temporary(place)
    with _sentences(target, ours=temporary):
        temporary.touch()
        temporary.unlink()


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, where they are missing; raise ``OutputError``."""
    with _sentences(folder, ours=folder):
        folder.mkdir(parents=True, exist_ok=True)


def set_aside(path: Path) -> Path:
    """Rename a file that must not be lost (``recipe.toml`` to ``recipe.toml.old-1``); return its new path."""
    number = 1
    while (aside := path.with_name(f"{path.name}.old-{number}")).exists():
        number += 1
    with _sentences(path, ours=path):
        path.rename(aside)
    return aside


def _temporary(place: Path) -> Path:
    return place.with_name(f".coldpress-{secrets.token_hex(6)}.part")


def _place(target: Path) -> Path:
    """Return where the file really goes: links are followed, so that a link stays one. Refuse what may not be written.

    Moving a file into place asks nobody whether the old one was write-protected, so that is looked at here.
    """
    place = Path(os.path.realpath(target))  # Path.resolve fails on a circle of links
    with _sentences(target, ours=place):
        try:
            mode = place.stat().st_mode
        except FileNotFoundError:
            return place
    if stat.S_ISDIR(mode):
        raise OutputError("files.is_folder", path=target)
    if not stat.S_ISREG(mode):
        raise OutputError("files.not_a_file", path=target)
    if not os.access(place, os.W_OK):
        raise OutputError("files.write_protected", path=target)
    return place


def _check_room(place: Path, target: Path, size: int) -> None:
    """Refuse before the work what the disk cannot hold."""
    if size and (free := shutil.disk_usage(place.parent).free) < size:
        raise OutputError("files.no_room", path=target, needed=size, free=free)


def _keep_mode(place: Path, temporary: Path) -> None:
    """Give the new file the permissions of the one it replaces."""
    with suppress(OSError):
        temporary.chmod(stat.S_IMODE(place.stat().st_mode))


@contextmanager
def _sentences(target: Path, *, ours: Path) -> Iterator[None]:
    """Turn what the system refuses into an ``OutputError`` about ``target``, unless it speaks of another file."""
    try:
        yield
    except OSError as error:
        names = {error.filename, getattr(error, "filename2", None)} - {None}
        if names and not names & {str(ours), str(ours.parent), str(target)}:
            raise
        raise _output_error(error, target) from error


def _output_error(error: OSError, target: Path) -> OutputError:
    name = errno.errorcode.get(error.errno or 0, "")
    code = _WINDOWS_CODES.get(getattr(error, "winerror", None) or 0) or _CODES.get(name, "files.failed")
    return OutputError(code, path=target, folder=str(target.absolute().parent), reason=error.strerror or str(error))
