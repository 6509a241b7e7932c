"""Variables turned into constants.

A value in a checkpoint may be larger than memory, so its constant is laid out by hand around the value's size, and
the value itself passes through in chunks. What comes out is the same byte for byte as what TensorFlow's
``make_tensor_proto`` and serializer make of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coldpress.errors import InputError
from coldpress.formats.protos import NodeDef, TensorProto
from coldpress.formats.spans import write_varint
from coldpress.formats.tensors import dtype_number, numpy_dtype
from coldpress.freeze.pieces import NODE_TAG, Piece

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coldpress.formats.checkpoint_base import Checkpoint
    from coldpress.freeze.variables import GraphVariable

# Tags: field number << 3 | 2 (length-delimited), from node_def.proto, attr_value.proto, tensor.proto.
_NODE_ATTR = b"\x2a"
_ENTRY_KEY_VALUE = b"\x0a\x05value"
_ENTRY_VALUE = b"\x12"
_ATTR_TENSOR = b"\x42"
_TENSOR_CONTENT = b"\x22"

_LISTED = {
    "float32": "float_val",
    "float64": "double_val",
    "float16": "half_val",
    "bfloat16": "half_val",
    "int64": "int64_val",
    "bool": "bool_val",
    "complex64": "scomplex_val",
    "complex128": "dcomplex_val",
    "uint32": "uint32_val",
    "uint64": "uint64_val",
}
"""The TensorProto field of a single value; integers that are not here go to ``int_val`` (``tensor.proto``)."""


@dataclass(frozen=True, slots=True)
class StoredConstant(Piece):
    """A variable turned into a constant, its value taken from the checkpoint when it is written."""

    variable: GraphVariable
    checkpoint: Checkpoint

    @property
    def name(self) -> str:
        """The node's name."""
        return self.variable.name

    @property
    def is_constant(self) -> bool:
        """Whether the node is a constant."""
        return True

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the value: of the slice, where the variable is one."""
        part = self.variable.slice
        return self.checkpoint.variables[self.variable.key].shape if part is None else part.shape

    @property
    def elements(self) -> int:
        """How many elements the value has."""
        return math.prod(self.shape)

    @property
    def _content_size(self) -> int:
        return self.elements * numpy_dtype(self.variable.dtype).itemsize

    @property
    def nbytes(self) -> int:
        """Size of the whole field."""
        head = self._head()
        return len(head) + self._content_size

    def chunks(self) -> Iterator[bytes | memoryview]:
        """Yield everything before the value, then the value."""
        yield self._head()
        yield from exactly(_content(self.variable, self.checkpoint), self._content_size, self.variable)

    def _head(self) -> bytes:
        """Return the field up to where the value's bytes begin; they end the field."""
        size = self._content_size
        tensor = header(self.variable.dtype, self.shape).SerializeToString() + _TENSOR_CONTENT + write_varint(size)
        value = _ATTR_TENSOR + write_varint(len(tensor) + size) + tensor
        entry = _ENTRY_KEY_VALUE + _ENTRY_VALUE + write_varint(len(value) + size) + value
        rest = constant(self.name, self.variable.dtype).SerializeToString(deterministic=True)
        node = rest + _NODE_ATTR + write_varint(len(entry) + size) + entry
        return NODE_TAG + write_varint(len(node) + size) + node


def constant(name: str, dtype: str) -> NodeDef:
    """Return a constant that has no value yet."""
    node = NodeDef(name=name, op="Const")
    node.attr["dtype"].type = dtype_number(dtype)
    return node


def header(dtype: str, shape: Iterable[int]) -> TensorProto:
    """Return a TensorProto without a value."""
    proto = TensorProto(dtype=dtype_number(dtype))
    proto.tensor_shape.SetInParent()
    for size in shape:
        proto.tensor_shape.dim.add(size=size)
    return proto


def small_constant(name: str, dtype: str, value: np.ndarray) -> NodeDef:
    """Return a constant of strings, of one value, or of none, its value listed as TensorFlow lists it."""
    node = constant(name, dtype)
    proto = node.attr["value"].tensor
    proto.CopyFrom(header(dtype, value.shape))
    flat = value.ravel()
    if dtype == "string":
        proto.string_val.extend(flat.tolist())
    elif dtype.startswith("float8"):
        proto.float8_val = flat.tobytes()
    elif dtype.startswith("complex"):
        getattr(proto, _LISTED[dtype]).extend(part for item in flat.tolist() for part in (item.real, item.imag))
    else:
        bits = flat.view(np.uint16) if _LISTED.get(dtype) == "half_val" else flat
        getattr(proto, _LISTED.get(dtype, "int_val")).extend(bits.tolist())
    return node


def whole_value(variable: GraphVariable, checkpoint: Checkpoint) -> np.ndarray:
    """Return a variable's value: of the slice, where it is one."""
    value = checkpoint.read(variable.key)
    if variable.slice is None:
        return value
    return value[tuple(slice(e.start, e.start + e.length) for e in variable.slice.extents)]


def _content(variable: GraphVariable, checkpoint: Checkpoint) -> Iterator[memoryview]:
    if variable.slice is None:
        return checkpoint.chunks(variable.key)
    return checkpoint.part_chunks(variable.key, variable.slice.extents)


def exactly(chunks: Iterator[memoryview], size: int, variable: GraphVariable) -> Iterator[memoryview]:
    """Pass chunks on; raise ``InputError`` where they are not ``size`` bytes in all: lengths are already written."""
    seen = 0
    for chunk in chunks:
        seen += chunk.nbytes
        if seen > size:
            break
        yield chunk
    if seen != size:
        raise InputError("freeze.wrong_size", variable=variable.key, expected=size, found=seen)
