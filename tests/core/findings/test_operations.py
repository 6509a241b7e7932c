"""What TensorFlow Lite lacks, before anything is converted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.core.findings.contexts import context
from tests.core.graph.graphs import F32, I32, Dtype, const, graph, node, placeholder, read

from coldpress.finding import Finding, Severity
from coldpress.findings import operations
from coldpress.graph.inference import TensorTypes
from coldpress.graph.op_defs import all_ops
from coldpress.graph.op_support import (
    OpSupport,
    has_integer_kernel,
    keeps_range,
    node_support,
    op_support,
)
from coldpress.recipe import InferenceType, InputChoice
from coldpress.sentences import say_finding

FIXTURES = Path(__file__).parents[2] / "fixtures"
CHOICES = (InputChoice("x:0", shape=(1, 4)),)


def _found(*nodes: Any, **recipe: Any) -> list[Finding]:
    whole = graph(placeholder("x", (1, 4)), *nodes)
    recipe = {"choices": CHOICES, **recipe}
    return list(operations.rule(context(whole, ["x"], [nodes[-1].name], **recipe)))


def test_what_the_converter_answered() -> None:
    assert op_support("Conv2D", "float32") is OpSupport.BUILTIN
    assert op_support("Conv2D", "float64") is OpSupport.SELECT
    assert op_support("DepthwiseConv2dNative", "float32", "NCHW") is OpSupport.SELECT
    assert op_support("Digamma", "float32") is OpSupport.NONE
    assert op_support("TensorArrayV3", "float32") is OpSupport.SELECT
    assert op_support("Switch", "float32") is OpSupport.BUILTIN
    assert op_support("MyCompanyFancyRelu", "float32") is None
    assert has_integer_kernel("Conv2D")
    assert has_integer_kernel("OneHot") is False
    assert has_integer_kernel("MyCompanyFancyRelu") is None
    assert keeps_range("MaxPool")
    assert keeps_range("Softmax")
    assert not keeps_range("Conv2D")


def test_the_dtype_of_the_data_decides() -> None:
    whole = graph(
        placeholder("x", (1,), Dtype("float64")), node("y", "Relu", "x", T=Dtype("float64")), node("z", "Relu", "x")
    )
    types = TensorTypes(whole)
    assert node_support(whole["y"], types) is OpSupport.SELECT
    assert node_support(whole["z"], types) is OpSupport.SELECT


def test_the_cut_lies_before_the_loop() -> None:
    (found,) = _found(
        node("rnn/transpose", "Relu", "x", T=F32),
        node("rnn/Enter", "Enter", "rnn/transpose", T=F32, frame_name="rnn/while"),
        node("rnn/Tan", "Tan", "rnn/Enter", T=F32),
        node("rnn/Exit", "Exit", "rnn/Tan", T=F32),
    )
    assert (found.nodes, found.facts["cut"]) == (("rnn/Tan",), "rnn/transpose:0")


def test_a_loop_over_a_tensor_array_is_one_finding_and_cut_before_its_data() -> None:
    (found,) = _found(
        node("rnn/transpose", "Relu", "x", T=F32),
        node("rnn/Shape", "Shape", "rnn/transpose", T=F32, out_type=I32),
        node("rnn/range", "Cast", "rnn/Shape", SrcT=I32, DstT=I32),
        node("rnn/TensorArray", "TensorArrayV3", "rnn/range", dtype=F32),
        node(
            *("rnn/scatter", "TensorArrayScatterV3"),
            *("rnn/TensorArray", "rnn/range", "rnn/transpose", "rnn/TensorArray:1"),
            T=F32,
        ),
        node("rnn/read", "TensorArrayReadV3", "rnn/TensorArray", "rnn/range", "rnn/scatter", dtype=F32),
    )
    assert (found.code, found.nodes) == ("operations.tensor_array", ("rnn/scatter", "rnn/read"))
    assert found.facts == {
        "operation": "TensorArrayScatterV3, TensorArrayReadV3",
        "dtype": "float32",
        "scopes": "rnn",
        "cut": "rnn/transpose:0",
    }
    for language in ("en", "zh_CN"):
        assert "rnn/transpose:0" in (say_finding(found, language=language).remedy or "")


def test_all_that_is_lacking_is_said_at_once() -> None:
    found = _found(
        node("a/one", "Digamma", "x", T=F32),
        node("b/two", "Digamma", "a/one", T=F32),
        node("tan", "Tan", "b/two", T=F32),
    )
    assert [(f.code, f.nodes, f.severity) for f in found] == [
        ("operations.needs_custom", ("a/one", "b/two"), Severity.BLOCK),
        ("operations.needs_select", ("tan",), Severity.BLOCK),
    ]
    assert (found[0].facts["scopes"], found[0].facts["cut"]) == ("a, b", "x:0")
    assert found[1].facts["cut"] == "b/two:0"
    for language in ("en", "zh_CN"):
        assert "Digamma" in say_finding(found[0], language=language).message


def test_what_is_allowed_only_warns() -> None:
    tan = node("tan", "Tan", "x", T=F32)
    assert _found(tan, select_tf_ops=True)[0].severity is Severity.WARNING
    assert _found(tan, allow_custom_ops=True)[0].severity is Severity.BLOCK
    assert _found(tan, choices=None)[0].severity is Severity.WARNING


def test_what_does_not_depend_on_the_data_is_not_asked() -> None:
    assert _found(const("c", 1.0, "float32"), node("tan", "Tan", "c", T=F32), node("y", "Add", "x", "tan", T=F32)) == []
    shape = node("shape", "Shape", "x", T=F32, out_type=I32)
    wide = node("wide", "Cast", "shape", SrcT=I32, DstT=Dtype("float64"))
    tan = node("tan", "Tan", "wide", T=Dtype("float64"))
    back = node("back", "Cast", "tan", SrcT=Dtype("float64"), DstT=I32)
    assert _found(shape, wide, tan, back, node("y", "Reshape", "x", "back", T=F32, Tshape=I32)) == []


def test_floats_amid_integers() -> None:
    found = _found(node("y", "Sin", "x", T=F32), mode=InferenceType.UINT8)
    assert [(f.code, f.severity) for f in found] == [("operations.float_only", Severity.WARNING)]
    assert _found(node("y", "Relu", "x", T=F32), mode=InferenceType.UINT8) == []
    assert _found(node("y", "Sin", "x", T=F32), mode=InferenceType.FLOAT32) == []


def test_real_models_lack_nothing() -> None:
    for file in sorted(FIXTURES.glob("older/*/*/frozen.pb")):
        whole = read(file)
        outputs = [whole.nodes[-1].name]
        inputs = [each.name for each in whole if each.op == "Placeholder"]
        choices = (InputChoice(f"{inputs[0]}:0", shape=(1, 16, 16, 1)),)
        assert list(operations.rule(context(whole, inputs, outputs, choices=choices))) == []


def test_the_table_speaks_of_real_operations() -> None:
    asked = [op for op in all_ops() if op_support(op, "float32") is not None]
    assert len(asked) > 300
