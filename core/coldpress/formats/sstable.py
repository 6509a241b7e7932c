"""LevelDB's table format: sorted keys and values in blocks, as TensorFlow writes checkpoints' indexes.

https://github.com/google/leveldb/blob/main/doc/table_format.md; TensorFlow's copy is ``core/lib/io/table*``.
Every offset and length is checked against the file before it is used, every block against its checksum.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

import cramjam

from coldpress.errors import InputError
from coldpress.formats.crc import crc32c, masked
from coldpress.formats.wire import WireError, read_varint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

MAGIC = (0xDB4775248B80FB57).to_bytes(8, "little")

_FOOTER = 48
_TRAILER = 5
"""After each block: one byte of compression type, four of checksum."""
_RAW, _SNAPPY = 0, 1
_UINT32 = struct.Struct("<I")
_MOST_KEYS = 64 << 20
"""Bytes of keys in one block, written out; names that share long prefixes grow, but not without end."""
_MOST_EXPANSION = 64
"""Snappy's best case turns 3 bytes into 64; a block that claims to grow more lies about its size."""


class _Handle(NamedTuple):
    """Where a block lies: offset and size without its trailer."""

    offset: int
    size: int


class SSTable:
    """An open table over a view of its file. Opening reads the index block only."""

    def __init__(self, data: memoryview, path: str | PathLike[str]) -> None:
        """Raise ``InputError`` where this is no table or its index is damaged."""
        self.path = str(path)
        self._data = data
        if data[-8:] != MAGIC or len(data) < _FOOTER:
            raise InputError("formats.not_a_table", path=path)
        footer = data[-_FOOTER:-8]
        with _reading(self.path):
            _, _, position = _read_handle(footer, 0)
            offset, size, _ = _read_handle(footer, position)
        index = list(self._entries(_Handle(offset, size)))
        with _reading(self.path):
            self._last_keys = [key for key, _ in index]
            self._handles = [_Handle(*_read_handle(value, 0)[:2]) for _, value in index]

    def __iter__(self) -> Iterator[tuple[bytes, memoryview]]:
        """Yield every key with its value, in order."""
        for handle in self._handles:
            yield from self._entries(handle)

    def get(self, key: bytes) -> memoryview | None:
        """Return the value of a key, None where the table lacks it; only one block is read."""
        block = bisect_left(self._last_keys, key)
        if block == len(self._handles):
            return None
        return next((value for found, value in self._entries(self._handles[block]) if found == key), None)

    def _entries(self, handle: _Handle) -> Iterator[tuple[bytes, memoryview]]:
        """Yield keys and values of a block; keys are stored without what they share with the key before."""
        block = self._block(handle)
        key = b""
        position = expanded = 0
        with _reading(self.path):
            end = _end_of_entries(block)
            while position < end:
                shared, position = read_varint(block, position, end)
                unshared, position = read_varint(block, position, end)
                length, position = read_varint(block, position, end)
                if shared > len(key) or unshared + length > end - position:
                    raise WireError(position)
                expanded += shared + unshared
                if expanded > max(_MOST_KEYS, len(block) * _MOST_EXPANSION):
                    raise WireError(position)
                key = key[:shared] + bytes(block[position : position + unshared])
                position += unshared
                yield key, block[position : position + length]
                position += length

    def _block(self, handle: _Handle) -> memoryview:
        start, stop = handle.offset, handle.offset + handle.size
        if stop + _TRAILER > len(self._data) - _FOOTER:
            raise InputError("formats.table_block_outside", path=self.path, offset=start)
        kind = self._data[stop]
        (stored,) = _UINT32.unpack_from(self._data, stop + 1)
        if masked(crc32c(self._data[start : stop + 1])) != stored:
            raise InputError("formats.table_checksum", path=self.path, offset=start)
        if kind == _RAW:
            return self._data[start:stop]
        if kind == _SNAPPY:
            return self._unpacked(self._data[start:stop])
        raise InputError("formats.table_compression", path=self.path, kind=kind)

    def _unpacked(self, data: memoryview) -> memoryview:
        try:
            with _reading(self.path):
                size, _ = read_varint(data, 0, len(data))
            if size > len(data) * _MOST_EXPANSION:
                raise InputError("formats.table_damaged", path=self.path, offset=0)
            return memoryview(bytes(cramjam.snappy.decompress_raw(data)))
        except cramjam.DecompressionError as error:
            raise InputError("formats.table_damaged", path=self.path, offset=0) from error


class _reading:  # noqa: N801 - used like a function
    """Turns a broken varint inside a table into an ``InputError``."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, WireError):
            raise InputError("formats.table_damaged", path=self._path, offset=error.offset) from error


def _read_handle(data: memoryview, position: int) -> tuple[int, int, int]:
    """Return offset, size, and where the handle ends."""
    offset, position = read_varint(data, position, len(data))
    size, position = read_varint(data, position, len(data))
    return offset, size, position


def _end_of_entries(block: memoryview) -> int:
    """Return where the entries end and the restart points begin; those are for searching and not needed here."""
    if len(block) < 4:
        raise WireError(0)
    (restarts,) = _UINT32.unpack_from(block, len(block) - 4)
    end = len(block) - 4 - 4 * restarts
    if end < 0:
        raise WireError(len(block) - 4)
    return int(end)
