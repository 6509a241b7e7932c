"""Shapes, types and meaning of the inputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.core.findings.contexts import codes, context, real_context
from tests.core.graph.graphs import F32, Dtype, const, graph, node, placeholder, variable

from coldpress.finding import Finding, Severity
from coldpress.findings import input_meaning, input_shapes, input_types, sizes
from coldpress.recipe import InferenceType, InputChoice, IoType
from coldpress.sentences import say_finding

FIXTURES = Path(__file__).parents[2] / "fixtures"
UINT8 = InferenceType.UINT8
MODEL = graph(
    placeholder("x", (None, 8, 8, 1)),
    node("q", "FakeQuantWithMinMaxArgs", "x", min=-1.0, max=1.0),
    node("y", "Relu", "q", T=F32),
)


def _choice(**fields: Any) -> tuple[InputChoice, ...]:
    return (InputChoice("x:0", **{"shape": (1, 8, 8, 1), **fields}),)


def _meaning(mode: InferenceType = UINT8, **fields: Any) -> list[str]:
    recipe = {key: fields.pop(key) for key in ("inference_input_type", "representative_data") if key in fields}
    found = input_meaning.rule(context(MODEL, ["x"], ["y"], mode=mode, choices=_choice(**fields), **recipe))
    return codes(list(found))


def test_mean_and_std_are_asked_for() -> None:
    assert _meaning() == ["inputs.mean_std_missing"]
    assert _meaning(mean=128.0) == ["inputs.mean_std_missing"]
    assert _meaning(mean=128.0, std=127.0) == []


@pytest.mark.parametrize(
    ("mean", "std", "code"),
    [
        (128.0, 0.0, "inputs.std_not_positive"),
        (128.0, -1.0, "inputs.std_not_positive"),
        (300.0, 1.0, "inputs.mean_out_of_range"),
        (-1.0, 1.0, "inputs.mean_out_of_range"),
    ],
)
def test_senseless_mean_and_std(mean: float, std: float, code: str) -> None:
    assert _meaning(mean=mean, std=std) == [code]


def test_where_they_do_not_matter_they_are_not_asked_for() -> None:
    assert _meaning(InferenceType.FLOAT32) == []
    assert _meaning(InferenceType.INT8, representative_data="images") == []
    assert _meaning(inference_input_type=IoType.FLOAT32) == []
    assert list(input_meaning.rule(context(MODEL, ["x"], ["y"], mode=UINT8))) == []
    integers = graph(placeholder("x", (1, 4), Dtype("int32")), node("y", "Identity", "x", T=Dtype("int32")))
    choices = (InputChoice("x:0", shape=(1, 4)),)
    assert list(input_meaning.rule(context(integers, ["x"], ["y"], mode=UINT8, choices=choices))) == []


def test_the_real_model_stops_without_them() -> None:
    found = list(input_meaning.rule(real_context(FIXTURES / "digits_qat/train", means=False)))
    assert codes(found) == ["inputs.mean_std_missing"]
    assert found[0].blocks
    assert "input:0" in say_finding(found[0]).message


def _types(mean: float, std: float) -> list[Finding]:
    return list(input_types.rule(context(MODEL, ["x"], ["y"], mode=UINT8, choices=_choice(mean=mean, std=std))))


def test_mean_and_std_against_the_trained_range() -> None:
    assert _types(127.5, 127.5) == []
    assert _types(128.0, 127.0) == []
    (finding,) = _types(0.0, 255.0)
    assert (finding.code, finding.severity) == ("inputs.range_differs", Severity.WARNING)
    assert (finding.facts["low"], finding.facts["high"], finding.facts["trained_low"]) == (0.0, 1.0, -1.0)
    assert _types(0.0, 0.0) == []


def test_inputs_must_hold_numbers() -> None:
    whole = graph(placeholder("x", (), Dtype("string")), node("y", "DecodeJpeg", "x", channels=3))
    (finding,) = input_types.rule(context(whole, ["x"], ["y"]))
    assert (finding.code, finding.facts["dtype"]) == ("inputs.no_numbers", "string")


def _shapes(shape: tuple[int | None, ...] | None, known: tuple[int | None, ...] = (None, 8, 8, 1)) -> list[str]:
    whole = graph(placeholder("x", known), node("y", "Relu", "x", T=F32))
    choices = (InputChoice("x:0", shape=shape),)
    return codes(list(input_shapes.rule(context(whole, ["x"], ["y"], choices=choices))))


def test_shapes() -> None:
    assert _shapes((1, 8, 8, 1)) == []
    assert _shapes(None) == ["convert.unknown_rank"]
    assert _shapes((1, None, 8, 1)) == ["convert.unknown_size"]
    assert _shapes((1, 16, 8, 1)) == ["inputs.shape_contradicts"]
    assert _shapes((1, 8, 8)) == ["inputs.shape_contradicts"]


def test_a_graph_too_large_to_be_read_back() -> None:
    nodes = [placeholder("x", (1, 4)), variable("large", (1 << 28, 2)), node("y", "Add", "x", "large", T=F32)]
    found = list(sizes.rule(context(graph(*nodes), ["x"], ["y"])))
    assert found[0].code == "freeze.too_large"
    assert found[0].nodes[0] == "large"
    assert int(found[0].facts["bytes"]) >= 1 << 31
    assert list(sizes.rule(context(MODEL, ["x"], ["y"]))) == []


def test_a_constant_that_would_hang_the_converter() -> None:
    whole = graph(
        placeholder("x", (1,)),
        const("dims", [1 << 16, 1 << 16]),
        const("zero", 0.0, "float32"),
        node("huge", "Fill", "dims", "zero", T=F32, index_type=Dtype("int32")),
        node("y", "Mul", "x", "huge", T=F32),
    )
    found = list(sizes.rule(context(whole, ["x"], ["y"])))
    assert codes(found) == ["convert.huge_tensor"]
    assert found[0].nodes == ("huge",)
    assert found[0].facts["gigabytes"] == 16.0


def test_a_chosen_shape_that_is_too_large() -> None:
    choices = (InputChoice("x:0", shape=(1, 1 << 15, 1 << 15, 1)),)
    found = list(sizes.rule(context(MODEL, ["x"], ["y"], choices=choices)))
    assert codes(found) == ["convert.huge_tensor"]
