"""Types that do not fit the graph, ranges that are not sane, tensors without a range."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.core.findings.contexts import codes, context, real_context
from tests.core.graph.graphs import F32, const, graph, node, placeholder, read

from coldpress.eval_graph.passes import EvalRequest
from coldpress.eval_graph.rewrite import to_eval_graph
from coldpress.finding import Finding, Severity
from coldpress.findings import coverage, quantization
from coldpress.findings.trained_ranges import trained_ranges
from coldpress.graph.endpoints import suggest
from coldpress.recipe import InferenceType
from coldpress.sentences import say_finding

if TYPE_CHECKING:
    from coldpress.formats.protos import NodeDef

FIXTURES = Path(__file__).parents[2] / "fixtures"
UINT8 = InferenceType.UINT8
WEIGHTS = (const("w", [[1.0, 2.0], [3.0, 4.0]], "float32"), const("b", [1.0, 2.0], "float32"))


def _ranged(name: str, source: str, low: float = -1.0, high: float = 1.0, *, narrow: bool = False) -> NodeDef:
    return node(name, "FakeQuantWithMinMaxArgs", source, min=low, max=high, narrow_range=narrow)


def _ranges(low: float, high: float, mode: InferenceType | None = None) -> list[Finding]:
    whole = graph(placeholder("x", (1, 4)), _ranged("q", "x", low, high))
    return list(quantization.rule(context(whole, ["x"], ["q"], mode=mode)))


@pytest.mark.parametrize(
    ("low", "high", "code"),
    [
        (-math.inf, math.inf, "convert.range_not_finite"),
        (math.nan, 1.0, "convert.range_not_finite"),
        (1.0, -1.0, "convert.range_reversed"),
        (0.0, 0.0, "convert.range_empty"),
    ],
)
def test_ranges_that_crash_or_spoil(low: float, high: float, code: str) -> None:
    found = _ranges(low, high, InferenceType.FLOAT32)
    assert code in codes(found)
    assert found[0].blocks
    assert found[0].nodes == ("q",)
    assert code in codes(_ranges(low, high))


def test_a_real_range_is_read_from_the_checkpoint() -> None:
    found = trained_ranges(real_context(FIXTURES / "digits_qat/train"))
    assert len(found) == 12
    assert all(quant.minimum[0] < quant.maximum[0] for quant in found)
    assert {quant.constant for quant in found} == {True, False}


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        (InferenceType.FLOAT32, "quantization.float_of_qat"),
        (InferenceType.FLOAT16, "convert.mode_on_qat"),
        (InferenceType.DYNAMIC, "convert.mode_on_qat"),
        (InferenceType.INT16X8, "convert.mode_on_qat"),
        (InferenceType.INT8, "convert.int8_weights"),
    ],
)
def test_a_quantized_graph_in_another_type(mode: InferenceType, code: str) -> None:
    found = list(quantization.rule(real_context(FIXTURES / "digits_qat/train", inference_type=mode)))
    assert code in codes(found)


def test_ranges_of_another_width() -> None:
    wide = node("q", "FakeQuantWithMinMaxArgs", "x", min=0.0, max=6.0, num_bits=16)
    whole = graph(placeholder("x", (1, 2)), wide)
    found = list(quantization.rule(context(whole, ["x"], ["q"], mode=UINT8)))
    assert codes(found) == ["quantization.num_bits"]
    assert found[0].facts["bits"] == 16
    assert codes(list(quantization.rule(context(whole, ["x"], ["q"], mode=InferenceType.FLOAT32)))) == [
        "quantization.float_of_qat"
    ]


def test_measured_ranges_on_a_quantized_graph() -> None:
    wanted = real_context(FIXTURES / "digits_qat/train", inference_type=InferenceType.INT8, representative_data="x.npz")
    assert "convert.representative_on_qat" in codes(list(quantization.rule(wanted)))


def test_a_float_graph_in_integers() -> None:
    folder = FIXTURES / "digits_float/cond/train"
    assert codes(list(quantization.rule(real_context(folder, inference_type=UINT8)))) == ["convert.no_ranges"]
    wanted = real_context(folder, inference_type=InferenceType.INT8)
    assert codes(list(quantization.rule(wanted))) == ["convert.needs_representative_data"]
    wanted = real_context(folder, inference_type=InferenceType.INT8, representative_data="images")
    assert list(quantization.rule(wanted)) == []
    wanted = real_context(folder, inference_type=UINT8, default_ranges=(0.0, 6.0))
    (finding,) = quantization.rule(wanted)
    assert (finding.code, finding.severity) == ("quantization.default_ranges", Severity.WARNING)


def _uncovered(*nodes: NodeDef, outputs: list[str] | None = None, **recipe: Any) -> list[Finding]:
    whole = graph(placeholder("x", (1, 2)), *WEIGHTS, *nodes)
    wanted = outputs or [nodes[-1].name]
    return list(coverage.rule(context(whole, ["x"], wanted, mode=UINT8, **recipe)))


def test_what_is_fused_into_a_layer_needs_one_range() -> None:
    assert (
        _uncovered(
            node("fc", "MatMul", "x", "w", T=F32),
            node("bias", "BiasAdd", "fc", "b", T=F32),
            node("relu", "Relu6", "bias", T=F32),
            _ranged("q", "relu"),
            node("flat", "Reshape", "q", "b", T=F32),
            node("y", "Softmax", "flat", T=F32),
        )
        == []
    )


def test_the_first_tensor_without_a_range_is_named() -> None:
    (finding,) = _uncovered(
        node("scope/fc", "MatMul", "x", "w", T=F32),
        _ranged("q", "scope/fc"),
        node("scope/next", "MatMul", "q", "w", T=F32),
        node("after", "LeakyRelu", "scope/next", T=F32),
        _ranged("end", "after"),
    )
    assert (finding.code, finding.severity) == ("quantization.uncovered", Severity.BLOCK)
    assert finding.nodes == ("scope/next",)
    assert finding.facts["reader"] == "after"
    assert finding.facts["scope"] == "scope"
    assert "scope/next" in say_finding(finding).message
    assert "scope/next" in say_finding(finding, language="zh_CN").message


def test_an_addition_between_ranges_needs_one_too() -> None:
    parts = (_ranged("q", "x"), node("sum", "Add", "q", "q", T=F32), node("y", "Softmax", "sum", T=F32))
    assert _uncovered(*parts)[0].nodes[0] == "sum"
    assert _uncovered(*parts[:2], _ranged("r", "sum"), node("y", "Softmax", "r", T=F32)) == []


def test_default_ranges_make_it_a_warning() -> None:
    parts = (_ranged("q", "x"), node("y", "Add", "q", "q", T=F32))
    assert _uncovered(*parts, default_ranges=(0.0, 6.0))[0].severity is Severity.WARNING


def test_an_output_before_its_range_is_told_where_to_go() -> None:
    parts = (
        node("fc", "MatMul", "x", "w", T=F32),
        node("relu", "Relu", "fc", T=F32),
        _ranged("q", "relu"),
        node("y", "Softmax", "q", T=F32),
    )
    (finding,) = _uncovered(*parts, outputs=["fc"])
    assert (finding.code, finding.facts) == ("quantization.output_before_range", {"output": "fc", "better": "q"})
    assert _uncovered(*parts, outputs=["q"]) == []
    found = list(coverage.rule(real_context(FIXTURES / "digits_qat/train", outputs=("Net/c0/add_fold",))))
    assert found[0].facts["better"] == "Net/c0/act_quant/FakeQuantWithMinMaxVars"


def test_only_integer_types_are_asked() -> None:
    whole = graph(placeholder("x", (1, 2)), _ranged("q", "x"), node("y", "Add", "q", "q", T=F32))
    for mode in (None, InferenceType.FLOAT32, InferenceType.DYNAMIC):
        assert list(coverage.rule(context(whole, ["x"], ["y"], mode=mode))) == []
    wanted = context(whole, ["x"], ["y"], mode=InferenceType.INT8, representative_data="images")
    assert list(coverage.rule(wanted)) == []


def test_a_quantized_graph_with_a_residual_is_covered() -> None:
    whole = read(FIXTURES / "older/tf1.12.3/qat_delay/frozen.pb")
    assert list(coverage.rule(context(whole, ["input"], ["Net/probs"], mode=UINT8))) == []


def _trained(file: Path) -> list[Finding]:
    """Return the gaps in the ranges of a trained network's eval graph."""
    found = suggest(read(file))
    derived = to_eval_graph(read(file), EvalRequest(found.chosen_inputs, found.chosen_outputs))
    inputs, outputs = ([str(ref) for ref in refs] for refs in (derived.inputs, derived.outputs))
    return list(coverage.rule(context(derived.graph, inputs, outputs, mode=UINT8)))


@pytest.mark.parametrize("release", ["tf1.4", "tf1.8", "tf1.12", "tf1.14", "tf1.15"])
def test_what_contrib_quantize_trained_is_covered(release: str) -> None:
    files = sorted(FIXTURES.glob(f"trained/{release}/qat_*/*.meta.gz"))
    assert files
    for file in files:
        # The folding of 1.8 does not reach through the spaces of an atrous convolution.
        expected = ["quantization.uncovered"] if (release, file.parent.name) == ("tf1.8", "qat_bypass") else []
        assert codes(_trained(file)) == expected, file.parent.name


def test_layers_that_training_left_in_floats_are_named() -> None:
    (finding,) = _trained(FIXTURES / "trained/tf1.15/flag_qat/model.meta.gz")
    assert finding.nodes[0] == "net/c1/Conv2D"
    (finding,) = _trained(FIXTURES / "trained/tf1.15/hand_ranges/model.meta.gz")
    assert finding.nodes[0] == "net/head/MatMul"
