"""Puts the slices of a partitioned variable together, all at once or a few rows at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coldpress.formats.slices import Extent

_BLOCK = 4 << 20
"""Bytes of a block of rows."""


class Part(NamedTuple):
    """The values of one slice, and where they go."""

    extents: tuple[Extent, ...]
    values: np.ndarray


def assemble(parts: Sequence[Part], dtype: np.dtype[Any], shape: tuple[int, ...]) -> np.ndarray:
    """Return the whole of a variable."""
    whole = np.empty(shape, dtype)
    for part in parts:
        whole[tuple(slice(e.start, e.start + e.length) for e in part.extents)] = part.values
    return whole


def row_blocks(parts: Sequence[Part], dtype: np.dtype[Any], shape: tuple[int, ...]) -> Iterator[memoryview]:
    """Yield the whole of a variable in row-major order, without holding more than a few rows of it."""
    if not shape:
        yield from (_bytes(part.values) for part in parts)
        return
    row_bytes = int(np.prod(shape[1:], dtype=np.int64)) * dtype.itemsize
    step = max(1, _BLOCK // max(1, row_bytes))
    for start in range(0, shape[0], step):
        stop = min(start + step, shape[0])
        block = np.empty((stop - start, *shape[1:]), dtype)
        for part in parts:
            _copy_rows(part, block, start, stop)
        yield _bytes(block)


def _copy_rows(part: Part, block: np.ndarray, start: int, stop: int) -> None:
    """Copy what a part has of the rows ``start`` to ``stop`` into the block that holds them."""
    rows = part.extents[0]
    first, last = max(start, rows.start), min(stop, rows.start + rows.length)
    if first < last:
        where = (slice(first - start, last - start), *(slice(e.start, e.start + e.length) for e in part.extents[1:]))
        block[where] = part.values[first - rows.start : last - rows.start]


def _bytes(values: np.ndarray) -> memoryview:
    return np.ascontiguousarray(values).reshape(-1).view(np.uint8).data
