"""Dropout is bypassed, with the fake quants that contrib.quantize put behind its products."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.core.eval_graph.train_graphs import FLOAT, TrainGraph, request

from coldpress.eval_graph import dropout
from coldpress.eval_graph.change import ChangeKind
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from tests.core.eval_graph.conftest import Programs


def _dropout(train: TrainGraph, *, quantized: bool = False) -> str:
    keep = train.const("keep_prob", 0.8)
    uniform = train.add("RandomUniform", "uniform", train.const("shape", [2], np.int32), dtype=FLOAT)
    mask = train.add("Floor", "mask", train.add("Add", "sum", keep, uniform))
    scaled = train.add("RealDiv", "drop/div", "input", keep)
    if quantized:
        scaled = _quantize(train, scaled, "drop/div/activation_Mul_quant")
    made = train.add("Mul", "drop/mul", scaled, mask)
    return _quantize(train, made, "drop/mul/activation_Mul_quant") if quantized else made


def _quantize(train: TrainGraph, value: str, scope: str) -> str:
    low, high = train.variable(f"{scope}/min", ()), train.variable(f"{scope}/max", ())
    return train.add("FakeQuantWithMinMaxVars", f"{scope}/FakeQuantWithMinMaxVars", value, low, high)


def test_readers_read_the_input_instead() -> None:
    train = TrainGraph()
    train.add("Relu", "out", _dropout(train))
    editor = train.editor()
    (change,) = dropout.apply(editor, request("out")).changes
    assert list(editor["out"].input) == ["input"]
    assert (change.kind, change.node, change.after) == (ChangeKind.DROPOUT, "drop/mul", "input:0")
    assert "keep_prob 0.8" in change.before


def test_an_output_that_is_dropped_keeps_its_name() -> None:
    train = TrainGraph()
    output = _dropout(train)
    editor = train.editor()
    dropout.apply(editor, request(output))
    assert (editor[output].op, list(editor[output].input)) == ("Identity", ["input"])


def test_the_quantizers_of_its_products_go_too() -> None:
    train = TrainGraph()
    train.add("Relu", "out", _dropout(train, quantized=True))
    editor = train.editor()
    dropout.apply(editor, request("out"))
    assert editor.data_inputs("out") == (TensorRef("input"),)


def test_a_fake_quant_of_the_model_behind_a_dropout_stays() -> None:
    train = TrainGraph()
    train.add("Relu", "out", _quantize(train, _dropout(train), "mine"))
    editor = train.editor()
    dropout.apply(editor, request("out"))
    assert editor.data_inputs("out") == (TensorRef("mine/FakeQuantWithMinMaxVars"),)
    assert editor.data_inputs("mine/FakeQuantWithMinMaxVars")[0] == TensorRef("input")


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    "name", ["dropout_constant", "dropout_placeholder", "dropout_computed", "dropout_spatial", "alpha_dropout"]
)
def test_the_programs_lose_one_dropout(programs: Programs, name: str) -> None:
    assert len(programs[name, "make1"].changes(ChangeKind.DROPOUT)) == 1


@pytest.mark.tensorflow
def test_a_mask_used_twice_is_removed_twice(programs: Programs) -> None:
    assert len(programs["dropout_twice_one_mask", "make1"].changes(ChangeKind.DROPOUT)) == 2
