"""TFRecord framing: length, masked checksum of the length, data, masked checksum of the data.

``tensorflow/core/lib/io/record_writer.h``; event files are written this way.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from coldpress.formats.crc import crc32c, masked

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = struct.Struct("<QI")
_FOOTER = struct.Struct("<I")


class Record(NamedTuple):
    """One record; ``data`` is a view of the file, its checksum not yet looked at."""

    data: memoryview
    offset: int
    crc: int

    @property
    def is_sound(self) -> bool:
        """Whether the data has the checksum that the file gives."""
        return masked(crc32c(self.data)) == self.crc


def is_tfrecord(data: memoryview) -> bool:
    """Tell whether a file starts with a record: its length has the right checksum (one chance in 4 billion)."""
    if len(data) < _HEADER.size:
        return False
    crc: int = _HEADER.unpack_from(data)[1]
    return masked(crc32c(bytes(data[:8]))) == crc


def records(data: memoryview) -> Iterator[Record | None]:
    """Yield every record; a last None says that the rest of the file is cut short or damaged."""
    position = 0
    while position < len(data):
        record = _record_at(data, position)
        yield record
        if record is None:
            return
        position += _HEADER.size + len(record.data) + _FOOTER.size


def _record_at(data: memoryview, position: int) -> Record | None:
    if position + _HEADER.size > len(data):
        return None
    head = bytes(data[position : position + _HEADER.size])
    length, crc = _HEADER.unpack(head)
    start = position + _HEADER.size
    if length > len(data) - start - _FOOTER.size or masked(crc32c(head[:8])) != crc:
        return None
    return Record(data[start : start + length], position, _FOOTER.unpack_from(data, start + length)[0])
