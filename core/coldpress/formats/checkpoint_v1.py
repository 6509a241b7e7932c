"""V1 checkpoints (``Saver(write_version=V1)``, all of TensorFlow before 0.12): one table, or one a shard.

The value under the empty key lists every tensor with its slices (SavedTensorSlices.meta); every other value is one
slice as a TensorProto (``tensorflow/core/util/tensor_slice_writer.cc``).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from coldpress.errors import InputError
from coldpress.formats.checkpoint_base import Checkpoint, Variable
from coldpress.formats.crc import pieces
from coldpress.formats.mapped import check_whole, forget, map_file
from coldpress.formats.partitions import Part, assemble, row_blocks
from coldpress.formats.protos import SavedTensorSlices, TensorProto
from coldpress.formats.slices import covers, extents_of, resolved, slice_key
from coldpress.formats.sstable import SSTable
from coldpress.formats.tensors import dtype_name, dtype_number, is_plain, listed_count, numpy_dtype, to_array
from coldpress.formats.wire import LENGTH, decoding, fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from coldpress.formats.slices import Extent


_PACKED_FIELDS = {"float32": 5, "float64": 6, "complex64": 9, "complex128": 12}
"""TensorProto's fields whose numbers have a fixed size, so that a packed list of them is plain memory."""


class _Stored(NamedTuple):
    """One slice: the table that holds it, its extents as stored, and as real numbers."""

    table: SSTable
    stored: tuple[Extent, ...]
    extents: tuple[Extent, ...]


class CheckpointV1(Checkpoint):
    """An open V1 checkpoint."""

    format: Literal["v1", "v2"] = "v1"

    def __init__(self, prefix: str, files: Sequence[Path]) -> None:
        """Read the list of tensors of every file; raise ``InputError`` where one is damaged."""
        self.prefix = prefix
        self._slices: dict[str, list[_Stored]] = {}
        self._types: dict[str, tuple[str, tuple[int, ...]]] = {}
        for file in files:
            self._open(SSTable(map_file(file), file))
        self.variables: Mapping[str, Variable] = {name: self._variable(name) for name in sorted(self._slices)}

    def read(self, name: str) -> np.ndarray:
        """Return a variable's value; see ``Checkpoint.read``."""
        dtype = self._dtype(name)
        parts = [Part(found.extents, self._values(name, found)) for found in self._whole(name)]
        return parts[0].values if len(parts) == 1 else assemble(parts, dtype, self.variables[name].shape)

    def chunks(self, name: str) -> Iterator[memoryview]:
        """Yield a variable's bytes; see ``Checkpoint.chunks``."""
        dtype = self._dtype(name)
        variable = self.variables[name]
        if dtype.hasobject:
            raise InputError("formats.variable_dtype", path=self.prefix, variable=name, dtype=variable.dtype)
        slices = self._whole(name)
        if len(slices) > 1:
            parts = [Part(found.extents, self._values(name, found)) for found in slices]
            yield from row_blocks(parts, dtype, variable.shape)
            return
        data = self._packed(name, slices[0])
        if data is None:
            data = np.ascontiguousarray(self._values(name, slices[0])).reshape(-1).view(np.uint8).data
        for piece in pieces(data):
            yield piece
            forget(piece)

    def _open(self, table: SSTable) -> None:
        value = table.get(b"")
        if value is None:
            raise InputError("formats.not_a_checkpoint", path=table.path)
        with decoding(table.path, "SavedTensorSlices"):
            meta = SavedTensorSlices.FromString(value).meta
        for tensor in meta.tensor:
            shape = tuple(dim.size for dim in tensor.shape.dim)
            self._types.setdefault(tensor.name, (dtype_name(tensor.type), shape))
            slices = self._slices.setdefault(tensor.name, [])
            for proto in tensor.slice:
                stored = extents_of(proto)
                slices.append(_Stored(table, stored, self._resolved(table, tensor.name, stored)))

    def _resolved(self, table: SSTable, name: str, stored: tuple[Extent, ...]) -> tuple[Extent, ...]:
        try:
            return resolved(stored, self._types[name][1])
        except ValueError as error:
            raise InputError("formats.variable_entry", path=table.path, variable=name) from error

    def _variable(self, name: str) -> Variable:
        dtype, shape = self._types[name]
        if not is_plain(shape):
            raise InputError("formats.variable_entry", path=self.prefix, variable=name)
        try:
            itemsize = 0 if dtype == "string" else numpy_dtype(dtype).itemsize
        except KeyError:
            itemsize = 0
        return Variable(name, dtype, shape, math.prod(shape) * itemsize, len(self._slices[name]))

    def _dtype(self, name: str) -> np.dtype[Any]:
        dtype = self.variables[name].dtype
        try:
            return numpy_dtype(dtype)
        except KeyError as error:
            raise InputError("formats.variable_dtype", path=self.prefix, variable=name, dtype=dtype) from error

    def _whole(self, name: str) -> list[_Stored]:
        """Return the slices of a variable, having checked that they make up the whole."""
        slices = self._slices[name]
        if not covers([found.extents for found in slices], self.variables[name].shape):
            raise InputError("formats.slices_incomplete", path=self.prefix, variable=name)
        return slices

    def _values(self, name: str, found: _Stored) -> np.ndarray:
        shape = [extent.length for extent in found.extents]
        packed = self._packed(name, found)
        if packed is not None:
            return np.frombuffer(packed, self._dtype(name)).reshape(shape)
        value = self._value(name, found)
        with decoding(found.table.path, "SavedTensorSlices"):
            tensor = SavedTensorSlices.FromString(value).data.data
        forget(value)  # the message holds a copy
        tensor = _with_shape(tensor, self.variables[name].dtype, shape)
        if listed_count(tensor) != math.prod(shape):
            raise InputError("formats.variable_entry", path=found.table.path, variable=name)
        return to_array(tensor)

    def _packed(self, name: str, found: _Stored) -> memoryview | None:
        """Return the numbers of a slice as they lie in the file; None where they are stored in another form."""
        dtype = self.variables[name].dtype
        if dtype not in _PACKED_FIELDS:
            return None
        with decoding(found.table.path, "SavedTensorSlices"):
            data = _packed_field(self._value(name, found), _PACKED_FIELDS[dtype])
        count = math.prod(extent.length for extent in found.extents)
        return data if data is not None and len(data) == count * numpy_dtype(dtype).itemsize else None

    def _value(self, name: str, found: _Stored) -> memoryview:
        """Return the SavedTensorSlices of a slice, serialized."""
        value = found.table.get(slice_key(name, found.stored))
        if value is None:
            raise InputError("formats.slices_incomplete", path=found.table.path, variable=name)
        check_whole(value, found.table.path)
        return value


def _packed_field(value: memoryview, number: int) -> memoryview | None:
    """Return the one packed list of numbers in SavedTensorSlices.data (2), SavedSlice.data (3), TensorProto."""
    for step in (2, 3, number):
        found = [field for field in fields(value) if field.number == step]
        if len(found) != 1 or found[0].wire != LENGTH:
            return None
        value = value[found[0].value : found[0].end]
    return value


def _with_shape(tensor: TensorProto, dtype: str, shape: Sequence[int]) -> TensorProto:
    """Give a slice's values the dtype and shape that the list of tensors says; the writer leaves them out."""
    tensor.dtype = dtype_number(dtype)
    del tensor.tensor_shape.dim[:]
    for size in shape:
        tensor.tensor_shape.dim.add(size=size)
    return tensor
