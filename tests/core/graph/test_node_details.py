"""A node in readable form."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from tests.core.graph.graphs import F32, I32, Dtype, const, graph, node, placeholder

from coldpress.formats.protos import AttrValue, GraphDef
from coldpress.graph.graph import Consumer, Graph
from coldpress.graph.inference import TensorTypes
from coldpress.graph.kinds import Kind
from coldpress.graph.node_details import NodeDetails, node_details, raw_text, readable
from coldpress.graph.tensor_ref import TensorRef

FIXTURES = Path(__file__).parents[2] / "fixtures"


def _details(whole: Graph, name: str) -> NodeDetails:
    return node_details(whole, TensorTypes(whole), name)


def test_everything_about_a_node() -> None:
    whole = graph(
        placeholder("x", (None, 8)),
        node("y", "Relu", "x", "^w", T=F32, _class=["loc:@x"]),
        node("z", "Add", "y", "gone:1", T=F32),
        node("w", "NoOp"),
    )
    found = _details(whole, "y")
    assert (found.op, found.kind, found.attributes) == (
        "Relu",
        Kind.ACTIVATION,
        (("T", "float32"), ("_class", "[loc:@x]")),
    )
    assert [(str(i.tensor), i.dtype, i.shape, i.present) for i in found.inputs] == [("x:0", "float32", (None, 8), True)]
    assert found.control_inputs == ("w",)
    (output,) = found.outputs
    assert (output.tensor, output.shape, output.consumers) == (TensorRef("y"), (None, 8), (Consumer("z", 0),))
    assert _details(whole, "w").control_consumers == ("y",)
    missing = _details(whole, "z").inputs[1]
    assert (str(missing.tensor), missing.present, missing.dtype) == ("gone:1", False, None)
    with pytest.raises(KeyError):
        _details(whole, "nowhere")
    plain = node_details(whole, TensorTypes(whole), "y", typed=False)
    assert [(i.dtype, i.shape) for i in plain.inputs] == [(None, None)]
    assert plain.outputs[0].consumers == output.consumers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (F32, "float32"),
        ("SAME", "SAME"),
        (True, "True"),
        (3, "3"),
        (0.001, "0.001"),
        ((None, 16, 16, 1), "[?, 16, 16, 1]"),
        ([1, 2, 2, 1], "[1, 2, 2, 1]"),
        ([F32, I32], "[float32, int32]"),
        (["a", "b"], "[a, b]"),
        ([(1, None)], "[[1, ?]]"),
        ([], "[]"),
        (list(range(20)), "[0, 1, 2, 3, 4, 5, 6, 7, …]"),
        (np.array([[1.5, -2.0]], np.float32), "float32 [1, 2]: 1.5, -2"),
        (np.arange(9, dtype=np.int32), "int32 [9]: 0, 1, 2, 3, 4, 5, 6, 7, …"),
        (np.array([b"a\xff"], object), "string [1]: a\\xff"),
        (np.zeros((0, 3), np.float32), "float32 [0, 3]"),
    ],
)
def test_attributes(value: object, text: str) -> None:
    assert readable(node("n", "Any", key=value).attr["key"]) == text


def test_rare_attributes() -> None:
    value = AttrValue()
    assert readable(value) == ""
    value.func.name = "body"
    assert readable(value) == "body"
    value.shape.unknown_rank = True
    assert readable(value) == "?"
    value.s = b"x" * 5000
    assert readable(value).endswith("(5,000 bytes)")


def test_a_damaged_constant_is_shown_by_its_shape() -> None:
    broken = const("c", [1, 2, 3])
    broken.attr["value"].tensor.tensor_content = b"123"
    assert readable(broken.attr["value"]) == "int32 [3]"


def test_large_values_are_not_written_out() -> None:
    content = gzip.decompress((FIXTURES / "broken/graphs/const_10mb.pb.gz").read_bytes())
    whole = Graph(GraphDef.FromString(content).node)
    large = max(whole, key=lambda each: each.ByteSize())
    text = raw_text(large)
    assert len(text) < 2000
    assert "10,486,050 bytes" in text or "bytes" in text
    assert large.ByteSize() > 10_000_000
    assert len(_details(whole, large.name).text) < 2000


def test_long_lists_of_values_are_cut() -> None:
    listed = node("c", "Const", dtype=Dtype("float32"))
    listed.attr["value"].tensor.dtype = 1
    listed.attr["value"].tensor.float_val.extend([1.0] * 10_000)
    assert len(raw_text(listed)) < 2000
    assert len(listed.attr["value"].tensor.float_val) == 10_000
