"""Several inference types of one model in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from coldpress.cli.compare_types import status_of
from coldpress.errors import UsageError
from coldpress.events import Step, StepFinished, TypeStarted
from coldpress.pipeline.all_types import EVERY_TYPE, TypeComparison, TypeStatus, keep, path_for, try_types
from coldpress.recipe import InferenceType, InputChoice, Recipe

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.events import Event
    from coldpress.pipeline.workers import Workers

pytestmark = pytest.mark.tensorflow

FIVE = (
    InferenceType.FLOAT32,
    InferenceType.FLOAT16,
    InferenceType.DYNAMIC,
    InferenceType.INT8,
    InferenceType.INT16X8,
)


@pytest.fixture(scope="module")
def heard() -> list[Event]:
    return []


@pytest.fixture(scope="module")
def compared(
    workers: Workers, fixtures: Path, tmp_path_factory: pytest.TempPathFactory, heard: list[Event]
) -> TypeComparison:
    """Return every type of the float network, from its train checkpoint, with labels and representative data."""
    folder = tmp_path_factory.mktemp("types")
    data = fixtures / "digits_float" / "test_data.npz"
    with np.load(data) as arrays:
        np.save(folder / "some.npy", arrays["images"][:100])
    recipe = Recipe(
        source=str(fixtures / "digits_float" / "tfdata" / "train"),
        inputs=(InputChoice("", mean=128, std=127),),
        data=str(data),
        representative_data=str(folder / "some.npy"),
        output=str(folder / "digits.tflite"),
    )
    return try_types(recipe, EVERY_TYPE, workers, listener=heard.append)


def test_all_five_types_are_verified_and_int8_is_within_a_point(compared: TypeComparison) -> None:
    statuses = {result.inference_type: result.status for result in compared.results}
    assert {kind for kind, status in statuses.items() if status is TypeStatus.VERIFIED} == set(FIVE)
    accuracies = {
        outcome.choices.inference_type: outcome.verification.accuracy_result
        for outcome in compared.outcomes
        if outcome.verification is not None
    }
    for kind in FIVE:
        accuracy, before = accuracies[kind], accuracies[InferenceType.FLOAT32]
        assert accuracy is not None
        assert before is not None
        assert accuracy >= before - 0.01


def test_a_type_that_does_not_fit_is_told_with_its_reason(compared: TypeComparison) -> None:
    (refused,) = (result for result in compared.results if result.outcome is None)
    assert (refused.inference_type, refused.status) == (InferenceType.UINT8, TypeStatus.UNFIT)
    assert "convert.no_ranges" in {finding.code for finding in refused.blocking}


def test_what_types_share_is_done_once(compared: TypeComparison, heard: list[Event]) -> None:
    finished = [event.step for event in heard if isinstance(event, StepFinished)]
    for step in (Step.READ, Step.EVAL_GRAPH, Step.FREEZE):
        assert finished.count(step) == 1
    assert finished.count(Step.CONVERT) == len(FIVE)
    begun = [event.inference_type for event in heard if isinstance(event, TypeStarted)]
    assert begun == [kind.value for kind in EVERY_TYPE]
    assert len({outcome.folder for outcome in compared.outcomes}) == len(FIVE)


def test_every_outcome_has_its_own_file_size_and_latency(compared: TypeComparison) -> None:
    for outcome in compared.outcomes:
        assert (outcome.folder / "result.tflite").stat().st_size == outcome.checked.nbytes
        assert (outcome.folder / "frozen.pb").is_file()
        assert outcome.timings[0].kernels == "default"
        assert all(0 < timing.low <= timing.median <= timing.high for timing in outcome.timings)
    sizes = [outcome.checked.nbytes for outcome in compared.outcomes]
    assert max(sizes) == sizes[0]


def test_verified_results_are_written_beside_the_target(compared: TypeComparison) -> None:
    for outcome in compared.outcomes:
        target = path_for(str(compared.recipe.output), outcome.choices.inference_type)
        assert target.name == f"digits_{outcome.choices.inference_type}.tflite"
        assert outcome.output == target
        assert target.read_bytes() == (outcome.folder / "result.tflite").read_bytes()


def test_only_a_type_that_was_named_counts_when_it_does_not_fit(compared: TypeComparison) -> None:
    assert status_of(compared, named=False) == 0
    assert status_of(compared, named=True) == 4


def test_a_result_that_failed_is_not_written_and_does_not_end_the_others(
    workers: Workers, fixtures: Path, tmp_path: Path
) -> None:
    recipe = Recipe(
        source=str(fixtures / "digits_float" / "tfdata" / "train"),
        inputs=(InputChoice("", mean=128, std=127),),
        output=str(tmp_path / "digits.tflite"),
    )
    strict = recipe.with_(limits=type(recipe.limits)(max_abs_error=1e-5))
    compared = try_types(strict, (InferenceType.DYNAMIC, InferenceType.FLOAT32), workers)
    assert [result.status for result in compared.results] == [TypeStatus.FAILED, TypeStatus.VERIFIED]
    assert [path.name for path in tmp_path.iterdir()] == ["digits_float32.tflite"]
    assert status_of(compared, named=True) == 6
    with pytest.raises(UsageError, match=r"types\.not_verified"):
        keep(compared.outcomes[0], tmp_path / "anyway.tflite")
    assert not (tmp_path / "anyway.tflite").exists()
