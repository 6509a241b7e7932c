"""Towers whose share of the batch is written into their Reshapes."""

from __future__ import annotations

import numpy as np
from tests.core.eval_graph.train_graphs import TrainGraph, codes, request

from coldpress.eval_graph import batch_norm_unfused, batch_size, towers
from coldpress.formats.tensors import to_array
from coldpress.graph.tensor_ref import TensorRef


def _split(train: TrainGraph) -> None:
    train.placeholder("images", (16, 4))
    train.const("split/split_dim", 0, np.int32)
    train.add("Split", "split", "split/split_dim", "images", num_split=2)


def _tower(train: TrainGraph, number: int, value: str) -> str:
    shape = train.const(f"tower_{number}/shape", (8, -1), np.int32)
    return train.add("Reshape", f"tower_{number}/flatten", value, shape, Tshape=3)


def test_the_whole_batch_is_as_large_as_the_share_that_a_tower_reshapes() -> None:
    train = TrainGraph()
    _split(train)
    output, _ = (_tower(train, number, f"split:{number}") for number in (0, 1))
    editor, wanted = train.editor(), request(output, inputs=("images",))
    changes = towers.apply(editor, wanted).changes
    assert "a batch of 8" in [change.after for change in changes if change.node == "images"]
    assert editor[output].input[0] == "images"
    result = batch_size.apply(editor, wanted)
    assert codes(result) == []
    assert editor["images"].attr["shape"].shape.dim[0].size == -1
    shape = editor[editor[output].input[1]].attr["value"].tensor
    assert to_array(shape).tolist() == [-1, 4]


def test_towers_that_share_their_statistics_part_once_those_are_gone() -> None:
    train = TrainGraph()
    _split(train)
    train.const("axes", (0,), np.int32)
    means = [train.add("Mean", f"mean_{k}", part, "axes") for k, part in enumerate(("split", "split:1"))]
    mean = train.add("Mul", "mean", train.add("AddN", "sum", *means, N=2), train.const("half", 0.5))
    train.variable("moving_mean")
    train.average("moving_mean", mean)
    output, _ = (
        _tower(train, number, train.add("Sub", f"tower_{number}/centred", part, mean))
        for number, part in enumerate(("split", "split:1"))
    )
    editor, wanted = train.editor(), request(output, inputs=("images",))
    towers.apply(editor, wanted)
    assert editor["tower_0/centred"].input[0] == "split"
    assert codes(batch_norm_unfused.apply(editor, wanted)) == ["eval_graph.statistic_alone"]
    towers.unsplit(editor, wanted)
    assert editor.data_inputs("tower_0/centred") == (TensorRef("images"), TensorRef("moving_mean/read"))
