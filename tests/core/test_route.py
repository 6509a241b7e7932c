"""The route of the wizard, without a window: how steps stand, and what a decision makes out of date."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from coldpress.errors import BlockedError, ConverterError, InputError, OutputError, UsageError
from coldpress.finding import Finding, Severity
from coldpress.graph.consequence import consequence
from coldpress.graph.inference import TensorTypes
from coldpress.pipeline.checking import check_graph
from coldpress.pipeline.choices import choose
from coldpress.pipeline.derive import derive
from coldpress.pipeline.model import load
from coldpress.recipe import InferenceType, InputChoice, Recipe
from coldpress.route import (
    Derived,
    Job,
    Progress,
    StepId,
    complete_choices,
    next_job,
    page_for,
    step_states,
    step_status,
    type_misfits,
)

SAMPLE = Path(__file__).parents[2] / "resources" / "coldpress_resources" / "sample" / "train"
MEANING = (InputChoice("input:0", mean=128.0, std=127.0),)


def derived_from(progress: Progress) -> Progress:
    model, recipe = progress.model, progress.recipe
    assert model is not None
    assert recipe is not None
    choices = choose(model, recipe)
    result = derive(model, recipe, choices)
    means = consequence(result.graph, TensorTypes(result.graph), result.inputs, result.outputs)
    findings = check_graph(model, result, recipe, choices)
    misfits = type_misfits(model, result, choices, recipe)
    return replace(progress, derived=Derived(choices, result, findings, means, misfits))


@pytest.fixture(scope="module")
def read() -> Progress:
    """Return the sample, read and derived, with nothing decided."""
    recipe = Recipe(source=str(SAMPLE))
    return derived_from(Progress(recipe=recipe, model=load(recipe)))


@pytest.fixture
def decided(read: Progress) -> Progress:
    """Return the sample with everything decided."""
    assert read.recipe is not None
    return replace(read, recipe=read.recipe.with_(inputs=MEANING))


def code_of(progress: Progress, step: StepId) -> str:
    reason = step_status(progress, step).reason
    assert isinstance(reason, Finding)
    return reason.code


def test_in_the_beginning_only_the_first_step_is_open() -> None:
    assert code_of(Progress(), StepId.FILES) == "route.nothing_open"
    states = step_states(Progress(), 0, 0)
    assert states[StepId.FILES] == "open"
    assert {states[step] for step in StepId if step} == {"locked"}


def test_weights_without_a_graph_lead_nowhere(read: Progress) -> None:
    assert read.model is not None
    assert code_of(replace(read, model=replace(read.model, read=None)), StepId.FILES) == "route.no_graph"


def test_the_sample_needs_to_be_told_what_its_input_means(read: Progress) -> None:
    for step in (StepId.FILES, StepId.EVAL_GRAPH, StepId.ENDPOINTS):
        assert step_status(read, step).complete, step
    assert code_of(read, StepId.TYPES) == "inputs.mean_std_missing"
    states = step_states(read, StepId.TYPES, StepId.TYPES)
    assert states[StepId.ENDPOINTS] == "done"
    assert states[StepId.TYPES] == "error"
    assert states[StepId.CONVERT] == "locked"


def test_with_mean_and_std_it_can_be_converted(decided: Progress) -> None:
    assert step_status(decided, StepId.TYPES).complete
    assert complete_choices(decided)[0].shape == (1, 16, 16, 1)
    assert step_states(decided, StepId.TYPES, StepId.TYPES)[StepId.CONVERT] == "open"


@pytest.mark.parametrize(("mean", "std", "code"), [(128, 0, "inputs.std_not_positive"), (300, 1, "inputs.mean_out")])
def test_senseless_values_are_refused_at_once(read: Progress, mean: float, std: float, code: str) -> None:
    assert read.recipe is not None
    recipe = read.recipe.with_(inputs=(InputChoice("input:0", mean=mean, std=std),))
    assert code_of(replace(read, recipe=recipe), StepId.TYPES).startswith(code)


def test_a_blocking_finding_stops_until_it_is_accepted(decided: Progress) -> None:
    assert decided.derived is not None
    assert decided.recipe is not None
    finding = Finding("eval_graph.not_understood", Severity.BLOCK)
    blocked = replace(decided, derived=replace(decided.derived, findings=(finding,)))
    assert code_of(blocked, StepId.ENDPOINTS) == finding.code
    accepted = replace(blocked, recipe=decided.recipe.with_(accept=frozenset({finding.code})))
    assert step_status(accepted, StepId.ENDPOINTS).complete


def test_what_the_types_page_mends_does_not_block_the_page_before(decided: Progress) -> None:
    assert decided.derived is not None
    finding = Finding("convert.no_ranges", Severity.BLOCK)
    blocked = replace(decided, derived=replace(decided.derived, findings=(finding,)))
    assert step_status(blocked, StepId.ENDPOINTS).complete
    assert code_of(blocked, StepId.TYPES) == finding.code


def test_types_that_do_not_fit_a_trained_graph_say_why(read: Progress) -> None:
    assert read.derived is not None
    misfits = read.derived.misfits
    # int8 can be made legal by a change that a person accepts, so it can be chosen.
    assert set(misfits) == {InferenceType.FLOAT16, InferenceType.DYNAMIC, InferenceType.INT16X8}


@pytest.mark.parametrize(
    ("change", "job"),
    [
        ({"source": "/elsewhere"}, Job.LOAD),
        ({"checkpoint": str(SAMPLE / "model.ckpt-1000")}, Job.LOAD),
        ({"graph": "x.meta"}, Job.LOAD),
        ({"outputs": ("Net/Logits/SpatialSqueeze:0",)}, Job.DERIVE),
        ({"as_is": True}, Job.DERIVE),
        ({"use_ema": True}, Job.DERIVE),
        ({"inputs": (InputChoice("other:0"),)}, Job.DERIVE),
        ({"inputs": (InputChoice("input:0", mean=1.0, std=1.0),)}, None),
        ({"inference_type": InferenceType.FLOAT32}, Job.CHECK),
        ({"representative_data": "x.npy"}, Job.CHECK),
        ({"output": "y.tflite"}, None),
        ({"data": "d.npz"}, None),
        ({"accept": frozenset({"x"})}, None),
    ],
)
def test_exactly_what_depends_on_a_decision_is_made_again(
    decided: Progress, change: dict[str, Any], job: Job | None
) -> None:
    assert decided.recipe is not None
    assert next_job(decided, decided.recipe.with_(**change)) is job


def test_a_result_is_out_of_date_until_the_decision_is_taken_back(decided: Progress) -> None:
    assert decided.recipe is not None
    outcome: Any = type("Outcome", (), {"verdict": "verified"})()
    done = replace(decided, outcome=outcome, ran=decided.recipe)
    assert step_states(done, StepId.RESULT, StepId.RESULT)[StepId.CONVERT] == "done"
    changed = replace(done, recipe=decided.recipe.with_(use_ema=True))
    assert changed.outcome_stale
    assert code_of(changed, StepId.CONVERT) == "route.out_of_date"
    assert step_states(changed, StepId.FILES, StepId.RESULT)[StepId.CONVERT] == "stale"
    back = replace(changed, recipe=decided.recipe)
    assert step_status(back, StepId.CONVERT).complete


def test_steps_that_are_made_again_are_seen_to_be_so(decided: Progress) -> None:
    busy = replace(decided, busy=frozenset({Job.DERIVE}))
    states = step_states(busy, StepId.FILES, StepId.TYPES)
    assert states[StepId.FILES] == "done"
    assert states[StepId.EVAL_GRAPH] == states[StepId.ENDPOINTS] == states[StepId.TYPES] == "stale"
    assert states[StepId.CONVERT] == "locked"


def test_a_running_and_a_failed_run(decided: Progress) -> None:
    running = replace(decided, busy=frozenset({Job.RUN}))
    assert step_status(running, StepId.CONVERT).busy
    error = ConverterError("worker.crashed")
    failed = replace(decided, problems=((Job.RUN, error),), ran=decided.recipe)
    assert step_status(failed, StepId.CONVERT).reason is error
    assert step_states(failed, StepId.CONVERT, StepId.CONVERT)[StepId.CONVERT] == "error"
    assert decided.recipe is not None
    mended = replace(failed, recipe=decided.recipe.with_(use_ema=True))
    assert step_states(mended, StepId.CONVERT, StepId.CONVERT)[StepId.CONVERT] == "open"


@pytest.mark.parametrize(
    ("error", "step"),
    [
        (InputError("formats.truncated"), StepId.FILES),
        (InputError("data.not_found"), StepId.TYPES),
        (UsageError("pipeline.not_in_graph"), StepId.ENDPOINTS),
        (OutputError("files.disk_full"), StepId.TYPES),
        (BlockedError([Finding("inputs.mean_std_missing", Severity.BLOCK)]), StepId.TYPES),
        (BlockedError([Finding("checkpoint.none", Severity.BLOCK)]), StepId.FILES),
        (ValueError("x"), None),
    ],
)
def test_an_error_leads_to_the_step_that_mends_it(error: Exception, step: StepId | None) -> None:
    assert page_for(error) is step
