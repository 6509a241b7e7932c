"""TensorProto to numpy and back."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from coldpress.errors import InputError
from coldpress.formats.protos import DATA_TYPE_NAMES, TensorProto
from coldpress.formats.tensors import dtype_name, dtype_number, from_array, numpy_dtype, to_array

if TYPE_CHECKING:
    from pathlib import Path

NUMBERS = [
    "float32", "float64", "float16", "bfloat16", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
    "uint64", "bool", "complex64", "complex128", "float8_e5m2", "float8_e4m3fn", "int4", "uint4",
]  # fmt: skip


def proto(dtype: str, shape: tuple[int, ...], **values: Any) -> TensorProto:
    result = TensorProto(dtype=dtype_number(dtype), **values)
    for size in shape:
        result.tensor_shape.dim.add(size=size)
    return result


@pytest.mark.tensorflow
def test_every_constant_is_what_tensorflow_wrote(tensorflow_checkpoints: Path) -> None:
    expected = pickle.loads((tensorflow_checkpoints / "tensors.expected").read_bytes())  # noqa: S301 - made by us
    assert len(expected) > 100
    for content, dtype, shape, values in expected:
        message = TensorProto.FromString(content)
        assert dtype_name(message.dtype) == dtype
        array = to_array(message)
        assert array.shape == shape
        assert (array.ravel().tolist() if dtype == "string" else array.tobytes()) == values


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 1, 3)])
def test_numbers_survive_a_round_trip(name: str, shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(numpy_dtype(name))
    message = from_array(array)
    assert dtype_name(message.dtype) == name
    again = to_array(message)
    assert again.dtype == array.dtype
    assert again.shape == shape
    assert again.tobytes() == array.tobytes()


def test_strings_survive_a_round_trip() -> None:
    array = np.array([[b"", b"a"], [b"\xff\0", "输出".encode()]], object)
    assert to_array(from_array(array)).tolist() == array.tolist()


def test_a_scalar_has_a_shape_without_dimensions() -> None:
    message = from_array(np.float32(2))  # type: ignore[arg-type]
    assert message.HasField("tensor_shape")
    assert to_array(message).shape == ()


def test_the_last_value_listed_fills_the_rest() -> None:
    assert to_array(proto("float32", (2, 3), float_val=[1, 2])).tolist() == [[1, 2, 2], [2, 2, 2]]
    assert to_array(proto("int8", (3,), int_val=[-5])).tolist() == [-5, -5, -5]
    assert to_array(proto("bool", (2,))).tolist() == [False, False]
    assert to_array(proto("string", (2,))).tolist() == [b"", b""]
    assert to_array(proto("string", (3,), string_val=[b"x", b"y"])).tolist() == [b"x", b"y", b"y"]
    assert to_array(proto("bfloat16", (2,), half_val=[0x3F80])).astype("float32").tolist() == [1.0, 1.0]
    assert to_array(proto("complex64", (2,), scomplex_val=[1, 2])).tolist() == [1 + 2j, 1 + 2j]


def test_a_huge_constant_of_one_value_costs_nothing() -> None:
    array = to_array(proto("float32", (1 << 20, 1 << 20), float_val=[3]))
    assert array.shape == (1 << 20, 1 << 20)
    assert array[-1, -1] == 3


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (proto("float32", (1 << 40,), float_val=[1, 2]), "tensor_size"),
        (proto("float32", (3,), tensor_content=b"12345678"), "tensor_size"),
        (proto("float32", (1,), float_val=[1, 2]), "tensor_size"),
        (proto("string", (3,), tensor_content=b"123"), "tensor_size"),
        (proto("float32", (-1,), float_val=[1]), "tensor_shape"),
        (proto("float32", (1 << 62, 1 << 62)), "tensor_shape"),
        (proto("float32", (0, 1 << 62)), "tensor_shape"),
        (proto("float32", (1,) * 100, float_val=[1]), "tensor_shape"),
        (proto("resource", ()), "tensor_dtype"),
        (proto("variant", ()), "tensor_dtype"),
        (TensorProto(dtype=99), "tensor_dtype"),
        (TensorProto(dtype=0), "tensor_dtype"),
    ],
)
def test_what_does_not_add_up_is_refused(message: TensorProto, code: str) -> None:
    with pytest.raises(InputError, match=f"formats.{code}"):
        to_array(message)


def test_unknown_rank_is_refused() -> None:
    message = TensorProto(dtype=1)
    message.tensor_shape.unknown_rank = True
    with pytest.raises(InputError, match="tensor_shape"):
        to_array(message)


def test_names_and_numbers_of_dtypes() -> None:
    for number, name in DATA_TYPE_NAMES.items():
        if number < 100:
            assert dtype_number(dtype_name(number)) == number
        else:
            assert dtype_name(number) == dtype_name(number - 100), name
    assert dtype_name(1) == "float32"
    assert dtype_name(101) == "float32"
    assert dtype_name(999) == "unknown"
    assert dtype_number("half") == dtype_number("float16")
    with pytest.raises(KeyError):
        dtype_number("nonsense")
