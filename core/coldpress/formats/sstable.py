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
        self._sound: set[int] = set()
        self._unpacked: tuple[int, memoryview] = (-1, memoryview(b""))
        if data[-8:] != MAGIC or len(data) < _FOOTER:
            raise InputError("formats.not_a_table", path=path)
        footer = data[-_FOOTER:-8]
        with _reading(self.path):
            _, _, position = _read_handle(footer, 0)
            offset, size, _ = _read_handle(footer, position)
            index = list(_entries(self._block(_Handle(offset, size))))
            self._last_keys = [key for key, _ in index]
            self._handles = [_Handle(*_read_handle(value, 0)[:2]) for _, value in index]

    def __iter__(self) -> Iterator[tuple[bytes, memoryview]]:
        """Yield every key with its value, in order."""
        for handle in self._handles:
            with _reading(self.path):
                yield from _entries(self._block(handle))

    def get(self, key: bytes) -> memoryview | None:
        """Return the value of a key, None where the table lacks it; only one block is read."""
        number = bisect_left(self._last_keys, key)
        if number == len(self._handles):
            return None
        with _reading(self.path):
            block = self._block(self._handles[number])
            start = _restart_before(block, key)
            for found, value in _entries(block, start):
                if found >= key:
                    return value if found == key else None
        return None

    def _block(self, handle: _Handle) -> memoryview:
        """Return the content of a block, its checksum looked at once."""
        start, stop = handle.offset, handle.offset + handle.size
        if stop + _TRAILER > len(self._data) - _FOOTER:
            raise InputError("formats.table_block_outside", path=self.path, offset=start)
        kind = self._data[stop]
        if start not in self._sound:
            (stored,) = _UINT32.unpack_from(self._data, stop + 1)
            if masked(crc32c(self._data[start : stop + 1])) != stored:
                raise InputError("formats.table_checksum", path=self.path, offset=start)
            self._sound.add(start)
        if kind == _RAW:
            return self._data[start:stop]
        if kind != _SNAPPY:
            raise InputError("formats.table_compression", path=self.path, kind=kind)
        if self._unpacked[0] != start:
            self._unpacked = (start, self._unpack(self._data[start:stop]))
        return self._unpacked[1]

    def _unpack(self, data: memoryview) -> memoryview:
        size, _ = read_varint(data, 0, len(data))
        if size > len(data) * _MOST_EXPANSION:
            raise WireError(data, 0)
        try:
            return memoryview(bytes(cramjam.snappy.decompress_raw(data)))
        except cramjam.DecompressionError as error:
            raise WireError(data, 0) from error


def _entries(block: memoryview, start: int = 0) -> Iterator[tuple[bytes, memoryview]]:
    """Yield keys and values of a block from ``start`` on; a key is stored without what it shares with the one before.

    Raises ``WireError`` where they do not add up.
    """
    key = b""
    position, expanded = start, 0
    end, _ = _restarts(block)
    while position < end:
        shared, position = read_varint(block, position, end)
        unshared, position = read_varint(block, position, end)
        length, position = read_varint(block, position, end)
        expanded += shared + unshared
        if (
            shared > len(key)
            or unshared + length > end - position
            or expanded > max(_MOST_KEYS, len(block) * _MOST_EXPANSION)
        ):
            raise WireError(block, position)
        key = key[:shared] + bytes(block[position : position + unshared])
        position += unshared
        yield key, block[position : position + length]
        position += length


def _restarts(block: memoryview) -> tuple[int, int]:
    """Return where the entries end, and how many restart points follow: offsets of entries whose key is whole."""
    if len(block) < 4:
        raise WireError(block, 0)
    count = _UINT32.unpack_from(block, len(block) - 4)[0]
    end = len(block) - 4 - 4 * count
    if end < 0:
        raise WireError(block, len(block) - 4)
    return end, count


def _restart_before(block: memoryview, key: bytes) -> int:
    """Return the last restart point whose key is not beyond ``key``."""
    end, count = _restarts(block)
    low, high, best = 0, count, 0
    while low < high:
        middle = (low + high) // 2
        (start,) = _UINT32.unpack_from(block, end + 4 * middle)
        found = next(_entries(block, start), None) if start < end else None
        if found is None:
            raise WireError(block, start)
        if found[0] <= key:
            low, best = middle + 1, start
        else:
            high = middle
    return best


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
