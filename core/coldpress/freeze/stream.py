"""A GraphDef on its way to a file, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.files import whole_file
from coldpress.formats.protos import FunctionDefLibrary, GraphDef

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from coldpress.cancel import CancelToken
    from coldpress.formats.protos import FunctionDef, VersionDef
    from coldpress.freeze.pieces import Piece

Progress = Callable[[int, int], None]
"""Called with the bytes done and the bytes in all."""

_STEP = 4 << 20
"""Bytes between two reports of progress; a cancel is seen much sooner."""


@dataclass(frozen=True, slots=True)
class GraphStream:
    """The nodes in the order of the file, and what comes before and after them, serialized.

    The function library and the versions of a GraphDef follow its nodes (``tail_of``).
    """

    pieces: tuple[Piece, ...]
    tail: bytes
    head: bytes = b""

    @property
    def nbytes(self) -> int:
        """Size of the file."""
        return len(self.head) + sum(piece.nbytes for piece in self.pieces) + len(self.tail)

    @property
    def constants(self) -> int:
        """Number of constants."""
        return sum(piece.is_constant for piece in self.pieces)

    def write(self, target: Path, *, progress: Progress | None = None, cancel: CancelToken | None = None) -> int:
        """Write the file and return its size. Raises ``InputError``, ``OutputError``, ``Cancelled``."""
        total = self.nbytes
        reporter = _Reporter(total, progress, cancel)
        with whole_file(target, size=total) as file:
            file.write(self.head)
            for piece in self.pieces:
                for chunk in piece.chunks():
                    file.write(chunk)
                    reporter.advance(len(chunk))
            file.write(self.tail)
        reporter.finish()
        return total


def tail_of(functions: Sequence[FunctionDef], versions: VersionDef) -> bytes:
    """Return what follows the nodes of a GraphDef."""
    rest = GraphDef()
    if versions.ByteSize():
        rest.versions.CopyFrom(versions)
    if functions:
        rest.library.CopyFrom(FunctionDefLibrary(function=functions))
    return rest.SerializeToString(deterministic=True)


class _Reporter:
    """Counts bytes, asks for a cancel at every chunk, reports every few megabytes."""

    def __init__(self, total: int, progress: Progress | None, cancel: CancelToken | None) -> None:
        self._total = total
        self._progress = progress
        self._cancel = cancel
        self._done = 0
        self._reported = 0

    def advance(self, count: int) -> None:
        if self._cancel is not None:
            self._cancel.check()
        self._done += count
        if self._progress is not None and self._done - self._reported >= _STEP:
            self._reported = self._done
            self._progress(self._done, self._total)

    def finish(self) -> None:
        if self._progress is not None:
            self._progress(self._total, self._total)
