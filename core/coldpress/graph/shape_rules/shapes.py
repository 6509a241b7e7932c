"""Arithmetic of shapes that are known in part."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from coldpress.formats.protos import TensorShapeProto

Dim = int | None
Shape = tuple[Dim, ...] | None
"""Sizes of the dimensions, None for an unknown one; None instead of the tuple where not even the rank is known."""

MOST_DIMS = 254
"""TensorFlow's own limit of a tensor's rank (``TensorShape::MaxDimensions``)."""


def from_proto(proto: TensorShapeProto) -> Shape:
    """Return the shape that a TensorShapeProto states."""
    if proto.unknown_rank or len(proto.dim) > MOST_DIMS:
        return None
    return tuple(dim.size if dim.size >= 0 else None for dim in proto.dim)


def merged(known: Shape, other: Shape) -> Shape:
    """Return ``known`` with its gaps filled from ``other``; where they contradict each other, ``known`` stands."""
    if known is None:
        return other
    if other is None or len(other) != len(known):
        return known
    return tuple(a if a is not None else b for a, b in zip(known, other, strict=True))


def common(shapes: Iterable[Shape]) -> Shape:
    """Return what all shapes agree upon (the output of a ``Merge`` may have any of them)."""
    result: Shape = None
    for number, shape in enumerate(shapes):
        if shape is None:
            return None
        if number == 0:
            result = shape
        elif result is None or len(result) != len(shape):
            return None
        else:
            result = tuple(a if a == b else None for a, b in zip(result, shape, strict=True))
    return result


def broadcast(shapes: Sequence[Shape]) -> Shape:
    """Return the shape that numpy's broadcasting gives."""
    if not shapes or any(shape is None for shape in shapes):
        return None
    known = [shape for shape in shapes if shape is not None]
    rank = max(len(shape) for shape in known)
    padded = [(1,) * (rank - len(shape)) + shape for shape in known]
    return tuple(_broadcast_dim(dims) for dims in zip(*padded, strict=True))


def _broadcast_dim(dims: Sequence[Dim]) -> Dim:
    sizes = [dim for dim in dims if dim != 1]
    if not sizes:
        return 1
    known = [dim for dim in sizes if dim is not None]
    # An unknown size beside a known one other than 1 must be 1 or that size.
    return known[0] if known else None


def count(shape: Shape) -> int | None:
    """Return the number of elements, if it is known."""
    if shape is None or any(dim is None for dim in shape):
        return None
    return math.prod(dim for dim in shape if dim is not None)


def unknown(rank: int) -> Shape:
    """Return a shape of which just the rank is known."""
    return (None,) * rank if 0 <= rank <= MOST_DIMS else None


def axis_of(axis: Dim, rank: int) -> int | None:
    """Return an axis counted from the front; None where it is unknown or out of range."""
    if axis is None or not -rank <= axis < rank:
        return None
    return axis % rank if rank else 0


def replaced(shape: Shape, axis: int, dim: Dim) -> Shape:
    """Return ``shape`` with one dimension changed."""
    if shape is None or not 0 <= axis < len(shape):
        return None
    return (*shape[:axis], dim, *shape[axis + 1 :])
