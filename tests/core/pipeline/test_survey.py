"""Shapes and operations, asked of TensorFlow in a whole run before anything is frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.core.worker.graphs import GraphBuilder, float_graph

from coldpress.errors import BlockedError, ConverterError
from coldpress.events import Step, StepFinished
from coldpress.findings import operations
from coldpress.graph.op_support import OpSupport
from coldpress.pipeline.run import run
from coldpress.recipe import InferenceType, InputChoice, Recipe
from coldpress.sentences import say_finding

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.events import Event
    from coldpress.finding import Finding
    from coldpress.pipeline.outcome import Outcome
    from coldpress.pipeline.workers import Workers

pytestmark = pytest.mark.tensorflow


def _recipe(graph: str, shape: tuple[int | None, ...] | None, **more: Any) -> Recipe:
    return Recipe(graph, inputs=(InputChoice("x", shape),), outputs=("y",), **more)


def _blocked(workers: Workers, recipe: Recipe) -> tuple[Finding, ...]:
    with pytest.raises(BlockedError) as caught:
        run(recipe, workers)
    return caught.value.findings


def _open_graph() -> GraphBuilder:
    """Return a dense layer on an input of which nothing but the rank is known."""
    build = GraphBuilder()
    build.dense("y", build.placeholder((None, None)), 8, 4)
    return build


def test_a_shape_that_breaks_names_the_node_and_both_shapes(workers: Workers, tmp_path: Path) -> None:
    graph = _open_graph().save(tmp_path / "g.pb")
    (finding,) = _blocked(workers, _recipe(graph, (1, 5)))
    assert (finding.code, finding.nodes) == ("shapes.breaks", ("y/MatMul",))
    message = say_finding(finding).message
    assert "y/MatMul (MatMul)" in message
    assert "x [1, 5], y/weights [8, 4]" in message
    # Who insists gets the converter's own word, as an error and no crash.
    with pytest.raises(ConverterError) as caught:
        run(_recipe(graph, (1, 5), accept=frozenset({"shapes.breaks"})), workers)
    assert caught.value.code == "convert.shapes"


def test_the_same_shape_in_every_step(workers: Workers, tmp_path: Path) -> None:
    events: list[Event] = []
    outcome = run(_recipe(_open_graph().save(tmp_path / "g.pb"), (3, 8)), workers, listener=events.append)
    (surveyed,) = [e for e in events if isinstance(e, StepFinished) and e.step is Step.SURVEY]
    assert surveyed.facts == {"inputs": "[3, 8]", "outputs": "[3, 4]"}
    assert outcome.inputs[0].shape == outcome.checked.inputs[0].shape == outcome.recipe.inputs[0].shape == (3, 8)
    assert outcome.checked.outputs[0].shape == (3, 4)


def _baked(dims: tuple[int, ...], *, behind: int = 0) -> GraphBuilder:
    """Return a graph whose Reshape holds the batch size 48, with a layer behind it that wants ``behind`` values."""
    build = GraphBuilder()
    dense = build.dense("d", build.placeholder(), 8, 96)
    shaped = build.node("Reshape", "flat" if behind else "y", dense, build.const("to", dims, "int32"), T="float32")
    if behind:
        build.dense("y", shaped, behind, 4)
    return build


def test_a_batch_written_into_a_reshape_is_explained(workers: Workers, tmp_path: Path) -> None:
    recipe = _recipe(_baked((48, 96), behind=96).save(tmp_path / "g.pb"), (1, 8), as_is=True)
    (finding,) = _blocked(workers, recipe)
    assert finding.code == "shapes.batch_in_graph"
    assert (finding.facts["holder"], finding.facts["batch"], finding.facts["wanted"]) == ("flat", 48, "48,8")
    assert "d [1, 96] → [48, 96]" in say_finding(finding).message
    # A Reshape that takes the one sample apart does not break itself: what reads it does.
    recipe = _recipe(_baked((48, -1), behind=96).save(tmp_path / "g.pb"), (1, 8), as_is=True)
    (finding,) = _blocked(workers, recipe)
    assert (finding.code, finding.nodes) == ("shapes.batch_in_graph", ("flat", "y/MatMul"))


def test_the_batch_of_training_is_what_such_a_graph_takes(workers: Workers, tmp_path: Path) -> None:
    graph = _baked((48, 96), behind=96).save(tmp_path / "g.pb")
    assert run(_recipe(graph, (48, 8), as_is=True), workers).checked.outputs[0].shape == (48, 4)
    # The rewrite frees it, and one sample will do.
    assert run(_recipe(graph, None), workers).checked.outputs[0].shape == (1, 4)


def _state_of_twelve() -> GraphBuilder:
    """Return a graph whose state has twelve rows: no other batch is right, and one goes through by broadcast."""
    build = GraphBuilder()
    dense = build.dense("d", build.placeholder(), 8, 4)
    state = build.const("state", [[row / 12] * 4 for row in range(12)])
    build.node("AddV2", "y", dense, state, T="float32")
    return build


def test_a_batch_that_another_one_quietly_becomes(workers: Workers, tmp_path: Path) -> None:
    graph = _state_of_twelve().save(tmp_path / "g.pb")
    (finding,) = _blocked(workers, _recipe(graph, (1, 8)))
    assert (finding.code, finding.facts["batch"]) == ("shapes.batch_taken_apart", 12)
    assert finding.facts["wanted"] == "12,8"
    # Where nothing is said of the batch, the one of training is taken.
    assert run(_recipe(graph, None), workers).checked.inputs[0].shape == (12, 8)


def _lacking() -> GraphBuilder:
    build = GraphBuilder()
    dense = build.dense("scope/d", build.placeholder(), 8, 4)
    first = build.unary("Erf", "scope/erf_1", dense)
    second = build.unary("Erf", "scope/erf_2", first)
    build.unary("Relu", "y", build.unary("Asinh", "scope/asinh", second))
    return build


def test_the_converter_is_asked_what_it_lacks(workers: Workers, tmp_path: Path) -> None:
    graph = _lacking().save(tmp_path / "g.pb")
    found = {finding.code: finding for finding in _blocked(workers, _recipe(graph, (1, 8)))}
    assert set(found) == {"operations.needs_select", "operations.needs_custom"}
    select = found["operations.needs_select"]
    assert select.nodes == ("scope/erf_1", "scope/erf_2")
    assert (select.facts["operation"], select.facts["scopes"], select.facts["cut"]) == ("Erf", "scope", "scope/d:0")
    assert found["operations.needs_custom"].nodes == ("scope/asinh",)


def test_the_answer_of_the_converter_counts_more_than_the_table(
    workers: Workers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "node_support", lambda *_: OpSupport.NONE)

    def converted(graph: str) -> Outcome:
        return run(_recipe(graph, (1, 8)), workers)

    outcome = converted(float_graph().save(tmp_path / "g.pb"))
    assert outcome.verdict == "verified"
    assert not [finding for finding in outcome.findings if finding.code.startswith("operations.")]


@pytest.mark.parametrize("kind", [InferenceType.FLOAT32, InferenceType.INT8])
def test_an_input_without_axes(workers: Workers, tmp_path: Path, kind: InferenceType) -> None:
    build = GraphBuilder()
    factor = build.placeholder((), "factor")
    build.node("Mul", "y", build.dense("d", build.placeholder(), 8, 4), factor, T="float32")
    data = np.random.default_rng(0).normal(size=(30, 8)).astype(np.float32)
    np.savez(tmp_path / "x.npz", x=data, factor=np.linspace(0.5, 1, 30, dtype=np.float32))
    outcome = run(
        Recipe(
            build.save(tmp_path / "g.pb"),
            inputs=(InputChoice("x", (1, 8)), InputChoice("factor", ())),
            outputs=("y",),
            inference_type=kind,
            representative_data=str(tmp_path / "x.npz"),
            data=str(tmp_path / "x.npz"),
        ),
        workers,
    )
    assert outcome.verdict == "verified"
    assert sorted(tensor.shape for tensor in outcome.checked.inputs) == [(), (1, 8)]
