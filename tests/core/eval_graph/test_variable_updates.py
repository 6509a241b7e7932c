"""Every form of a moving average, and what merely looks like one."""

from __future__ import annotations

import pytest
from tests.core.eval_graph.train_graphs import RESOURCE, TrainGraph

from coldpress.eval_graph.variable_updates import Form, Update, updates
from coldpress.graph.tensor_ref import TensorRef


def _followed(train: TrainGraph, variable: str) -> list[Update]:
    return [update for update in updates(train.graph()) if update.variable == variable]


@pytest.fixture
def train() -> TrainGraph:
    graph = TrainGraph()
    graph.variable("v")
    graph.placeholder("x", (4,))
    return graph


def test_assign_sub(train: TrainGraph) -> None:
    train.average("v", "x", "any/where")
    assert _followed(train, "v") == [Update("v", "any/where", TensorRef("x"), Form.AVERAGE)]


def test_assign_sub_with_the_factor_first_and_a_guard_against_an_empty_batch(train: TrainGraph) -> None:
    train.const("rate", 0.1)
    train.add("Sub", "difference", "v/read", "x")
    train.add("Mul", "delta", "rate", "difference")
    train.add("ZerosLike", "zeros", "delta")
    train.add("Select", "guarded", "size_is_positive", "delta", "zeros")
    train.add("AssignSub", "update", "v", "guarded")
    assert _followed(train, "v")[0].tensor == TensorRef("x")


def test_assign_sub_of_a_resource_variable() -> None:
    train = TrainGraph()
    train.resource("v")
    train.add("ReadVariableOp", "inner/read", "v", dtype=1)
    train.const("rate", 0.1)
    train.add("Sub", "difference", "inner/read", "input:0")
    train.add("Mul", "delta", "difference", "rate")
    train.add("AssignSubVariableOp", "update", "v", "delta", dtype=1)
    assert _followed(train, "v") == [Update("v", "update", TensorRef("input"), Form.AVERAGE)]


def test_assign_add(train: TrainGraph) -> None:
    train.const("rate", 0.1)
    train.add("Sub", "difference", "x", "v/read")
    train.add("Mul", "delta", "rate", "difference")
    train.add("AssignAdd", "update", "v", "delta")
    assert _followed(train, "v") == [Update("v", "update", TensorRef("x"), Form.AVERAGE)]


@pytest.mark.parametrize("swapped", [False, True])
def test_assign_of_the_average_written_out(train: TrainGraph, *, swapped: bool) -> None:
    train.const("keep", 0.9)
    train.const("rest", 0.1)
    train.add("Mul", "old", "keep", "v/read")
    train.add("Mul", "new", "x", "rest")
    train.add("AddV2", "sum", *(("new", "old") if swapped else ("old", "new")))
    train.add("Assign", "update", "v", "sum")
    assert _followed(train, "v") == [Update("v", "update", TensorRef("x"), Form.AVERAGE)]


def test_assign_of_the_average_with_a_decay_that_is_computed(train: TrainGraph) -> None:
    train.placeholder("keep", ())
    train.const("one", 1.0)
    train.add("Sub", "rest", "one", "keep")
    train.add("Mul", "old", "v/read", "keep")
    train.add("Mul", "new", "rest", "x")
    train.add("Add", "sum", "old", "new")
    train.add("Assign", "update", "v", "sum")
    assert _followed(train, "v")[0].form is Form.AVERAGE


def test_a_momentum_is_no_average(train: TrainGraph) -> None:
    """``v * 0.9 + x * 1`` sums up; it is stored, but it follows nothing."""
    train.const("keep", 0.9)
    train.const("rest", 1.0)
    train.add("Mul", "old", "v/read", "keep")
    train.add("Mul", "new", "x", "rest")
    train.add("Add", "sum", "old", "new")
    train.add("Assign", "update", "v", "sum")
    assert _followed(train, "v") == [Update("v", "update", TensorRef("sum"), Form.LAST_VALUE)]


def test_assign_of_a_plain_value_is_the_last_one(train: TrainGraph) -> None:
    train.add("Assign", "update", "v", "x")
    assert _followed(train, "v") == [Update("v", "update", TensorRef("x"), Form.LAST_VALUE)]


def test_the_update_of_an_optimizer_follows_nothing(train: TrainGraph) -> None:
    train.const("rate", 0.1)
    train.add("Mul", "delta", "x", "rate")
    train.add("AssignSub", "update", "v", "delta")
    assert _followed(train, "v") == []


def test_the_left_operand_must_be_a_read_of_the_variable(train: TrainGraph) -> None:
    """The gradient of a batch norm holds ``Sub(x, bn:1)``; were it to reach an AssignSub, it would follow nothing."""
    train.variable("other")
    train.const("rate", 0.1)
    for left in ("input", "other/read"):
        train.add("Sub", f"{left}/difference", left, "x")
        train.add("Mul", f"{left}/delta", f"{left}/difference", "rate")
        train.add("AssignSub", f"{left}/update", "v", f"{left}/delta")
    assert _followed(train, "v") == []


def test_an_update_inside_a_conditional(train: TrainGraph) -> None:
    train.add("RefSwitch", "cond/Switch", "v", "flag")
    train.add("Switch", "cond/read", "v/read", "flag")
    train.add("Switch", "cond/x", "x", "flag")
    train.const("rate", 0.1)
    train.add("Sub", "difference", "cond/read:1", "cond/x:1")
    train.add("Mul", "delta", "difference", "rate")
    train.add("AssignSub", "update", "cond/Switch:1", "delta")
    assert _followed(train, "v")[0].tensor == TensorRef("cond/x", 1)


def test_a_handle_passed_on_is_the_variable(train: TrainGraph) -> None:
    train.add("VarHandleOp", "w", dtype=1, shape=(4,))
    train.add("Identity", "handle", "w", T=RESOURCE)
    train.add("AssignVariableOp", "update", "handle", "x", dtype=1)
    assert [update.variable for update in updates(train.graph())] == ["w"]
