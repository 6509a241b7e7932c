"""Ranges: every way in which training hands them over, and those that no variable holds."""

from __future__ import annotations

import pytest
from tests.core.eval_graph.train_graphs import TrainGraph, codes, rewrite

from coldpress.eval_graph import fake_quant, range_check

QUANT = "FakeQuantWithMinMaxVars"


def _ranges(train: TrainGraph) -> None:
    train.variable("min", ())
    train.variable("max", ())


def _batch_range(train: TrainGraph, value: str = "input") -> tuple[str, str]:
    train.const("all", [0, 1, 2, 3])
    train.const("zero", 0.0)
    train.add("Min", "BatchMin", value, "all")
    train.add("Max", "BatchMax", value, "all")
    return train.add("Minimum", "Minimum", "BatchMin", "zero"), train.add("Maximum", "Maximum", "BatchMax", "zero")


def test_the_last_range_is_read_from_its_variables() -> None:
    train = TrainGraph()
    _ranges(train)
    low, high = _batch_range(train)
    train.add("Assign", "AssignMinLast", "min", low)
    train.add("Assign", "AssignMaxLast", "max", high)
    output = train.add(QUANT, "quant", "input", "AssignMinLast", "AssignMaxLast", num_bits=8)
    editor, results = rewrite(train, output, fake_quant.apply, range_check.apply)
    assert list(editor[output].input) == ["input", "min/read", "max/read"]
    assert codes(*results) == []
    (change,) = results[0].changes
    assert (change.before, change.after) == ("AssignMinLast:0, AssignMaxLast:0", "min, max")


@pytest.mark.parametrize("op", [QUANT, "FakeQuantWithMinMaxVarsPerChannel"])
def test_an_average_that_ends_in_assign_sub_is_read_from_its_variables(op: str) -> None:
    train = TrainGraph()
    _ranges(train)
    low, high = _batch_range(train)
    train.average("min", low, "any/AssignMinEma")
    train.average("max", high, "any/AssignMaxEma")
    output = train.add(op, "quant", "input", "any/AssignMinEma", "any/AssignMaxEma")
    editor, _ = rewrite(train, output, fake_quant.apply)
    assert list(editor[output].input) == ["input", "min/read", "max/read"]


def test_a_resource_range_no_longer_waits_for_its_update() -> None:
    train = TrainGraph()
    for name in ("min", "max"):
        train.add("VarHandleOp", name, dtype=1, shape=())
        train.add("ReadVariableOp", f"{name}/read", name, f"^Assign_{name}", dtype=1)
        train.add("AssignVariableOp", f"Assign_{name}", name, "input", dtype=1)
    output = train.add(QUANT, "quant", "input", "min/read", "max/read")
    editor, results = rewrite(train, output, fake_quant.apply)
    assert list(editor["min/read"].input) == ["min"]
    assert results[0].changes[0].recognised == "eval_graph.recognised.range_wait"


def test_a_range_of_the_batch_that_a_variable_follows_is_read_from_it() -> None:
    """1.4 quantizes weights by the range of the moment and keeps it on the side."""
    train = TrainGraph()
    _ranges(train)
    low, high = _batch_range(train)
    train.add("Assign", "AssignMinLast", "min", low)
    train.average("max", high)
    output = train.add(QUANT, "quant", "input", low, high)
    editor, results = rewrite(train, output, fake_quant.apply, range_check.apply)
    assert list(editor[output].input) == ["input", "min/read", "max/read"]
    assert codes(*results) == []


def test_the_debiased_average_is_read_and_not_its_accumulator() -> None:
    train = TrainGraph()
    _ranges(train)
    train.variable("max/biased", ())
    _, high = _batch_range(train)
    train.average("max/biased", high, "biased_update")
    train.placeholder("factor", ())
    train.add("RealDiv", "unbiased", "biased_update", "factor")
    train.add("Assign", "AssignMaxEma", "max", "unbiased")
    output = train.add(QUANT, "quant", "input", "min/read", high)
    editor, _ = rewrite(train, output, fake_quant.apply)
    assert list(editor[output].input) == ["input", "min/read", "max/read"]


def test_arithmetic_behind_the_update_stays() -> None:
    train = TrainGraph()
    train.variable("bound", ())
    _, high = _batch_range(train)
    train.add("Assign", "update", "bound", high)
    train.add("Neg", "low", "update")
    output = train.add(QUANT, "quant", "input", "low", "update")
    editor, results = rewrite(train, output, fake_quant.apply, range_check.apply)
    assert list(editor[output].input) == ["input", "low", "bound/read"]
    assert list(editor["low"].input) == ["bound/read"]
    assert codes(*results) == []


def test_ranges_that_training_does_not_touch_stay() -> None:
    train = TrainGraph()
    _ranges(train)
    train.const("low", -1.0)
    weights = train.variable("weights", (4, 4))
    train.const("all", [0, 1])
    train.add("Max", "largest_weight", weights, "all")
    train.add(QUANT, "of_variables", "input", "min/read", "max/read")
    train.add(QUANT, "of_constants", "of_variables", "low", "max/read")
    train.add(QUANT, "of_weights", "of_constants", "low", "largest_weight")
    output = train.add("FakeQuantWithMinMaxArgs", "of_attributes", "of_weights", min=-6.0, max=6.0)
    _, results = rewrite(train, output, fake_quant.apply, range_check.apply)
    assert all(not result.changes and not result.findings for result in results)


def test_a_range_that_the_batch_decides_blocks() -> None:
    train = TrainGraph()
    low, high = _batch_range(train)
    output = train.add(QUANT, "quant", "input", low, high)
    _, results = rewrite(train, output, fake_quant.apply, range_check.apply)
    assert codes(*results) == ["eval_graph.range_from_batch"]


def test_a_range_that_two_variables_follow_blocks() -> None:
    train = TrainGraph()
    _ranges(train)
    train.variable("slow_max", ())
    _, high = _batch_range(train)
    train.average("max", high, "one")
    train.average("slow_max", high, "two")
    output = train.add(QUANT, "quant", "input", "min/read", high)
    _, results = rewrite(train, output, fake_quant.apply)
    assert codes(*results) == ["eval_graph.range_ambiguous"]


def test_one_that_the_outputs_do_not_need_stays() -> None:
    train = TrainGraph()
    low, high = _batch_range(train)
    train.add(QUANT, "quant", "input", low, high)
    output = train.add("Relu", "relu", "input")
    _, results = rewrite(train, output, fake_quant.apply, range_check.apply)
    assert all(not result.changes and not result.findings for result in results)
