"""Slices of partitioned variables: where each lies in the whole, and under which key a checkpoint stores it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldpress.formats.protos import TensorSliceProto

FULL = -1
"""Length of an extent that covers its whole dimension."""

_HEADERS = (
    b"\0\0", b"\x80\0", b"\xc0\0", b"\xe0\0", b"\xf0\0", b"\xf8\0", b"\xfc\0", b"\xfe\0", b"\xff\0", b"\xff\x80",
    b"\xff\xc0",
)  # fmt: skip


class Extent(NamedTuple):
    """Start and length along one dimension; ``FULL`` as length is all of it."""

    start: int
    length: int


def extents_of(proto: TensorSliceProto) -> tuple[Extent, ...]:
    """Return the extents of a slice as stored; a missing length means the full dimension."""
    return tuple(Extent(e.start, e.length if e.HasField("length") else FULL) for e in proto.extent)


def resolved(extents: Sequence[Extent], shape: Sequence[int]) -> tuple[Extent, ...]:
    """Return extents with real lengths; raise ``ValueError`` where they do not fit the shape."""
    if len(extents) != len(shape):
        msg = "rank differs"
        raise ValueError(msg)
    result = tuple(Extent(0, size) if e.length == FULL else e for e, size in zip(extents, shape, strict=True))
    if any(e.start < 0 or e.length < 0 or e.start + e.length > size for e, size in zip(result, shape, strict=True)):
        msg = "slice outside the shape"
        raise ValueError(msg)
    return result


def covers(slices: Sequence[Sequence[Extent]], shape: Sequence[int]) -> bool:
    """Tell whether resolved slices make up the whole, each element once."""
    if sum(math.prod(e.length for e in extents) for extents in slices) != math.prod(shape):
        return False
    if len(slices) < 2 or not math.prod(shape):
        return True
    starts = np.array([[e.start for e in extents] for extents in slices])
    stops = starts + np.array([[e.length for e in extents] for extents in slices])
    return not any(
        bool(((starts[i] < stops[i + 1 :]) & (starts[i + 1 :] < stops[i])).all(axis=1).any())
        for i in range(len(starts))
    )


def slice_key(name: str, extents: Sequence[Extent]) -> bytes:
    """Return the key of a slice in a checkpoint (``EncodeTensorNameSlice``, ``saved_tensor_slice_util.cc``)."""
    parts = [_unsigned(0), _string(name.encode()), _unsigned(len(extents))]
    for extent in extents:
        parts += (_signed(extent.start), _signed(extent.length))
    return b"".join(parts)


def _unsigned(value: int) -> bytes:
    """Write a number so that bytes sort as numbers do (``OrderedCode::WriteNumIncreasing``)."""
    content = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return bytes([len(content)]) + content


def _string(value: bytes) -> bytes:
    """Write a string (``OrderedCode::WriteString``); 0xff, which would be escaped too, is in no UTF-8."""
    return value.replace(b"\0", b"\0\xff") + b"\0\1"


def _signed(value: int) -> bytes:
    """Write a signed number (``OrderedCode::WriteSignedNumIncreasing``): the header says sign and length."""
    positive = ~value if value < 0 else value
    length = 1
    while length < 10 and positive >= 1 << (7 * length - 1):
        length += 1
    content = bytearray(value.to_bytes(10, "big", signed=True)[10 - length :])
    content[0] ^= _HEADERS[length][0]
    if length > 1:
        content[1] ^= _HEADERS[length][1]
    return bytes(content)
