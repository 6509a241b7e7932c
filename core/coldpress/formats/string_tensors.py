"""String tensors as V2 checkpoints store them: all lengths, a checksum of the lengths, all bytes.

``WriteStringTensor`` in ``tensorflow/core/util/tensor_bundle/tensor_bundle.cc``.
"""

from __future__ import annotations

import struct
from itertools import pairwise

import numpy as np

from coldpress.errors import InputError
from coldpress.formats.crc import crc32c, masked
from coldpress.formats.wire import WireError, read_varint

_UINT32_MAX = 0xFFFFFFFF


def read_strings(data: memoryview, count: int, *, swapped: bool, path: str, name: str) -> tuple[np.ndarray, int]:
    """Return ``count`` strings as a flat object array of bytes, and the checksum that the entry must have.

    Lengths count in the checksum as fixed 4-byte numbers (8 where they need it), in the writer's byte order. Raises
    ``InputError`` where the lengths do not add up to the data.
    """
    order = ">" if swapped else "<"
    lengths, position = _lengths(data, count, path=path, name=name)
    crc = 0
    for start in range(0, count, 4096):
        crc = crc32c(b"".join(_fixed(length, order) for length in lengths[start : start + 4096]), crc)
    stored = bytes(data[position : position + 4])
    position += 4
    if len(stored) < 4 or struct.unpack(order + "I", stored)[0] != masked(crc):
        raise InputError("formats.variable_checksum", path=path, variable=name)
    if sum(lengths) != len(data) - position:
        raise InputError("formats.variable_entry", path=path, variable=name)
    crc = crc32c(data[position:], crc32c(stored, crc))
    bounds = np.concatenate(([position], position + np.cumsum(lengths, dtype=np.int64))).tolist()
    values = np.empty(count, object)
    values[:] = [bytes(data[start:stop]) for start, stop in pairwise(bounds)]
    return values, crc


def _lengths(data: memoryview, count: int, *, path: str, name: str) -> tuple[list[int], int]:
    """Return the lengths and where they end; each takes a byte at least, so a count beyond the data is a lie."""
    if count > len(data):
        raise InputError("formats.variable_entry", path=path, variable=name)
    lengths, position = [], 0
    try:
        for _ in range(count):
            length, position = read_varint(data, position, len(data))
            lengths.append(length)
    except WireError as error:
        raise InputError("formats.variable_entry", path=path, variable=name) from error
    if any(length > len(data) for length in lengths):
        raise InputError("formats.variable_entry", path=path, variable=name)
    return lengths, position


def _fixed(length: int, order: str) -> bytes:
    return struct.pack(order + ("I" if length <= _UINT32_MAX else "Q"), length)
