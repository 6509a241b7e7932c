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
from coldpress.formats.mapped import forget, map_file
from coldpress.formats.partitions import Part, assemble, row_blocks
from coldpress.formats.protos import SavedTensorSlices, TensorProto
from coldpress.formats.slices import covers, extents_of, resolved, slice_key
from coldpress.formats.sstable import SSTable
from coldpress.formats.tensors import dtype_name, dtype_number, numpy_dtype, to_array
from coldpress.formats.wire import decoding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from coldpress.formats.slices import Extent


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
        variable = self.variables[name]
        parts = self._parts(name)
        if len(parts) == 1:
            return parts[0].values
        return assemble(parts, self._dtype(name), variable.shape)

    def chunks(self, name: str) -> Iterator[memoryview]:
        """Yield a variable's bytes; see ``Checkpoint.chunks``."""
        variable = self.variables[name]
        dtype = self._dtype(name)
        if dtype.hasobject:
            raise InputError("formats.variable_dtype", path=self.prefix, variable=name, dtype=variable.dtype)
        parts = self._parts(name)
        if len(parts) > 1:
            yield from row_blocks(parts, dtype, variable.shape)
            return
        flat = np.ascontiguousarray(parts[0].values).reshape(-1)
        yield from pieces(flat.view(np.uint8).data)

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
        if any(size < 0 for size in shape):
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

    def _parts(self, name: str) -> list[Part]:
        slices = self._slices[name]
        if not covers((s.extents for s in slices), self.variables[name].shape):
            raise InputError("formats.slices_incomplete", path=self.prefix, variable=name)
        return [Part(s.extents, self._values(name, s)) for s in slices]

    def _values(self, name: str, stored: _Stored) -> np.ndarray:
        path = stored.table.path
        value = stored.table.get(slice_key(name, stored.stored))
        if value is None:
            raise InputError("formats.slices_incomplete", path=path, variable=name)
        with decoding(path, "SavedTensorSlices"):
            tensor = SavedTensorSlices.FromString(value).data.data
        forget(value)  # the message holds a copy
        return to_array(_with_shape(tensor, self.variables[name].dtype, stored.extents))


def _with_shape(tensor: TensorProto, dtype: str, extents: Sequence[Extent]) -> TensorProto:
    """Give a slice's values the dtype and shape that the list of tensors says; the writer leaves them out."""
    tensor.dtype = dtype_number(dtype)
    del tensor.tensor_shape.dim[:]
    for extent in extents:
        tensor.tensor_shape.dim.add(size=extent.length)
    return tensor
