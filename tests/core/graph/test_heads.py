"""Losses that are given logarithms of probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from tests.core.eval_graph.train_graphs import INT, TrainGraph

from coldpress.graph.endpoints import suggest


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
