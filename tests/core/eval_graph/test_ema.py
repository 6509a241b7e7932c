"""Averaged weights are found by their updates, or by name; used where asked for, offered otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.core.eval_graph.train_graphs import TrainGraph, codes, request

from coldpress.eval_graph import ema
from coldpress.finding import Severity
from coldpress.formats.checkpoint_base import Checkpoint, Variable
from coldpress.graph.tensor_ref import TensorRef


def _averaged(train: TrainGraph, shadow: str = "scope/w/average") -> None:
    train.add("Mul", "out", "input", train.variable("w"))
    train.variable(shadow)
    train.average(shadow, "w/read")


def test_the_readers_on_the_path_read_the_shadow() -> None:
    train = TrainGraph()
    _averaged(train)
    editor = train.editor()
    (change,) = ema.apply(editor, replace(request("out"), use_ema=True)).changes
    assert editor.data_inputs("w/read") == (TensorRef("scope/w/average"),)
    assert (change.before, change.after) == ("w", "scope/w/average")


def test_otherwise_they_are_offered() -> None:
    train = TrainGraph()
    _averaged(train)
    editor = train.editor()
    (finding,) = ema.apply(editor, request("out")).findings
    assert (finding.code, finding.severity, finding.nodes) == ("eval_graph.ema_available", Severity.NOTE, ("w",))
    assert finding.remedies == ("use_ema",)
    assert editor.data_inputs("w/read") == (TensorRef("w"),)


def test_without_any_it_blocks() -> None:
    train = TrainGraph()
    train.add("Mul", "out", "input", train.variable("w"))
    assert codes(ema.apply(train.editor(), request("out"))) == []
    assert codes(ema.apply(train.editor(), replace(request("out"), use_ema=True))) == ["eval_graph.ema_missing"]


def test_two_averages_of_one_variable_block() -> None:
    train = TrainGraph()
    _averaged(train, "slow")
    train.variable("fast")
    train.average("fast", "w/read")
    assert codes(ema.apply(train.editor(), replace(request("out"), use_ema=True))) == ["eval_graph.ema_ambiguous"]


def test_a_variable_of_another_shape_is_no_shadow() -> None:
    train = TrainGraph()
    train.add("Mul", "out", "input", train.variable("w"))
    train.variable("norm", ())
    train.average("norm", "w/read")
    assert codes(ema.apply(train.editor(), request("out"))) == []


class _Keys(Checkpoint):
    format = "v2"
    prefix = "model"

    def __init__(self, *names: str) -> None:
        self.variables = {name: Variable(name, "float32", (4,), 16) for name in names}

    def read(self, name: str) -> None:  # type: ignore[override]
        raise KeyError(name)

    chunks = read  # type: ignore[assignment]


@pytest.mark.parametrize("resource", [False, True])
def test_a_key_of_the_checkpoint_is_enough(resource: bool) -> None:  # noqa: FBT001 - a parameter
    train = TrainGraph()
    train.add("Mul", "out", "input", train.resource("w") if resource else train.variable("w"))
    editor = train.editor()
    keys = _Keys("w", "w/ExponentialMovingAverage")
    ema.apply(editor, replace(request("out", checkpoint=keys), use_ema=True))
    read = editor.data_inputs("out")[1].node
    assert editor.data_inputs(read) == (TensorRef("w/ExponentialMovingAverage"),)
    shadow = editor["w/ExponentialMovingAverage"]
    assert shadow.op == ("VarHandleOp" if resource else "VariableV2")
    assert not resource or shadow.attr["shared_name"].s == b"w/ExponentialMovingAverage"
