"""Ranges that a person gives to tensors which have none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.core.worker.graphs import GraphBuilder, trained_graph

from coldpress.errors import BlockedError
from coldpress.pipeline.run import run
from coldpress.recipe import InferenceType, InputChoice, RangeChoice, Recipe
from coldpress.sentences import say_finding

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.pipeline.workers import Workers

pytestmark = pytest.mark.tensorflow

_BACK = RangeChoice("back", 0.0, 6.0)


def _missed_addition() -> GraphBuilder:
    """Return a trained graph in which contrib.quantize missed an addition in the middle."""
    build = trained_graph(low=0.0, high=6.0)
    axis = build.const("axis", [1], "int32")
    back = build.node("ReverseV2", "back", "y", axis, T="float32", Tidx="int32")
    added = build.node("AddV2", "added", "y", back, T="float32")
    weights = build.fake_quant("w2_quant", build.weights("w2", 4, 4), -2.0, 3.0)
    build.fake_quant("z", build.matmul("m2", added, weights), -20.0, 20.0)
    return build


def _recipe(graph: str, output: str = "z", **more: Any) -> Recipe:
    choice = InputChoice("x", (1, 8), 128, 127)
    return Recipe(graph, inputs=(choice,), outputs=(output,), inference_type=InferenceType.UINT8, **more)


def test_a_missing_range_is_given_by_hand_and_marked_as_a_guess(workers: Workers, tmp_path: Path) -> None:
    graph = _missed_addition().save(tmp_path / "g.pb")
    with pytest.raises(BlockedError) as caught:
        run(_recipe(graph), workers)
    (finding,) = caught.value.findings
    assert (finding.code, finding.nodes) == ("quantization.uncovered", ("back", "added"))
    one = RangeChoice("added:0", 0.0, 12.0)
    with pytest.raises(BlockedError) as caught:
        run(_recipe(graph, ranges=(one,)), workers)
    assert caught.value.findings[0].nodes == ("back",)
    outcome = run(_recipe(graph, ranges=(one, _BACK)), workers)
    assert outcome.verdict == "verified"
    codes = {entry.code: entry for entry in outcome.findings}
    assert "check.float_island" not in codes
    assert "added:0 [0, 12]" in say_finding(codes["quantization.given_ranges"]).message
    assert [change.node for change in outcome.eval_graph.changes[-2:]] == ["added", "back"]
    (tensor,) = [entry for entry in outcome.checked.tensors if entry.name.startswith("added") and entry.scales]
    assert tensor.scale == pytest.approx(12 / 255)
    assert tensor.zero_point == 0


def test_an_output_that_has_no_range(workers: Workers, tmp_path: Path) -> None:
    graph = _missed_addition().save(tmp_path / "g.pb")
    outcome = run(_recipe(graph, "added", ranges=(RangeChoice("added", 0.0, 12.0), _BACK)), workers)
    assert outcome.verdict == "verified"
    assert outcome.checked.outputs[0].dtype == "uint8"
    assert outcome.checked.outputs[0].scale == pytest.approx(12 / 255)


def test_a_range_for_what_is_not_there_stops_the_run(workers: Workers, tmp_path: Path) -> None:
    graph = trained_graph().save(tmp_path / "g.pb")
    with pytest.raises(BlockedError) as caught:
        run(_recipe(graph, "y", ranges=(RangeChoice("nowhere:0", 0.0, 4.0),)), workers)
    assert [finding.code for finding in caught.value.findings] == ["convert.range_unknown"]


@pytest.mark.parametrize("text", ["add", "add=1", "add=1:2", "add=0:0", "add=3:-3", "=0:1", "add=0:inf", "add=a:b"])
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        RangeChoice.parse(text)


def test_a_range_reads_back_as_written() -> None:
    choice = RangeChoice("Net/add:0", -0.1, 5.999)
    assert RangeChoice.parse(str(choice)) == choice
