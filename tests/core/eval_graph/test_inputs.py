"""The chosen tensors become placeholders, whatever made them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.core.eval_graph.train_graphs import FLOAT, INT, TrainGraph, request

from coldpress.eval_graph.inputs import cut_inputs
from coldpress.formats.protos import NodeDef
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from tests.core.eval_graph.conftest import Programs


def _iterator(train: TrainGraph) -> None:
    train.add("IteratorV2", "iterator")
    train.add("IteratorGetNext", "next", "iterator")
    types, shapes = train.nodes[-1].attr["output_types"].list, train.nodes[-1].attr["output_shapes"].list
    types.type.extend([FLOAT, INT, FLOAT])
    for sizes in ((48, 8, 8, 3), (48,), None):
        shape = shapes.shape.add()
        shape.unknown_rank = sizes is None
        for size in sizes or ():
            shape.dim.add(size=size)


def _sizes(node: NodeDef) -> list[int]:
    return [dim.size for dim in node.attr["shape"].shape.dim]


def test_the_first_output_gives_its_name_to_the_placeholder() -> None:
    train = TrainGraph()
    _iterator(train)
    train.add("Relu", "out", "next")
    editor = train.editor()
    cut = cut_inputs(editor, request("out", inputs=("next:0",)))
    assert cut.placeholders == (TensorRef("next"),)
    assert (editor["next"].op, _sizes(editor["next"])) == ("Placeholder", [48, 8, 8, 3])
    assert editor["next"].attr["dtype"].type == FLOAT
    assert [change.before for change in cut.changes] == ["next:0 of IteratorGetNext"]


def test_another_output_becomes_a_placeholder_with_a_free_name() -> None:
    train = TrainGraph()
    _iterator(train)
    train.add("Identity", "next_1", "next")
    train.add("Cast", "out", "next:1", SrcT=INT, DstT=FLOAT)
    editor = train.editor()
    (placeholder,) = cut_inputs(editor, request("out", inputs=("next:1",))).placeholders
    assert placeholder == TensorRef("next_1_1")
    assert editor[placeholder.node].attr["dtype"].type == INT
    assert editor.data_inputs("out") == (placeholder,)


def test_several_outputs_of_one_operation_keep_the_order_of_the_request() -> None:
    train = TrainGraph()
    _iterator(train)
    train.add("Pack", "out", "next", "next:2")
    editor = train.editor()
    first, second = cut_inputs(editor, request("out", inputs=("next:2", "next:0"))).placeholders
    assert (first, second) == (TensorRef("next_2"), TensorRef("next"))
    assert editor.data_inputs("out") == (second, first)
    assert editor[first.node].attr["shape"].shape.unknown_rank


def test_an_output_that_was_not_cut_still_reads_the_pipeline() -> None:
    train = TrainGraph()
    _iterator(train)
    train.add("Pack", "out", "next", "next:2")
    editor = train.editor()
    cut_inputs(editor, request("out", inputs=("next:0",)))
    left = editor.data_inputs("out")[1]
    assert (editor[left.node].op, left.output) == ("IteratorGetNext", 2)


def test_a_placeholder_stays_as_it_is() -> None:
    train = TrainGraph()
    train.add("Relu", "out", "input")
    editor = train.editor()
    before = editor["input"]
    cut = cut_inputs(editor, request("out"))
    assert (cut.placeholders, cut.changes) == ((TensorRef("input"),), ())
    assert editor["input"] is before


def test_a_tensor_of_unknown_type_blocks() -> None:
    train = TrainGraph()
    train.nodes.append(NodeDef(name="private", op="OwnOperation"))
    train.add("Relu", "out", "private")
    cut = cut_inputs(train.editor(), request("out", inputs=("private",)))
    assert [finding.code for finding in cut.findings] == ["eval_graph.input_type_unknown"]


def test_the_shapes_of_a_queue_are_those_of_its_elements() -> None:
    train = TrainGraph()
    train.add("FIFOQueueV2", "queue")
    shape = train.nodes[-1].attr["shapes"].list.shape.add()
    shape.dim.add(size=8)
    train.const("count", 4)
    train.add("QueueDequeueManyV2", "many", "queue", "count")
    train.nodes[-1].attr["component_types"].list.type.append(FLOAT)
    train.add("QueueDequeueV2", "one", "queue")
    train.nodes[-1].attr["component_types"].list.type.append(FLOAT)
    train.add("Pack", "out", "many", "one")
    editor = train.editor()
    cut_inputs(editor, request("out", inputs=("many", "one")))
    assert (_sizes(editor["many"]), _sizes(editor["one"])) == ([-1, 8], [8])


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("input_shuffle_batch", "QueueDequeueManyV2"),
        ("input_queue_up_to", "QueueDequeueUpToV2"),
        ("input_one_shot", "IteratorGetNext"),
        ("input_second_output", "IteratorGetNext"),
        ("input_default", "PlaceholderWithDefault"),
        ("input_staged", "Unstage"),
        ("input_jpeg", "Tile"),
    ],
)
def test_real_pipelines_are_cut(programs: Programs, name: str, source: str) -> None:
    changes = [change for change in programs[name, "make1"].eval_graph.changes if change.kind == "input"]
    assert [change.before.rpartition(" ")[2] for change in changes] == [source]
