"""TensorProto to numpy and back, without TensorFlow."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np

from coldpress.errors import InputError
from coldpress.formats.protos import DATA_TYPE_NAMES, DATA_TYPE_NUMBERS, TensorProto

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_REF = 100
"""TensorFlow numbers the reference type of a dtype 100 higher."""

_SPECIAL_NAMES = {"DT_FLOAT": "float32", "DT_DOUBLE": "float64", "DT_HALF": "float16"}

_NAMES: Mapping[int, str] = {
    number: _SPECIAL_NAMES.get(name, name.removeprefix("DT_").lower())
    for number, name in DATA_TYPE_NAMES.items()
    if number < _REF
}
_NUMBERS: Mapping[str, int] = {
    **{name: number for number, name in _NAMES.items()},
    "half": DATA_TYPE_NUMBERS["DT_HALF"],
    "float": DATA_TYPE_NUMBERS["DT_FLOAT"],
    "double": DATA_TYPE_NUMBERS["DT_DOUBLE"],
}

_QUANTIZED = {"qint8": "int8", "quint8": "uint8", "qint16": "int16", "quint16": "uint16", "qint32": "int32"}
_VALUE_FIELDS = {
    "float32": "float_val",
    "float64": "double_val",
    "int64": "int64_val",
    "bool": "bool_val",
    "uint32": "uint32_val",
    "uint64": "uint64_val",
}
_MOST_DIMENSIONS = 32
_MOST_ELEMENTS = 1 << 59
"""What every release of numpy can do."""
_LARGEST_FILL = 1 << 31
"""Bytes that a partly listed tensor may grow to in memory: protobuf's own limit for a whole message."""


def dtype_name(number: int) -> str:
    """Return numpy's name of a ``DT_`` number (``float32``, ``bfloat16``, ``string``); reference types as their base.

    A number that no release of TensorFlow knew gives ``unknown``.
    """
    return _NAMES.get(number - _REF if number > _REF else number, "unknown")


def dtype_number(name: str) -> int:
    """Return the ``DT_`` number of a dtype's name; raise ``KeyError`` for a name that is none."""
    return _NUMBERS[name]


def numpy_dtype(name: str) -> np.dtype[Any]:
    """Return the numpy dtype that holds values of a dtype: quantized types as their integers, strings as objects.

    Raises ``KeyError`` where numpy has none (``resource``, ``variant``).
    """
    plain = _QUANTIZED.get(name, name)
    if plain == "string":
        return np.dtype(object)
    if hasattr(ml_dtypes, plain):
        scalar: type = getattr(ml_dtypes, plain)
        return np.dtype(scalar)
    if plain in {"resource", "variant", "invalid", "unknown"}:
        raise KeyError(name)
    return np.dtype(plain)


def to_array(proto: TensorProto) -> np.ndarray:
    """Return the value of a TensorProto, read-only where it can share memory.

    Values may be cut short by TensorFlow's rule: the last one listed fills the rest, none listed means zeros
    (``tensor.proto``). Raises ``InputError`` where the content does not fit the shape.
    """
    dtype = _dtype(proto)
    shape = _shape(proto)
    if proto.tensor_content:
        return _from_content(proto.tensor_content, dtype, shape)
    return _filled(_listed(proto, dtype_name(proto.dtype), dtype), dtype, shape)


def listed_count(proto: TensorProto) -> int:
    """Return how many values a TensorProto really holds, before any filling up."""
    dtype = _dtype(proto)
    if proto.tensor_content:
        return len(proto.tensor_content) // dtype.itemsize
    return len(_listed(proto, dtype_name(proto.dtype), dtype))


def is_plain(shape: Sequence[int]) -> bool:
    """Tell whether numpy can hold a shape."""
    size = math.prod(max(size, 1) for size in shape)
    return len(shape) <= _MOST_DIMENSIONS and size < _MOST_ELEMENTS and all(size >= 0 for size in shape)


def from_array(array: np.ndarray) -> TensorProto:
    """Return the TensorProto of an array (objects are strings)."""
    if array.dtype.hasobject:
        proto = TensorProto(dtype=dtype_number("string"))
        proto.string_val.extend(array.ravel().tolist())
    else:
        proto = TensorProto(dtype=dtype_number(array.dtype.name))
        proto.tensor_content = np.ascontiguousarray(array).tobytes()
    proto.tensor_shape.SetInParent()
    for size in array.shape:
        proto.tensor_shape.dim.add(size=size)
    return proto


def _dtype(proto: TensorProto) -> np.dtype[Any]:
    name = dtype_name(proto.dtype)
    try:
        return numpy_dtype(name)
    except KeyError as error:
        raise InputError("formats.tensor_dtype", dtype=name) from error


def _shape(proto: TensorProto) -> tuple[int, ...]:
    shape = tuple(dim.size for dim in proto.tensor_shape.dim)
    if proto.tensor_shape.unknown_rank or not is_plain(shape):
        raise InputError("formats.tensor_shape", shape=str(list(shape)))
    return shape


def _from_content(content: bytes, dtype: np.dtype[Any], shape: tuple[int, ...]) -> np.ndarray:
    if dtype.hasobject or math.prod(shape) * dtype.itemsize != len(content):
        raise InputError("formats.tensor_size", shape=str(list(shape)), dtype=str(dtype), bytes=len(content))
    return np.frombuffer(content, dtype).reshape(shape)


def _listed(proto: TensorProto, name: str, dtype: np.dtype[Any]) -> np.ndarray:
    """Return the values that the proto lists, flat."""
    if name == "string":
        values = np.empty(len(proto.string_val), object)
        values[:] = list(proto.string_val)
        return values
    if name in {"float16", "bfloat16"}:
        return np.array(proto.half_val, np.int64).astype(np.uint16).view(dtype)
    if name in {"complex64", "complex128"}:
        part: Sequence[float] = proto.scomplex_val if name == "complex64" else proto.dcomplex_val
        flat = np.array(part, np.float32 if name == "complex64" else np.float64)
        return flat[: len(flat) // 2 * 2].view(dtype)
    if name.startswith("float8"):
        return np.frombuffer(proto.float8_val, dtype)
    field = _VALUE_FIELDS.get(name, "int_val")
    return np.array(getattr(proto, field), np.int64 if field == "int_val" else dtype).astype(dtype, copy=False)


def _filled(values: np.ndarray, dtype: np.dtype[Any], shape: tuple[int, ...]) -> np.ndarray:
    count = math.prod(shape)
    if len(values) == count:
        return values.reshape(shape)
    if len(values) > count:
        raise InputError("formats.tensor_size", shape=str(list(shape)), dtype=str(dtype), bytes=values.nbytes)
    if len(values) < 2:
        # One value fills the whole shape: no memory is spent on it, however large the shape claims to be.
        single = values[0] if len(values) else (b"" if dtype.hasobject else dtype.type(0))
        return np.broadcast_to(np.array(single, dtype), shape)
    if count * dtype.itemsize > _LARGEST_FILL:
        raise InputError("formats.tensor_size", shape=str(list(shape)), dtype=str(dtype), bytes=values.nbytes)
    array = np.full(count, values[-1], dtype)
    array[: len(values)] = values
    return array.reshape(shape)
