"""Masked CRC32C, the checksum of TFRecords, SSTables and checkpoints.

TensorFlow stores checksums masked, because a checksum over bytes that hold checksums is a weak one
(``tensorflow/core/lib/hash/crc32c.h``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import google_crc32c

from coldpress.formats.mapped import forget

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = 1 << 20


def masked(crc: int) -> int:
    """Return a checksum in the form in which files hold it."""
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def crc32c(data: memoryview | bytes, crc: int = 0) -> int:
    """Return the CRC32C of ``data``, following on from ``crc``."""
    if isinstance(data, bytes):
        return int(google_crc32c.extend(crc, data))
    for piece in pieces(data):
        # The C extension takes bytes only.
        crc = google_crc32c.extend(crc, bytes(piece))
        if len(data) > _PIECE:
            forget(piece)
    return crc


def pieces(data: memoryview, size: int = _PIECE) -> Iterator[memoryview]:
    """Yield ``data`` in pieces of at most ``size`` bytes."""
    for start in range(0, len(data), size):
        yield data[start : start + size]
