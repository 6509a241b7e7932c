"""Under which key, and as which slice, a variable lies in a checkpoint."""

from __future__ import annotations

from typing import NamedTuple

from coldpress.formats.slices import Extent


class Slice(NamedTuple):
    """A part of a partitioned variable: ``shape`` elements from ``offset`` on, of a whole of ``full_shape``."""

    full_shape: tuple[int, ...]
    offset: tuple[int, ...]
    shape: tuple[int, ...]

    @property
    def extents(self) -> tuple[Extent, ...]:
        """Start and length along each dimension."""
        return tuple(Extent(start, size) for start, size in zip(self.offset, self.shape, strict=True))


class SavedAs(NamedTuple):
    """A checkpoint key, and the slice of it where the variable is a part of a partitioned one."""

    key: str
    slice: Slice | None = None


def parse_slice(text: str) -> Slice | None:
    """Read a shape-and-slice string as Saver writes it (``20 5 0,10:-``); empty or unreadable: no slice.

    ``-`` is a whole dimension, ``start,length`` a part (``checkpoint_utils``, ``ParseShapeAndSlice`` in TensorFlow).
    """
    *sizes, spec = text.split(" ")
    try:
        full = tuple(int(size) for size in sizes)
        extents = [_extent(part, size) for part, size in zip(spec.split(":"), full, strict=True)]
    except ValueError:
        return None
    if not full:
        return None
    return Slice(full, tuple(start for start, _ in extents), tuple(length for _, length in extents))


def _extent(text: str, size: int) -> tuple[int, int]:
    if text == "-":
        return 0, size
    start, length = text.split(",")
    return int(start), int(length)
