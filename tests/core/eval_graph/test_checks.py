"""Nodes that hand their input on unchanged are taken away."""

from __future__ import annotations

import numpy as np
import pytest
from tests.core.eval_graph.train_graphs import BOOL, FLOAT, TrainGraph, request

from coldpress.eval_graph import checks
from coldpress.eval_graph.change import ChangeKind
from coldpress.graph.tensor_ref import TensorRef


@pytest.mark.parametrize("op", ["CheckNumerics", "StopGradient", "PreventGradient", "Print", "DebugGradientIdentity"])
def test_it_is_bypassed(op: str) -> None:
    train = TrainGraph()
    train.add("Relu", "out", train.add(op, "check", "input"))
    editor = train.editor()
    (change,) = checks.apply(editor, request("out")).changes
    assert editor.data_inputs("out") == (TensorRef("input"),)
    assert (change.kind, change.before) == (ChangeKind.CHECK, op)


def test_a_placeholder_that_nobody_feeds_gives_its_default() -> None:
    train = TrainGraph()
    default = train.add("PlaceholderWithDefault", "scale", train.const("one", 1.0), dtype=FLOAT, shape=())
    train.add("Mul", "out", "input", default)
    editor = train.editor()
    (change,) = checks.apply(editor, request("out")).changes
    assert editor.data_inputs("out") == (TensorRef("input"), TensorRef("one"))
    assert change.kind == ChangeKind.INPUT


def test_a_boolean_default_is_left_for_the_guard() -> None:
    train = TrainGraph()
    train.add("PlaceholderWithDefault", "flag", train.const("no", value=False, dtype=np.bool_), dtype=BOOL, shape=())
    train.add("Cast", "out", "flag", SrcT=BOOL, DstT=FLOAT)
    assert checks.apply(train.editor(), request("out")).changes == ()


def test_a_chain_of_checks_goes_whole() -> None:
    train = TrainGraph()
    name = "input"
    for number in range(5):
        name = train.add("StopGradient", f"stop{number}", name)
    train.add("Relu", "out", name)
    editor = train.editor()
    checks.apply(editor, request("out"))
    assert editor.data_inputs("out") == (TensorRef("input"),)
