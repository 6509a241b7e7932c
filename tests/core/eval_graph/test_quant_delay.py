"""Delayed quantization, and conditionals that only resemble it."""

from __future__ import annotations

import pytest
from tests.core.eval_graph.train_graphs import LONG, TrainGraph, rewrite

from coldpress.eval_graph import quant_delay
from coldpress.eval_graph.quant_delay import Delay
from coldpress.graph.tensor_ref import TensorRef

QUANT = "FakeQuantWithMinMaxVars"


def _counter(train: TrainGraph, *, counts: bool = True) -> str:
    train.add("VariableV2", "step", dtype=LONG, shape=())
    train.const("increment", 1)
    if counts:
        train.add("AssignAdd", "step/AssignAdd", "step", "increment", T=LONG)
    return train.add("Identity", "step/Identity", "step/AssignAdd" if counts else "step", T=LONG)


def _delayed(train: TrainGraph, predicate: str, *, inside: bool = False, quantized: int = 1) -> str:
    """Build ``cond(predicate, lambda: quantized, lambda: input)``, quantized before the branch or ``inside`` it."""
    train.variable("min", ())
    train.variable("max", ())
    train.add("Identity", "pred_id", predicate, T=10)
    train.add("Switch", "plain", "input", "pred_id")
    if inside:
        for name, tensor in (("x", "input"), ("low", "min/read"), ("high", "max/read")):
            train.add("Switch", f"cond/{name}", tensor, "pred_id")
        branch = [f"cond/{name}:{quantized}" for name in ("x", "low", "high")]
        end = train.add(QUANT, "quant", *branch)
    else:
        train.add(QUANT, "quant", "input", "min/read", "max/read")
        train.add("Switch", "switched", "quant", "pred_id")
        end = f"switched:{quantized}"
    train.add("Merge", "Merge", f"plain:{1 - quantized}", end)
    return train.add("Relu", "relu", "Merge")


def _compared(train: TrainGraph, op: str = "GreaterEqual", *, swapped: bool = False) -> str:
    train.const("delay", 2000)
    operands = ("delay", _counter(train)) if swapped else (_counter(train), "delay")
    return train.add(op, "activate_quant", *operands, T=LONG)


@pytest.mark.parametrize("inside", [False, True])
def test_the_quantized_tensor_is_read(*, inside: bool) -> None:
    train = TrainGraph()
    output = _delayed(train, _compared(train), inside=inside)
    editor, results = rewrite(train, output, quant_delay.apply)
    assert list(editor[output].input) == ["quant"]
    assert list(editor["quant"].input) == ["input", "min/read", "max/read"]
    assert results[0].changes[0].before == "quantized from step 2000 of step"
    (delay,) = quant_delay.delays(train.graph())
    assert delay == Delay("Merge", TensorRef("quant"), "step", 2000, delay.predicate, reached=True)
    assert train.graph()[delay.predicate.node].op == "GreaterEqual"


@pytest.mark.parametrize(
    ("op", "swapped", "quantized"),
    [("Greater", False, 1), ("Less", False, 0), ("LessEqual", True, 1), ("GreaterEqual", True, 0)],
)
def test_every_way_to_say_late(op: str, quantized: int, *, swapped: bool) -> None:
    train = TrainGraph()
    output = _delayed(train, _compared(train, op, swapped=swapped), quantized=quantized)
    assert rewrite(train, output, quant_delay.apply)[1][0].changes


def test_quantization_that_ends_is_no_delay() -> None:
    train = TrainGraph()
    output = _delayed(train, _compared(train, "Less"))
    assert not rewrite(train, output, quant_delay.apply)[1][0].changes


def test_a_variable_that_nothing_counts_up_is_no_counter() -> None:
    train = TrainGraph()
    train.const("delay", 2000)
    train.add("GreaterEqual", "activate_quant", _counter(train, counts=False), "delay", T=LONG)
    assert not rewrite(train, _delayed(train, "activate_quant"), quant_delay.apply)[1][0].changes


def test_a_placeholder_decides_nothing() -> None:
    train = TrainGraph()
    assert not rewrite(train, _delayed(train, train.placeholder("flag", ())), quant_delay.apply)[1][0].changes


def test_a_choice_between_two_different_tensors_is_no_delay() -> None:
    train = TrainGraph()
    output = _delayed(train, _compared(train))
    next(node for node in train.nodes if node.name == "plain").input[0] = "quant"
    assert not rewrite(train, output, quant_delay.apply)[1][0].changes


def test_a_requested_merge_becomes_an_identity() -> None:
    train = TrainGraph()
    _delayed(train, _compared(train))
    editor, _ = rewrite(train, "Merge", quant_delay.apply)
    assert (editor["Merge"].op, list(editor["Merge"].input)) == ("Identity", ["quant"])
