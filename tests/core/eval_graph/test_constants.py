"""Values that a graph computes from constants alone, with TensorFlow's meaning."""

from __future__ import annotations

import numpy as np
import pytest
from tests.core.eval_graph.train_graphs import BOOL, FLOAT, INT, TrainGraph

from coldpress.eval_graph.constants import Evaluator, truth
from coldpress.graph.tensor_ref import TensorRef


def _value(train: TrainGraph, name: str, **known: np.ndarray) -> np.ndarray | None:
    return Evaluator(train.editor(), {TensorRef(key): array for key, array in known.items()}).value(TensorRef(name))


@pytest.mark.parametrize(
    ("op", "left", "right", "expected"),
    [
        ("Add", 2.0, 3.0, 5.0),
        ("Sub", 2.0, 3.0, -1.0),
        ("RealDiv", 1.0, 4.0, 0.25),
        ("DivNoNan", 1.0, 0.0, 0.0),
        ("FloorMod", -1.0, 3.0, 2.0),
        ("Maximum", -1.0, 3.0, 3.0),
        ("Pow", 2.0, 3.0, 8.0),
        ("GreaterEqual", 2.0, 2.0, True),
        ("NotEqual", 2.0, 2.0, False),
    ],
)
def test_arithmetic(op: str, left: float, right: float, expected: float) -> None:
    train = TrainGraph()
    train.add(op, "result", train.const("left", left), train.const("right", right))
    assert _value(train, "result") == expected


def test_integer_division_truncates() -> None:
    train = TrainGraph()
    train.add("Div", "result", train.const("a", -7, np.int32), train.const("b", 2, np.int32), T=INT)
    assert _value(train, "result") == -3


def test_one_operand_can_decide_a_logical_expression() -> None:
    train = TrainGraph()
    unknown = train.add("Placeholder", "unknown", dtype=BOOL)
    false = train.const("false", value=False, dtype=np.bool_)
    train.add("LogicalAnd", "both", unknown, false)
    train.add("LogicalOr", "either", unknown, false)
    train.add("LogicalNot", "none", "both")
    assert truth(_value(train, "both")) is False
    assert _value(train, "either") is None
    assert truth(_value(train, "none")) is True


def test_a_scalar_select_needs_only_what_it_takes() -> None:
    train = TrainGraph()
    condition = train.const("condition", value=True, dtype=np.bool_)
    train.add("Select", "taken", condition, train.const("one", 1.0), "input")
    train.add("Select", "unknown", condition, "input", "one")
    assert _value(train, "taken") == 1.0
    assert _value(train, "unknown") is None


def test_assumptions_go_before_the_graph() -> None:
    train = TrainGraph()
    train.add("Cast", "number", train.add("Placeholder", "flag", dtype=BOOL), SrcT=BOOL, DstT=FLOAT)
    assert _value(train, "number", flag=np.ones((), np.bool_)) == 1.0


def test_a_view_of_a_scalar_is_the_scalar() -> None:
    train = TrainGraph()
    train.add("Squeeze", "scalar", train.const("one", [True], np.bool_))
    train.add("Squeeze", "several", train.const("two", [True, False], np.bool_))
    assert truth(_value(train, "scalar")) is True
    assert _value(train, "several") is None


def test_elementwise_a_constant_of_one_value_counts_as_that_value() -> None:
    train = TrainGraph()
    train.add("Mul", "scaled", train.const("twos", np.full([3, 5], 2.0)), train.const("half", 0.5))
    train.add("Mul", "mixed", train.const("some", [1.0, 2.0]), "half")
    editor = train.editor()
    assert Evaluator(editor, elementwise=True).value(TensorRef("scaled")) == 1.0
    assert Evaluator(editor, elementwise=True).value(TensorRef("mixed")) is None


def test_a_damaged_graph_that_reads_itself_has_no_value() -> None:
    train = TrainGraph()
    train.add("Add", "a", "b", "b")
    train.add("Add", "b", "a", "a")
    assert _value(train, "a") is None


def test_a_long_chain_is_no_deep_recursion() -> None:
    train = TrainGraph()
    name = train.const("one", 1.0)
    for number in range(5000):
        name = train.add("Identity", f"link{number}", name)
    assert _value(train, name) == 1.0
