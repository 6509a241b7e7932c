"""What a model predicts, told from what its loss makes of it: logarithms, roots, margins; and a generator's noise."""

from __future__ import annotations

import numpy as np
import pytest
from tests.core.eval_graph.train_graphs import FLOAT, INT, TrainGraph

from coldpress.graph.endpoints import InputReason, suggest
from coldpress.graph.tensor_ref import TensorRef


def _network(activation: str) -> tuple[TrainGraph, str]:
    train = TrainGraph()
    train.nodes.clear()
    train.placeholder("image", (-1, 8))
    weights = train.variable("dense/kernel", (8, 4))
    logits = train.add("BiasAdd", "dense/BiasAdd", train.add("MatMul", "dense/MatMul", "image", weights), "dense/bias")
    train.variable("dense/bias", (4,))
    return train, train.add(activation, f"dense/{activation}", logits)


def _clipped(train: TrainGraph, probabilities: str) -> str:
    lower = train.add("Minimum", "objective/Minimum", probabilities, train.const("objective/sub", 1 - 1e-7))
    return train.add("Maximum", "objective/clip_by_value", lower, train.const("objective/Const", 1e-7))


@pytest.mark.parametrize("activation", ["Softmax", "Sigmoid"])
def test_the_probabilities_are_the_output_not_their_logarithm(activation: str) -> None:
    train, probabilities = _network(activation)
    value = _clipped(train, probabilities)
    if activation == "Sigmoid":
        rest = train.add("Sub", "objective/rest", train.const("objective/one", 1.0), value)
        value = train.add("RealDiv", "objective/odds", value, rest)
    value = train.add("Log", "objective/Log", value)
    if activation == "Sigmoid":
        train.placeholder("target", (-1, 4))
        train.add("SigmoidCrossEntropyWithLogits", "objective/xent", value, "target")
    else:
        train.add("Placeholder", "target", dtype=INT, shape=(-1,))
        shape = train.const("objective/shape", (-1, 4), np.int32)
        flat = train.add("Reshape", "objective/Reshape", value, shape)
        train.add("SparseSoftmaxCrossEntropyWithLogits", "objective/xent", flat, "target", Tlabels=INT)
    found = suggest(train.graph())
    assert [str(ref) for ref in found.chosen_outputs] == [f"{probabilities}:0"]
    assert [str(ref) for ref in found.chosen_inputs] == ["image:0"]


def _codes(train: TrainGraph) -> tuple[str, str]:
    """Return what two inputs become by the same layer."""
    weights = train.variable("code/kernel", (8, 4))
    for side in ("a", "b"):
        train.placeholder(side, (-1, 8))
        train.add("MatMul", f"code/{side}", side, weights)
    return "code/a", "code/b"


def test_the_distance_is_the_output_not_its_root_inside_the_loss() -> None:
    train = TrainGraph()
    train.nodes.clear()
    square = train.add("Square", "Square", train.add("Sub", "Sub", *_codes(train)))
    distance = train.add("Sum", "distance", square, train.const("axis", 1, np.int32))
    train.placeholder("same", (-1,))
    root = train.add("Sqrt", "Sqrt", train.add("Add", "safe", distance, train.const("epsilon", 1e-6)))
    short = train.add("Maximum", "short", train.add("Sub", "rest", train.const("one", 1.0), root), "zero")
    train.const("zero", 0.0)
    train.add("Mul", "near", "same", distance)
    train.add("Mul", "far", train.add("Sub", "differ", "one", "same"), train.add("Square", "squared", short))
    found = suggest(train.graph())
    assert [str(ref) for ref in found.chosen_outputs] == ["distance:0"]
    assert {str(ref) for ref in found.chosen_inputs} == {"a:0", "b:0"}


def test_scores_are_the_output_without_the_margin_that_labels_choose() -> None:
    train, _ = _network("Identity")
    scores = "dense/BiasAdd"
    train.placeholder("hot", (-1, 4))
    chosen = train.add("Greater", "chosen", "hot", train.const("zero", 0.0))
    margin = train.add("Sub", "margin", scores, train.const("m", 0.2))
    train.add("SoftmaxCrossEntropyWithLogits", "xent", train.add("Select", "picked", chosen, margin, scores), "hot")
    found = suggest(train.graph())
    assert "margin:0" not in [str(ref) for ref in found.chosen_outputs]
    assert TensorRef.parse(scores) in {entry.tensor for entry in found.outputs}


def test_a_generator_is_fed_with_its_noise() -> None:
    train = TrainGraph()
    train.nodes.clear()
    drawn = train.add("RandomStandardNormal", "z/drawn", train.const("z/shape", (16, 8), np.int32), dtype=FLOAT)
    z = train.add("Mul", "z", drawn, train.const("z/deviation", 0.5))
    image = train.add("Tanh", "image", train.add("MatMul", "dense", z, train.variable("kernel", (8, 4))))
    first = train.add("TruncatedNormal", "kernel/drawn", train.const("kernel/shape", (8, 4), np.int32), dtype=FLOAT)
    train.add("Assign", "kernel/Assign", "kernel", first)
    found = suggest(train.graph())
    assert [str(ref) for ref in found.chosen_inputs] == ["z:0"]
    assert [str(ref) for ref in found.chosen_outputs] == [f"{image}:0"]
    assert found.inputs[0].reason is InputReason.NOISE
