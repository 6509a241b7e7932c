"""int8 from a graph that contrib.quantize trained: legal once the weights' ranges are symmetric, and said so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldpress.errors import BlockedError
from coldpress.pipeline.equivalent import job_of
from coldpress.pipeline.run import run
from coldpress.recipe import InferenceType, InputChoice, Recipe
from coldpress.sentences import say_finding

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.pipeline.workers import Workers

pytestmark = pytest.mark.tensorflow


def test_the_change_is_refused_until_accepted_and_then_shown_with_its_cost(workers: Workers, fixtures: Path) -> None:
    recipe = Recipe(
        str(fixtures / "digits_qat" / "train"),
        inputs=(InputChoice("input:0", mean=128.0, std=127.0),),
        inference_type=InferenceType.INT8,
        data=str(fixtures / "digits_qat" / "test_data.npz"),
    )
    with pytest.raises(BlockedError) as caught:
        run(recipe, workers)
    (finding,) = [entry for entry in caught.value.findings if entry.blocks]
    assert (finding.code, finding.facts["cost"], len(finding.nodes)) == ("convert.int8_weights", 0.9, 6)
    assert "0.9 dB" in say_finding(finding).remedy
    outcome = run(recipe.with_(accept=frozenset({"convert.int8_weights"})), workers)
    assert outcome.verdict == "verified"
    (tensor,) = outcome.checked.inputs
    # The bytes less 128: mean and std are said of bytes.
    assert (tensor.dtype, tensor.zero_point) == ("int8", 0)
    assert job_of(outcome).inputs[0].mean == 0
    assert outcome.verification is not None
    assert outcome.verification.accuracy_result == pytest.approx(0.9583, abs=0.01)
    (widened,) = [entry for entry in outcome.findings if entry.code == "quantization.widened"]
    assert len(widened.nodes) == 6
    assert 0 < float(widened.facts["cost"]) <= 1
    assert "6 layers’ weights were" in say_finding(widened).message
    assert not any(entry.dtype == "float32" for entry in outcome.checked.tensors)
