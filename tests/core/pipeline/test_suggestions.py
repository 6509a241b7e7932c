"""No input is suggested that only training reads."""

from __future__ import annotations

import numpy as np
from tests.core.eval_graph.train_graphs import BOOL, TrainGraph

from coldpress.graph.tensor_ref import TensorRef
from coldpress.pipeline.suggestions import suggest_endpoints, suggest_inputs_for


def _teacher_forced() -> TrainGraph:
    """Build a second step that reads labels in training, and the first step's answer in inference."""
    train = TrainGraph()
    train.nodes.clear()
    train.placeholder("image", (-1, 8))
    train.placeholder("labels", (-1, 8))
    train.add("Placeholder", "is_training", dtype=BOOL, shape=())
    first = train.add("MatMul", "first", "image", train.variable("first/kernel", (8, 8)))
    train.add("Switch", "given", "labels", "is_training")
    train.add("Switch", "own", first, "is_training")
    train.add("Merge", "chosen", "own", "given:1", N=2)
    train.add("MatMul", "second", "chosen", train.variable("second/kernel", (8, 4)))
    return train


def test_labels_of_teacher_forcing_are_no_input() -> None:
    graph = _teacher_forced().graph()
    found = suggest_inputs_for(graph, (TensorRef("second"),))
    assert [str(entry.tensor) for entry in found if entry.chosen] == ["image:0"]
    assert "labels:0" in [str(entry.tensor) for entry in found]
    assert [str(ref) for ref in suggest_endpoints(graph).chosen_inputs] == ["image:0"]


def test_a_branch_that_data_decides_keeps_its_inputs() -> None:
    train = _teacher_forced()
    train.nodes = [node for node in train.nodes if node.name != "is_training"]
    train.add(
        "Greater", "is_training", train.add("Sum", "size", "image", train.const("axes", (0, 1), np.int32)), "zero"
    )
    train.const("zero", 0.0)
    found = suggest_inputs_for(train.graph(), (TensorRef("second"),))
    assert {str(entry.tensor) for entry in found if entry.chosen} == {"image:0", "labels:0"}
