"""Requests and answers survive the pipe."""

from __future__ import annotations

import json

import pytest

from coldpress.recipe import InferenceType, InputChoice, IoType
from coldpress.worker.codec import decode, encode
from coldpress.worker.requests.conversion import Convert, Converted
from coldpress.worker.requests.graph import BrokenNode, PropagatedShapes
from coldpress.worker.requests.names import REQUESTS
from coldpress.worker.requests.request import answer_type
from coldpress.worker.requests.tflite import ModelRun, RunModel, TensorInfo, TensorValues

_INFO = TensorInfo(3, "net/Relu6;net/Conv2D", "uint8", (1, 4), (-1, 4), (0.5,), (128,), 0)


@pytest.mark.parametrize(
    "value",
    [
        Convert(
            "in.pb",
            "out.tflite",
            (InputChoice("x:0", (1, None, 3), 127.5, 127.5), InputChoice("ids:0")),
            ("y", "z:1"),
            InferenceType.INT8,
            input_type=IoType.UINT8,
            default_ranges=(-6.0, 6.0),
            representative=("a.npy",),
            accept=frozenset({"b", "a"}),
        ),
        PropagatedShapes(
            {"x:0": (1, None), "y:0": None, "z:0": ()},
            {"x:0": "float32"},
            BrokenNode("y", "MatMul", ("x", "w"), ((2, 3), None), "why"),
        ),
        ModelRun((TensorValues(_INFO, "0.npy"),), (0.0, 0.25), 1.5),
    ],
)
def test_what_is_sent_is_what_arrives(value: object) -> None:
    assert decode(type(value), json.loads(json.dumps(encode(value)))) == value


def test_sets_are_sent_in_order() -> None:
    assert encode(frozenset({"b", "a"})) == ["a", "b"]


def test_infinite_numbers_arrive() -> None:
    assert decode(tuple[float, ...], json.loads(json.dumps(encode((float("-inf"), 2))))) == (float("-inf"), 2.0)


def test_every_request_is_known_by_name_and_has_an_answer() -> None:
    for name, kind in REQUESTS.items():
        assert kind.__name__ == name
        assert kind.__doc__
    assert answer_type(Convert("", "", (), (), InferenceType.FLOAT32)) is Converted
    assert answer_type(RunModel("", (), "")) is ModelRun
