"""What is provably equal, one or zero."""

from __future__ import annotations

import pytest
from tests.core.eval_graph.train_graphs import TrainGraph

from coldpress.eval_graph.broadcasting import fits
from coldpress.eval_graph.value_numbers import ONE, ZERO, ValueNumbers
from coldpress.graph.tensor_ref import TensorRef


def _number(train: TrainGraph, name: str) -> int:
    return ValueNumbers(train.graph())[TensorRef.parse(name)]


@pytest.fixture
def train() -> TrainGraph:
    graph = TrainGraph()
    graph.variable("v")
    graph.variable("w")
    graph.const("one", 1.0)
    graph.const("zeros", [0.0, 0.0])
    return graph


def test_equal_expressions_have_one_number_whatever_the_order_of_sums(train: TrainGraph) -> None:
    train.add("Add", "a", "v/read", "w/read")
    train.add("AddV2", "b", "w/read", "v/read")
    train.add("Sub", "c", "w/read", "v/read")
    numbers = ValueNumbers(train.graph())
    assert numbers[TensorRef("a")] == numbers[TensorRef("b")] != numbers[TensorRef("c")]


def test_reads_of_one_variable_are_equal(train: TrainGraph) -> None:
    train.add("Identity", "again", "v", "^input")
    assert _number(train, "again") == ValueNumbers(train.graph())[TensorRef("again")]
    train.add("Sub", "difference", "again", "v/read")
    assert _number(train, "difference") == ZERO


def test_quotients_and_differences_of_equals(train: TrainGraph) -> None:
    train.add("RealDiv", "quotient", "v/read", "v/read")
    train.add("Reciprocal", "reciprocal", "quotient")
    train.add("Sub", "difference", "v/read", "v/read")
    train.add("Mul", "product", "difference", "input")
    numbers = ValueNumbers(train.graph())
    assert [numbers[TensorRef(name)] for name in ("quotient", "reciprocal")] == [ONE, ONE]
    assert [numbers[TensorRef(name)] for name in ("difference", "product")] == [ZERO, ZERO]
    assert numbers.follows(TensorRef("reciprocal"))


def test_data_is_not_divided_out(train: TrainGraph) -> None:
    """``x / x`` is not one where x is zero, and activations often are."""
    train.add("RealDiv", "quotient", "input", "input")
    assert _number(train, "quotient") not in (ONE, ZERO)


def test_constants_are_one_and_zero_but_follow_from_nothing(train: TrainGraph) -> None:
    numbers = ValueNumbers(train.graph())
    assert (numbers[TensorRef("one")], numbers[TensorRef("zeros")]) == (ONE, ZERO)
    assert not numbers.follows(TensorRef("one"))


def test_a_merge_is_known_where_both_branches_agree(train: TrainGraph) -> None:
    train.add("RealDiv", "quotient", "v/read", "v/read")
    train.add("Switch", "switch", "quotient", "flag")
    train.add("Merge", "agree", "switch:1", "one")
    train.add("Merge", "differ", "switch:1", "zeros")
    numbers = ValueNumbers(train.graph())
    assert numbers[TensorRef("agree")] == ONE
    assert numbers.follows(TensorRef("agree"))
    assert numbers[TensorRef("differ")] not in (ONE, ZERO)
    assert numbers[TensorRef("agree", 1)] != ONE


def test_tensors_that_are_taken_for_others(train: TrainGraph) -> None:
    train.add("RealDiv", "quotient", "v/read", "input")
    assert ValueNumbers(train.graph(), {TensorRef("input"): TensorRef("v/read")})[TensorRef("quotient")] == ONE


def test_the_same_elements_in_another_shape_are_another_value(train: TrainGraph) -> None:
    train.const("shape", [2, 2])
    train.add("Reshape", "square", "v/read", "shape")
    numbers = ValueNumbers(train.graph())
    assert numbers[TensorRef("square")] != numbers[TensorRef("v/read")]


def test_a_cycle_ends() -> None:
    train = TrainGraph()
    train.add("Add", "a", "b", "input")
    train.add("Add", "b", "a", "input")
    assert _number(train, "a") not in (ONE, ZERO)


def test_a_deep_expression_is_walked_without_recursion(train: TrainGraph) -> None:
    last = "v/read"
    for number in range(5000):
        last = train.add("Neg", f"n{number}", last)
    train.add("Sub", "difference", last, last)
    assert _number(train, "difference") == ZERO


def test_a_vector_fits_what_it_scales(train: TrainGraph) -> None:
    train.variable("kernel", (3, 3, 8, 4))
    train.variable("narrow", (3, 3, 8, 1))
    train.add("Conv2D", "conv", "input", "kernel/read")
    nodes = train.graph()
    vector = TensorRef("v/read")
    assert fits(nodes, vector, TensorRef("kernel/read"))
    assert fits(nodes, vector, TensorRef("conv"))
    assert not fits(nodes, vector, TensorRef("narrow/read"))
    assert not fits(nodes, TensorRef("kernel/read"), vector)
    assert not fits(nodes, TensorRef("kernel/read"), TensorRef("conv"))
