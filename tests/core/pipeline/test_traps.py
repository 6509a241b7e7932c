"""What TensorFlow 2.21 converts without a word, and what ends its process: stopped before, and survived if forced.

A run that a person forces never comes out verified: it fails in words, or its result is failed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.core.worker.graphs import (
    GraphBuilder,
    float_graph,
    huge_constant_graph,
    trained_graph,
    training_batch_norm_graph,
)

from coldpress.errors import BlockedError, ColdpressError, ConverterError
from coldpress.pipeline.outcome import Verdict
from coldpress.pipeline.run import run
from coldpress.recipe import InferenceType, InputChoice, IoType, Recipe
from coldpress.sentences import say_error, say_finding

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from coldpress.pipeline.workers import Workers

pytestmark = pytest.mark.tensorflow

_UINT8 = {"inference_type": InferenceType.UINT8}
_INT8 = {"inference_type": InferenceType.INT8}


def _unknown_rank() -> GraphBuilder:
    build = GraphBuilder()
    build.dense("y", build.placeholder(None), 8, 4)
    return build


def _missed() -> GraphBuilder:
    build = trained_graph(low=0.0, high=6.0)
    added = build.node("AddV2", "added", "y", "y", T="float32")
    weights = build.fake_quant("w2_quant", build.weights("w2", 4, 4), -2.0, 3.0)
    build.graph.node[-1].name = "w2_quant"
    build.fake_quant("z", build.matmul("m2", added, weights), -20.0, 20.0)
    return build


def _recipe(build: GraphBuilder, folder: Path, values: float | None, more: dict[str, Any]) -> Recipe:
    shape = None if build.graph.node[0].attr["shape"].shape.unknown_rank else (1, 8)
    if any(node.op == "FusedBatchNorm" for node in build.graph.node):
        shape = (1, 4, 4, 3)  # type: ignore[assignment]
    if values is not None:
        data = np.random.default_rng(0).normal(size=(30, 8)).astype(np.float32)
        data[3, 2] = values
        np.save(folder / "x.npy", data)
        more = {**more, "representative_data": str(folder / "x.npy")}
    choice = InputChoice("x", shape, 128.0, 127.0)
    return Recipe(build.save(folder / "g.pb"), inputs=(choice,), **{"outputs": ("y",), **more})


_TRAPS: dict[str, tuple[Callable[[], GraphBuilder], dict[str, Any], float | None, str]] = {
    "infinite range, float": (lambda: trained_graph(low=-np.inf, high=np.inf), {}, None, "convert.range_not_finite"),
    "infinite range": (lambda: trained_graph(low=-np.inf, high=np.inf), _UINT8, None, "convert.range_not_finite"),
    "NaN range": (lambda: trained_graph(low=np.nan, high=np.nan), {}, None, "convert.range_not_finite"),
    "reversed range": (lambda: trained_graph(low=2.0, high=-2.0), _UINT8, None, "convert.range_reversed"),
    "empty range": (lambda: trained_graph(low=0.0, high=0.0), _UINT8, None, "convert.range_empty"),
    "infinite data": (float_graph, _INT8, np.inf, "data.not_finite"),
    "NaN data": (float_graph, _INT8, np.nan, "data.not_finite"),
    "unknown rank": (_unknown_rank, {}, None, "convert.unknown_rank"),
    "uint8 without ranges": (float_graph, _UINT8, None, "convert.no_ranges"),
}


def _assert_no_success(recipe: Recipe, workers: Workers) -> None:
    """Run what a person insists on: it fails in words, or its result does not pass."""
    failure: ColdpressError | None = None
    try:
        outcome = run(recipe, workers)
    except ColdpressError as error:
        failure = error
    if failure is None:
        assert outcome.verdict is Verdict.FAILED
        assert [entry for entry in outcome.findings if entry.blocks and entry.code not in recipe.accept]
    else:
        assert isinstance(failure, ConverterError | BlockedError), failure
        assert say_error(failure).message


@pytest.mark.parametrize("name", _TRAPS)
def test_a_trap_is_stopped_before_and_survived_if_forced(workers: Workers, tmp_path: Path, name: str) -> None:
    build, more, values, code = _TRAPS[name]
    recipe = _recipe(build(), tmp_path, values, {"inference_type": InferenceType.FLOAT32, **more})
    with pytest.raises(BlockedError) as caught:
        run(recipe, workers)
    (finding,) = [entry for entry in caught.value.findings if entry.code == code]
    assert say_finding(finding).remedy
    # The worker knocks once more; its code is accepted too.
    force = frozenset({*(entry.code for entry in caught.value.findings), "convert.representative_not_finite"})
    _assert_no_success(recipe.with_(accept=force), workers)
    # The processes are there again for the next run.
    sound = _recipe(float_graph(), tmp_path, None, {"inference_type": InferenceType.FLOAT32})
    assert run(sound, workers).verdict is Verdict.VERIFIED


@pytest.mark.parametrize(
    ("build", "more", "values", "code"),
    [
        (
            training_batch_norm_graph,
            {"as_is": True, "inference_type": InferenceType.FLOAT32},
            None,
            "eval_graph.left_batch_norm",
        ),
        (_missed, {**_UINT8, "outputs": ("z",)}, None, "quantization.uncovered"),
        (trained_graph, _INT8, None, "convert.int8_weights"),
        (trained_graph, _INT8, 0.5, "convert.representative_on_qat"),
        (trained_graph, {"inference_type": InferenceType.DYNAMIC}, None, "convert.mode_on_qat"),
        (huge_constant_graph, {"inference_type": InferenceType.FLOAT32}, None, "convert.huge_tensor"),
        (float_graph, _INT8, None, "convert.needs_representative_data"),
    ],
)
def test_what_converts_without_a_word_is_stopped(
    workers: Workers,
    tmp_path: Path,
    build: Callable[[], GraphBuilder],
    more: dict[str, Any],
    values: float | None,
    code: str,
) -> None:
    with pytest.raises(BlockedError) as caught:
        run(_recipe(build(), tmp_path, values, more), workers)
    assert code in {finding.code for finding in caught.value.findings}


def test_int8_that_would_quietly_be_uint8(workers: Workers, tmp_path: Path) -> None:
    build = trained_graph(weights=(-3.0, 3.0), narrow=True)
    recipe = _recipe(build, tmp_path, None, {**_INT8, "inference_input_type": IoType.UINT8})
    with pytest.raises(ColdpressError) as caught:
        run(recipe, workers)
    assert caught.value.code == "convert.io_type"


def test_data_of_another_shape(workers: Workers, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((30, 5), np.float32))
    recipe = _recipe(float_graph(), tmp_path, None, {**_INT8, "representative_data": str(tmp_path / "x.npy")})
    with pytest.raises(ColdpressError) as caught:
        run(recipe, workers)
    assert caught.value.code == "data.shape"
