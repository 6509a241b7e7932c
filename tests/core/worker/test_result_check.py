"""Files that are not what was asked for."""

from __future__ import annotations

import pytest

from coldpress.recipe import InferenceType, InputChoice
from coldpress.sentences import say_finding
from coldpress.worker.requests.conversion import Convert
from coldpress.worker.requests.tflite import CheckedModel, ModelOperation, TensorInfo
from coldpress.worker.result_check import check_result


def _tensor(index: int, dtype: str, *, scale: float | None = None, zero_point: int = 0) -> TensorInfo:
    scales = () if scale is None else (scale,)
    points = () if scale is None else (zero_point,)
    return TensorInfo(index, f"t{index}", dtype, (1, 4), (1, 4), scales, points, 0)


def _model(*dtypes: str, zero_point: int = 0, operation: str = "FULLY_CONNECTED") -> CheckedModel:
    """Return a model of one operation: input, weights, output."""
    tensors = tuple(
        _tensor(index, dtype, scale=0.1 if dtype.startswith(("int8", "uint8", "int16")) else None)
        for index, dtype in enumerate(dtypes)
    )
    weights = _tensor(1, dtypes[1], scale=0.1, zero_point=zero_point)
    operations = (ModelOperation(operation, (0, 1), (2,), 16),)
    return CheckedModel(100, tensors[:1], tensors[2:3], operations, (tensors[0], weights, *tensors[2:]))


def _codes(mode: InferenceType, model: CheckedModel) -> list[str]:
    request = Convert("g.pb", "m.tflite", (InputChoice("x", (1, 4)),), ("y",), mode)
    findings = check_result(request, model)
    assert all("?" not in say_finding(finding).message for finding in findings)
    return [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("mode", "dtypes"),
    [
        (InferenceType.FLOAT32, ("float32", "float32", "float32")),
        (InferenceType.FLOAT16, ("float32", "float16", "float32")),
        (InferenceType.DYNAMIC, ("float32", "int8", "float32")),
        (InferenceType.UINT8, ("uint8", "uint8", "uint8")),
        (InferenceType.INT8, ("int8", "int8", "int8")),
        (InferenceType.INT16X8, ("int16", "int8", "int16")),
    ],
)
def test_what_was_asked_for(mode: InferenceType, dtypes: tuple[str, ...]) -> None:
    assert _codes(mode, _model(*dtypes)) == []


@pytest.mark.parametrize(
    ("mode", "dtypes", "codes"),
    [
        (InferenceType.UINT8, ("uint8", "float32", "float32"), ["check.io_type", "check.not_quantized"]),
        (InferenceType.INT8, ("float32", "int8", "int8"), ["check.io_type", "check.not_quantized"]),
        (InferenceType.DYNAMIC, ("float32", "float32", "float32"), ["check.nothing_quantized"]),
        (InferenceType.FLOAT16, ("float32", "float32", "float32"), ["check.nothing_halved"]),
    ],
)
def test_something_else(mode: InferenceType, dtypes: tuple[str, ...], codes: list[str]) -> None:
    assert _codes(mode, _model(*dtypes)) == codes


def test_int8_weights_with_another_zero_point() -> None:
    assert _codes(InferenceType.INT8, _model("int8", "int8", "int8", zero_point=7)) == ["check.weights_zero_point"]
    assert _codes(InferenceType.UINT8, _model("uint8", "uint8", "uint8", zero_point=7)) == []


def test_whole_numbers_of_the_graph_itself_are_left_alone() -> None:
    model = _model("int32", "int8", "int8")
    assert _codes(InferenceType.INT8, model) == []
