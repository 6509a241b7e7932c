"""dtypes and shapes, held against what TensorFlow recorded and against arithmetic."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.graph.graphs import F32, I32, Dtype, const, graph, node, placeholder, read, variable

from coldpress.graph.inference import TensorTypes
from coldpress.graph.op_defs import all_ops, op_def
from coldpress.graph.shape_rules import RULES
from coldpress.graph.shape_rules.shapes import broadcast, from_proto
from coldpress.graph.shape_rules.values import VALUES
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from coldpress.formats.protos import NodeDef
    from coldpress.graph.graph import Graph
    from coldpress.graph.shape_rules.shapes import Shape

FIXTURES = Path(__file__).parents[2] / "fixtures"
REAL = [
    *sorted(FIXTURES.glob("digits_*/**/train/*.meta")),
    *sorted(FIXTURES.glob("older/*/*/train/*.meta")),
    *sorted(FIXTURES.glob("endpoints/*.pb.gz")),
]
IMAGE = placeholder("x", (None, 8, 6, 4))


def _shape(*nodes: NodeDef, of: str = "y", output: int = 0) -> Shape:
    return TensorTypes(graph(*nodes)).shape(TensorRef(of, output))


def _without_records(whole: Graph) -> dict[str, list[Shape]]:
    """Take the recorded shapes out of a graph and return them."""
    recorded = {}
    for each in whole:
        if "_output_shapes" in each.attr:
            recorded[each.name] = [from_proto(shape) for shape in each.attr["_output_shapes"].list.shape]
            del each.attr["_output_shapes"]
    return recorded


def _contradicts(found: Shape, recorded: Shape) -> bool:
    if found is None or recorded is None:
        return False
    pairs = zip(found, recorded, strict=False)
    return len(found) != len(recorded) or any(a is not None and b is not None and a != b for a, b in pairs)


@pytest.mark.parametrize("file", REAL, ids=[str(file.relative_to(FIXTURES)) for file in REAL])
def test_rules_agree_with_what_tensorflow_recorded(file: Path) -> None:
    whole = read(file)
    recorded = _without_records(whole)
    types = TensorTypes(whole)
    known = 0
    for name, shapes in recorded.items():
        for output, shape in enumerate(shapes):
            found = types.shape(TensorRef(name, output))
            assert not _contradicts(found, shape), f"{name}:{output} is {shape}, not {found}"
            known += found is not None
            assert types.dtype(TensorRef(name, output)) is not None
    assert known > 0.5 * sum(len(shapes) for shapes in recorded.values())


def test_the_network_itself_is_known_without_records() -> None:
    whole = read(FIXTURES / "digits_qat/frozen.pb")
    types = TensorTypes(whole)
    assert types.shape(TensorRef("Net/Logits/SpatialSqueeze")) == (None, 10)
    unknown = [n.name for n in whole if types.shape(TensorRef(n.name)) is None]
    assert unknown == []


@pytest.mark.parametrize(
    ("padding", "strides", "dilations", "expected"),
    [
        ("SAME", [1, 1, 1, 1], [1, 1, 1, 1], (None, 8, 6, 5)),
        ("SAME", [1, 2, 4, 1], [1, 1, 1, 1], (None, 4, 2, 5)),
        ("VALID", [1, 1, 1, 1], [1, 1, 1, 1], (None, 6, 4, 5)),
        ("VALID", [1, 2, 2, 1], [1, 1, 1, 1], (None, 3, 2, 5)),
        ("VALID", [1, 1, 1, 1], [1, 2, 2, 1], (None, 4, 2, 5)),
    ],
)
def test_convolution(padding: str, strides: list[int], dilations: list[int], expected: Shape) -> None:
    weights = variable("w", (3, 3, 4, 5))
    conv = node("y", "Conv2D", "x", "w", T=F32, padding=padding, strides=strides, dilations=dilations)
    assert _shape(IMAGE, weights, conv) == expected


def test_convolution_in_other_layouts() -> None:
    image = placeholder("x", (2, 4, 8, 6))
    weights = variable("w", (3, 3, 4, 5))
    settings_ = {"T": F32, "data_format": "NCHW", "strides": [1, 1, 2, 2]}
    assert _shape(image, weights, node("y", "Conv2D", "x", "w", padding="SAME", **settings_)) == (2, 5, 4, 3)
    explicit = node(
        "y", "Conv2D", "x", "w", padding="EXPLICIT", explicit_paddings=[0, 0, 0, 0, 1, 2, 3, 4], **settings_
    )
    assert _shape(image, weights, explicit) == (2, 5, 5, 6)
    depth = variable("w", (3, 3, 4, 2))
    same = {"T": F32, "padding": "SAME", "strides": [1, 1, 1, 1]}
    assert _shape(IMAGE, depth, node("y", "DepthwiseConv2dNative", "x", "w", **same)) == (None, 8, 6, 8)


@pytest.mark.parametrize(
    ("op", "inputs", "attributes", "expected"),
    [
        ("MaxPool", ["x"], {"ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "padding": "VALID"}, (None, 4, 3, 4)),
        ("Reshape", ["x", "c:-1,192"], {}, (None, 192)),
        ("Reshape", ["z", "c:-1,4"], {}, (6, 4)),
        ("Squeeze", ["z"], {"squeeze_dims": [0]}, (2, 3, 4)),
        ("Squeeze", ["z"], {}, (2, 3, 4)),
        ("ExpandDims", ["z", "c:-1"], {}, (1, 2, 3, 4, 1)),
        ("ConcatV2", ["z", "z", "c:2"], {"N": 2}, (1, 2, 6, 4)),
        ("Pack", ["z", "z"], {"axis": 1, "N": 2}, (1, 2, 2, 3, 4)),
        ("Mean", ["x", "v:1,2"], {"keep_dims": True}, (None, 1, 1, 4)),
        ("Mean", ["x", "v:1,2"], {}, (None, 4)),
        ("Transpose", ["z", "v:0,3,1,2"], {}, (1, 4, 2, 3)),
        ("Pad", ["z", "p:0,0,1,2,0,0,0,3"], {}, (1, 5, 3, 7)),
        ("Tile", ["z", "v:1,2,3,1"], {}, (1, 4, 9, 4)),
        ("StridedSlice", ["z", "v:0,1", "v:1,2", "v:1,1"], {"shrink_axis_mask": 2}, (1, 3, 4)),
        ("StridedSlice", ["z", "v:0,0", "v:0,2", "v:1,1"], {"ellipsis_mask": 1}, (1, 2, 3, 2)),
        ("StridedSlice", ["z", "v:0", "v:0", "v:1"], {"new_axis_mask": 1}, (1, 1, 2, 3, 4)),
        ("StridedSlice", ["z", "v:0,3", "v:0,-9", "v:1,-1"], {"begin_mask": 1, "end_mask": 1}, (1, 2, 3, 4)),
        ("Slice", ["z", "v:0,1,0,0", "v:-1,1,2,-1"], {}, (1, 1, 2, 4)),
        ("GatherV2", ["z", "v:5,6", "c:1"], {}, (1, 2, 3, 4)),
        ("ResizeBilinear", ["x", "v:16,12"], {}, (None, 16, 12, 4)),
        ("SpaceToDepth", ["x"], {"block_size": 2}, (None, 4, 3, 16)),
        ("DepthToSpace", ["x"], {"block_size": 2}, (None, 16, 12, 1)),
        ("ArgMax", ["x", "c:3"], {}, (None, 8, 6)),
        ("OneHot", ["i", "c:7", "f", "f"], {"axis": -1}, (3, 7)),
        ("FusedBatchNormV3", ["x", "w4", "w4", "w4", "w4"], {}, (None, 8, 6, 4)),
        ("FakeQuantWithMinMaxVars", ["x", "f", "f"], {}, (None, 8, 6, 4)),
        ("Softmax", ["z"], {}, (1, 2, 3, 4)),
        ("Add", ["x", "w4"], {}, (None, 8, 6, 4)),
        ("Conv2DBackpropInput", ["v:2,8,8,3", "f", "x"], {}, (2, 8, 8, 3)),
    ],
)
def test_plain_rules(op: str, inputs: list[str], attributes: dict[str, object], expected: Shape) -> None:
    nodes = [
        IMAGE,
        placeholder("z", (1, 2, 3, 4)),
        placeholder("i", (3,), I32),
        placeholder("f", ()),
        variable("w4", (4,)),
    ]
    names = []
    for number, text in enumerate(inputs):
        kind, colon, values = text.partition(":")
        if not colon:
            names.append(text)
            continue
        ints = [int(value) for value in values.split(",")]
        value = ints[0] if kind == "c" and len(ints) == 1 else ints
        nodes.append(const(f"c{number}", [ints[i : i + 2] for i in range(0, len(ints), 2)] if kind == "p" else value))
        names.append(f"c{number}")
    assert _shape(*nodes, node("y", op, *names, T=F32, **attributes)) == expected


def test_a_shape_computed_from_a_shape() -> None:
    """Flatten as Keras and tf.layers write it: the batch is taken from the input, the rest is known."""
    nodes = (
        IMAGE,
        node("shape", "Shape", "x", T=F32, out_type=I32),
        *(const(name, [value]) for name, value in (("from", 0), ("to", 1), ("by", 1))),
        node("batch", "StridedSlice", "shape", "from", "to", "by", T=I32, shrink_axis_mask=1),
        const("rest", 192),
        node("target", "Pack", "batch", "rest", T=I32, N=2),
        node("y", "Reshape", "x", "target", T=F32, Tshape=I32),
    )
    assert _shape(*nodes) == (None, 192)
    assert TensorTypes(graph(*nodes)).constant_ints(TensorRef("target")) == (None, 192)


def test_given_shapes_replace_recorded_ones() -> None:
    relu = node("y", "Relu", "x", T=F32, _output_shapes=[(48, 16, 16, 1)])
    whole = graph(placeholder("x", (48, 16, 16, 1)), relu)
    assert TensorTypes(whole).shape(TensorRef("y")) == (48, 16, 16, 1)
    assert TensorTypes(whole, {TensorRef("x"): (1, 8, 8, 1)}).shape(TensorRef("y")) == (1, 8, 8, 1)


def test_old_placeholders_without_a_shape_take_any() -> None:
    scalar = placeholder("x", ())
    assert TensorTypes(graph(scalar, producer=22)).shape(TensorRef("x")) is None
    assert TensorTypes(graph(scalar, producer=27)).shape(TensorRef("x")) == ()


def test_resource_variables_and_queues() -> None:
    handle = node("v", "VarHandleOp", dtype=F32, shape=(3, 5))
    read_ = node("y", "ReadVariableOp", "enter", dtype=F32)
    assert _shape(handle, node("enter", "Enter", "v", T=Dtype("resource"), frame_name="loop"), read_) == (3, 5)
    queue = node("q", "FIFOQueueV2", component_types=[F32, I32], shapes=[(8, 8), ()])
    dequeue = node("y", "QueueDequeueManyV2", "q", "n", component_types=[F32, I32])
    whole = graph(queue, const("n", 16), dequeue)
    types = TensorTypes(whole)
    assert [types.shape(TensorRef("y", i)) for i in range(2)] == [(16, 8, 8), (16,)]
    assert [types.dtype(TensorRef("y", i)) for i in range(2)] == ["float32", "int32"]


def test_the_head_of_a_loop_promises_nothing() -> None:
    nodes = (
        placeholder("x", (1, 2)),
        node("enter", "Enter", "x", T=F32, frame_name="loop"),
        node("head", "Merge", "enter", "next", T=F32, N=2),
        node("body", "Relu", "head", T=F32),
        node("next", "NextIteration", "body", T=F32),
    )
    assert _shape(*nodes, of="body") is None
    assert _shape(*nodes, of="enter") == (1, 2)


def test_branches_agree_on_what_is_common() -> None:
    parts = (placeholder("a", (1, 2)), placeholder("b", (3, 2)), node("y", "Merge", "a", "b", T=F32, N=2))
    assert _shape(*parts) == (None, 2)


def test_a_missing_type_is_found_through_the_inputs() -> None:
    whole = graph(placeholder("x", (1, 4)), node("a", "Relu", "x"), node("y", "Relu", "a"))
    types = TensorTypes(whole)
    assert types.dtype(TensorRef("a")) == "float32"
    assert types.dtype(TensorRef("nowhere")) is None
    assert types.shape(TensorRef("y")) == (1, 4)


def test_unknown_operations_tell_what_their_attributes_say() -> None:
    whole = graph(node("y", "MyRelu", "x", T=F32, _output_shapes=[(1, 4)]), node("z", "Other", "y:2"))
    types = TensorTypes(whole)
    assert types.dtype(TensorRef("y")) == "float32"
    assert types.shape(TensorRef("y")) == (1, 4)
    assert types.outputs("y") == 3
    assert types.dtype(TensorRef("z")) is None


def test_a_chain_of_thirty_thousand_is_walked_without_recursion() -> None:
    nodes = [placeholder("n0", (1, 4))]
    nodes += [node(f"n{number}", "Relu", f"n{number - 1}", T=F32) for number in range(1, 30_000)]
    assert _shape(*nodes, of="n29999") == (1, 4)


def test_a_cycle_ends() -> None:
    assert _shape(node("y", "Relu", "z", T=F32), node("z", "Relu", "y", T=F32)) is None


@given(st.lists(st.lists(st.none() | st.integers(1, 5), max_size=4), min_size=1, max_size=3))
def test_broadcasting_never_forgets_a_size(dims: list[list[int | None]]) -> None:
    shapes: list[Shape] = [tuple(sizes) for sizes in dims]
    result = broadcast(shapes)
    assert result is not None
    assert len(result) == max(len(sizes) for sizes in dims)
    assert all(size is None or any(size in sizes for sizes in dims) for size in result)


_ANY_SHAPE = st.lists(st.none() | st.integers(0, 9), max_size=5).map(tuple)
_ANY_INTS = st.lists(st.integers(-9, 9), max_size=6)
_HOSTILE = st.sampled_from([0, -1, 1, 2, 3, 1 << 40])


@st.composite
def _broken_nodes(draw: st.DrawFn) -> Graph:
    """Draw a graph of one operation that has a rule, with inputs and attributes that need not fit it."""
    op = draw(st.sampled_from(sorted(RULES.keys() | VALUES.keys())))
    nodes = [placeholder(f"p{i}", shape) for i, shape in enumerate(draw(st.lists(_ANY_SHAPE, max_size=3)))]
    nodes += [const(f"c{i}", ints) for i, ints in enumerate(draw(st.lists(_ANY_INTS, max_size=3)))]
    names = draw(st.permutations([each.name for each in nodes]))
    last = node("y", op, *names, "missing")
    definition = op_def(op)
    for attribute in definition.attr if definition is not None else ():
        if attribute.type == "int" and draw(st.booleans()):
            last.attr[attribute.name].i = draw(_HOSTILE)
        elif attribute.type == "list(int)" and draw(st.booleans()):
            last.attr[attribute.name].list.i.extend(draw(st.lists(_HOSTILE, max_size=6)))
        elif attribute.type == "type":
            last.attr[attribute.name].type = draw(st.sampled_from([1, 3]))
    return graph(*nodes, last)


@given(_broken_nodes())
@settings(max_examples=400, deadline=None)
def test_no_node_is_too_broken(whole: Graph) -> None:
    types = TensorTypes(whole)
    for output in range(3):
        types.shape(TensorRef("y", output))
        types.dtype(TensorRef("y", output))
    types.constant_ints(TensorRef("y"))
    assert types.outputs("y") >= 0


def test_every_rule_is_for_a_real_operation() -> None:
    gone = {"PlaceholderV2", "BiasAddV1", "ClipByValue", "Iterator", "Conv3DBackpropInput"}
    assert (RULES.keys() | VALUES.keys()) - set(all_ops()) <= gone
