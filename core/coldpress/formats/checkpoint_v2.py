"""V2 checkpoints (TensorBundle): an ``.index`` table of entries, and ``.data-?????-of-?????`` shards of raw values.

``tensorflow/core/util/tensor_bundle``. The shards are mapped; a value is copied only when it has to be.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from coldpress.errors import InputError
from coldpress.formats.checkpoint_base import Checkpoint, Variable
from coldpress.formats.crc import crc32c, masked
from coldpress.formats.mapped import check_whole, map_file, read_pieces
from coldpress.formats.partitions import Part, assemble, row_blocks
from coldpress.formats.protos import BundleEntryProto, BundleHeaderProto
from coldpress.formats.slices import covers, extents_of, resolved, slice_key
from coldpress.formats.sniff import stand_in
from coldpress.formats.sstable import SSTable
from coldpress.formats.string_tensors import read_strings
from coldpress.formats.tensors import dtype_name, is_plain, numpy_dtype
from coldpress.formats.wire import decoding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from coldpress.formats.slices import Extent

_BIG_ENDIAN = 1


class CheckpointV2(Checkpoint):
    """An open V2 checkpoint."""

    format: Literal["v1", "v2"] = "v2"

    def __init__(self, prefix: str) -> None:
        """Read the index; raise ``InputError`` where it is missing or damaged. Shards are opened when needed."""
        self.prefix = prefix
        self._index_path = f"{prefix}.index"
        entries: dict[str, BundleEntryProto] = {}
        header: BundleHeaderProto | None = None
        self._slice_entries: dict[bytes, BundleEntryProto] = {}
        with decoding(self._index_path, "BundleEntryProto"):
            for key, value in _table(self._index_path):
                if not key:
                    header = BundleHeaderProto.FromString(value)
                elif key[0] == 0:
                    # Keys of slices start with OrderedCode's number 0; names of variables never do.
                    self._slice_entries[key] = BundleEntryProto.FromString(value)
                else:
                    entries[key.decode(errors="backslashreplace")] = BundleEntryProto.FromString(value)
        if header is None:
            raise InputError("formats.not_an_index", path=self._index_path)
        self._shard_count = header.num_shards
        self._swapped = header.endianness == _BIG_ENDIAN
        self._entries = entries
        self._shards: dict[int, memoryview] = {}
        self.variables: Mapping[str, Variable] = {name: self._variable(name) for name in entries}

    def read(self, name: str) -> np.ndarray:
        """Return a variable's value; see ``Checkpoint.read``."""
        variable = self.variables[name]
        entry = self._entries[name]
        if variable.dtype == "string" and not entry.slices:
            return self._strings(name, entry)
        dtype = self._dtype(name)
        if entry.slices:
            return assemble(self._parts(name, dtype), dtype, variable.shape)
        return self._array(name, entry, dtype, variable.shape)

    def chunks(self, name: str) -> Iterator[memoryview]:
        """Yield a variable's bytes; see ``Checkpoint.chunks``."""
        variable = self.variables[name]
        entry = self._entries[name]
        dtype = self._dtype(name)
        if entry.slices:
            yield from row_blocks(self._parts(name, dtype), dtype, variable.shape)
            return
        yield from self._stream(name, entry, dtype, variable.shape)

    def part_chunks(self, name: str, part: Sequence[Extent]) -> Iterator[memoryview]:
        """Yield a part of a variable; where it is one of the slices as stored, nothing else is read."""
        shape = self.variables[name].shape
        for proto in self._entries[name].slices:
            extents, entry = self._slice(name, extents_of(proto), shape)
            if extents == tuple(part):
                yield from self._stream(name, entry, self._dtype(name), [e.length for e in extents])
                return
        yield from super().part_chunks(name, part)

    def _stream(
        self, name: str, entry: BundleEntryProto, dtype: np.dtype[Any], shape: Sequence[int]
    ) -> Iterator[memoryview]:
        """Yield the bytes of one entry, checked at the end."""
        self._bytes(name, entry, dtype, shape)  # says precisely what is wrong with the entry or its shard
        crc = 0
        for content in read_pieces(self._shard_path(entry.shard_id), entry.offset, entry.size):
            crc = crc32c(content, crc)
            yield self._little_endian(memoryview(content), dtype)
        self._check(name, entry, crc)

    def _variable(self, name: str) -> Variable:
        entry = self._entries[name]
        dtype = dtype_name(entry.dtype)
        shape = tuple(dim.size for dim in entry.shape.dim)
        if not is_plain(shape) or entry.shape.unknown_rank:
            raise self._bad(name)
        nbytes = entry.size
        if entry.slices:
            nbytes = math.prod(shape) * (0 if dtype == "string" else self._itemsize(dtype))
        return Variable(name, dtype, shape, nbytes, len(entry.slices) or 1)

    @staticmethod
    def _itemsize(dtype: str) -> int:
        try:
            return numpy_dtype(dtype).itemsize
        except KeyError:
            return 0

    def _dtype(self, name: str) -> np.dtype[Any]:
        dtype = self.variables[name].dtype
        try:
            found = numpy_dtype(dtype)
        except KeyError as error:
            raise InputError("formats.variable_dtype", path=self._index_path, variable=name, dtype=dtype) from error
        if found.hasobject:
            raise InputError("formats.variable_dtype", path=self._index_path, variable=name, dtype=dtype)
        return found

    def _array(self, name: str, entry: BundleEntryProto, dtype: np.dtype[Any], shape: Sequence[int]) -> np.ndarray:
        """Return the checked values of one entry, sharing memory with the mapped file where the byte order allows."""
        data = self._bytes(name, entry, dtype, shape)
        self._check(name, entry, crc32c(data))
        return np.frombuffer(self._little_endian(data, dtype), dtype).reshape(shape)

    def _parts(self, name: str, dtype: np.dtype[Any]) -> list[Part]:
        """Return the checked slices of a partitioned variable, each mapped on its own."""
        shape = self.variables[name].shape
        found = [self._slice(name, extents_of(proto), shape) for proto in self._entries[name].slices]
        if not covers([extents for extents, _ in found], shape):
            raise InputError("formats.slices_incomplete", path=self._index_path, variable=name)
        return [Part(extents, self._array(name, entry, dtype, [e.length for e in extents])) for extents, entry in found]

    def _slice(
        self, name: str, stored: tuple[Extent, ...], shape: Sequence[int]
    ) -> tuple[tuple[Extent, ...], BundleEntryProto]:
        try:
            extents = resolved(stored, shape)
        except ValueError as error:
            raise self._bad(name) from error
        entry = self._slice_entries.get(slice_key(name, stored))
        if entry is None or tuple(d.size for d in entry.shape.dim) != tuple(e.length for e in extents):
            raise InputError("formats.slices_incomplete", path=self._index_path, variable=name)
        return extents, entry

    def _strings(self, name: str, entry: BundleEntryProto) -> np.ndarray:
        shape = self.variables[name].shape
        path = self._shard_path(entry.shard_id)
        values, crc = read_strings(
            self._stored(name, entry), math.prod(shape), swapped=self._swapped, path=path, name=name
        )
        self._check(name, entry, crc)
        return values.reshape(shape)

    def _bytes(self, name: str, entry: BundleEntryProto, dtype: np.dtype[Any], shape: Sequence[int]) -> memoryview:
        if math.prod(shape) * dtype.itemsize != entry.size:
            raise self._bad(name)
        return self._stored(name, entry)

    def _stored(self, name: str, entry: BundleEntryProto) -> memoryview:
        """Return the bytes of an entry, having checked that the shard has them."""
        shard = self._shard(entry.shard_id)
        if entry.offset < 0 or entry.size < 0:
            raise self._bad(name)
        if entry.offset + entry.size > len(shard):
            path = self._shard_path(entry.shard_id)
            code = stand_in(path) or "formats.variable_truncated"
            raise InputError(code, path=path, variable=name, need=entry.offset + entry.size, have=len(shard))
        check_whole(shard, self._shard_path(entry.shard_id))
        return shard[entry.offset : entry.offset + entry.size]

    def _shard(self, number: int) -> memoryview:
        if number not in self._shards:
            path = self._shard_path(number)
            if not 0 <= number < self._shard_count:
                raise InputError("formats.shard_number", path=self._index_path, shard=number, count=self._shard_count)
            try:
                self._shards[number] = map_file(path)
            except InputError as error:
                if error.code == "formats.missing":
                    raise InputError("formats.shard_missing", path=path, count=self._shard_count) from error
                raise
        return self._shards[number]

    def _shard_path(self, number: int) -> str:
        return f"{self.prefix}.data-{number:05d}-of-{self._shard_count:05d}"

    def _check(self, name: str, entry: BundleEntryProto, crc: int) -> None:
        if masked(crc) != entry.crc32c:
            raise InputError("formats.variable_checksum", path=self._shard_path(entry.shard_id), variable=name)

    def _little_endian(self, data: memoryview, dtype: np.dtype[Any]) -> memoryview:
        if not self._swapped:
            return data
        # Complex numbers are swapped part by part.
        word = np.dtype(f"u{dtype.itemsize // 2 if dtype.kind == 'c' else dtype.itemsize}")
        return memoryview(np.frombuffer(data, word).byteswap().tobytes())

    def _bad(self, name: str) -> InputError:
        return InputError("formats.variable_entry", path=self._index_path, variable=name)


def _table(path: str) -> SSTable:
    try:
        return SSTable(map_file(path), path)
    except InputError as error:
        if error.code == "formats.not_a_table":
            raise InputError(stand_in(path) or "formats.not_an_index", path=path) from error
        raise
