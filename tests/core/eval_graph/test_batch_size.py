"""The batch of training is taken out of inputs and Reshapes where the graph allows, and named where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.core.eval_graph.train_graphs import FLOAT, INT, TrainGraph, codes, request

from coldpress.eval_graph import batch_size
from coldpress.formats.tensors import to_array

if TYPE_CHECKING:
    from coldpress.eval_graph.editor import GraphEditor

BATCH = 12


def _images(train: TrainGraph, batch: int = BATCH) -> str:
    return train.placeholder("images", (batch, 8, 8, 4))


def _reshape(train: TrainGraph, name: str, value: str, shape: list[int]) -> str:
    return train.add("Reshape", name, value, train.const(f"{name}/shape", shape, np.int32), Tshape=INT)


def _apply(train: TrainGraph, output: str) -> tuple[GraphEditor, list[str]]:
    editor = train.editor()
    return editor, codes(batch_size.apply(editor, request(output, inputs=("images",))))


def _batch(editor: GraphEditor) -> int:
    return editor["images"].attr["shape"].shape.dim[0].size


def _shape(editor: GraphEditor, name: str) -> list[int]:
    (_, constant) = editor.data_inputs(name)
    return [int(size) for size in to_array(editor[constant.node].attr["value"].tensor)]


def test_input_and_reshapes_are_freed() -> None:
    train = TrainGraph()
    flat = _reshape(train, "flat", _images(train), [BATCH, -1])
    rows = _reshape(train, "rows", flat, [BATCH * 4, 64])
    editor, found = _apply(train, _reshape(train, "out", rows, [BATCH, 4, 64]))
    assert (found, _batch(editor)) == ([], -1)
    assert [_shape(editor, name) for name in ("flat", "rows", "out")] == [[-1, 256], [-1, 64], [-1, 4, 64]]


def test_a_shared_shape_constant_is_left_to_its_other_readers() -> None:
    train = TrainGraph()
    flat = _reshape(train, "out", _images(train), [BATCH, -1])
    train.add("Fill", "other", "out/shape", train.const("zero", 0.0))
    editor, _ = _apply(train, flat)
    assert editor.data_inputs("other")[0].node == "out/shape"
    assert to_array(editor["out/shape"].attr["value"].tensor).tolist() == [BATCH, -1]


def test_a_reshape_that_follows_a_free_input_is_freed() -> None:
    train = TrainGraph()
    editor, found = _apply(train, _reshape(train, "out", _images(train, -1), [BATCH, 256]))
    assert (found, _shape(editor, "out")) == ([], [-1, 256])


def test_a_reshape_to_something_else_than_the_batch_stays() -> None:
    train = TrainGraph()
    editor, found = _apply(train, _reshape(train, "out", _images(train, -1), [64, 4]))
    assert (found, _shape(editor, "out")) == ([], [64, 4])


def _joined(train: TrainGraph, state: str) -> str:
    flat = _reshape(train, "flat", _images(train), [BATCH, -1])
    return train.add("ConcatV2", "out", flat, state, train.const("axis", 1, np.int32), N=2)


def _sizes(editor: GraphEditor, shape: str) -> list[object]:
    """Return the parts of a shape that is put together: numbers, and names of what is no number."""
    parts = (editor[ref.node] for ref in editor.data_inputs(shape))
    return [int(to_array(part.attr["value"].tensor)) if part.op == "Const" else part.name for part in parts]


def test_a_state_of_zeros_follows_the_batch() -> None:
    train = TrainGraph()
    editor, found = _apply(train, _joined(train, train.const("state", np.zeros([BATCH, 4]))))
    assert (found, _batch(editor)) == ([], -1)
    assert editor["state"].op == "Fill"
    assert _sizes(editor, "state/free_batch") == ["free_batch", 4]
    assert editor["free_batch/Shape"].input[0] == "images"
    assert editor["free_batch/Shape"].attr["T"].type == FLOAT


def test_a_state_that_was_filled_or_tiled_follows_the_batch() -> None:
    train = TrainGraph()
    filled = train.add("Fill", "filled", train.const("dims", [BATCH, 4], np.int32), train.const("zero", 0.0))
    first = train.variable("first", (1, 4))
    tiled = train.add("Tile", "tiled", first, train.const("times", [BATCH, 1], np.int32), Tmultiples=INT)
    editor, found = _apply(train, _joined(train, train.add("Add", "state", filled, tiled)))
    assert (found, _batch(editor)) == ([], -1)
    assert editor["filled"].input[0] == "filled/free_batch"
    assert list(editor["tiled"].input) == [first, "tiled/free_batch"]


def test_a_transposed_convolution_follows_the_batch() -> None:
    train = TrainGraph()
    sizes = train.const("sizes", [BATCH, 16, 16, 2], np.int32)
    kernel = train.variable("kernel", (3, 3, 2, 4))
    images = _images(train)
    train.add("Conv2DBackpropInput", "out", sizes, kernel, images, padding="SAME", data_format="NHWC")
    editor, found = _apply(train, "out")
    assert (found, _batch(editor)) == ([], -1)
    assert _sizes(editor, "out/free_batch") == ["free_batch", 16, 16, 2]


@pytest.mark.parametrize("kind", ["numbers", "variable"])
def test_a_state_of_a_value_for_each_sample_holds_it(kind: str) -> None:
    train = TrainGraph()
    numbers = np.arange(BATCH * 4).reshape(BATCH, 4)
    state = train.const("state", numbers) if kind == "numbers" else train.variable("state", (BATCH, 4))
    _joined(train, state)
    editor = train.editor()
    result = batch_size.apply(editor, request("out", inputs=("images",)))
    assert codes(result) == ["eval_graph.batch_fixed"]
    assert result.findings[0].facts == {"batch": BATCH, "holder": "out"}
    assert _batch(editor) == BATCH
    assert _shape(editor, "flat") == [BATCH, -1]


def test_weights_of_one_value_stay() -> None:
    """A kernel with as many rows as the batch, all zeros before training."""
    train = TrainGraph()
    flat = _reshape(train, "flat", train.placeholder("images", (BATCH, BATCH)), [BATCH, BATCH])
    train.add("MatMul", "product", flat, train.const("kernel", np.zeros((BATCH, 5))))
    state = train.const("state", np.zeros([BATCH, 5]))
    train.add("Add", "out", "product", state)
    editor, found = _apply(train, "out")
    assert (found, _batch(editor)) == ([], -1)
    assert editor["kernel"].op == "Const"
    assert editor["state"].op == "Fill"


def test_a_kernel_as_large_as_the_batch_does_not() -> None:
    train = TrainGraph()
    flat = _reshape(train, "flat", train.placeholder("images", (BATCH, BATCH)), [BATCH, BATCH])
    train.add("MatMul", "out", flat, train.variable("kernel", (BATCH, 5)))
    editor, found = _apply(train, "out")
    assert (found, _batch(editor)) == ([], -1)


def test_a_batch_of_one_was_meant() -> None:
    train = TrainGraph()
    editor, found = _apply(train, _reshape(train, "out", _images(train, 1), [1, -1]))
    assert (found, _batch(editor), _shape(editor, "out")) == ([], 1, [1, -1])


def test_an_operation_whose_shape_nobody_knows_holds_it() -> None:
    train = TrainGraph()
    train.add("OwnOperation", "out", _images(train))
    editor, found = _apply(train, "out")
    assert (found, _batch(editor)) == (["eval_graph.batch_fixed"], BATCH)
