"""How steps stand, without a window."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from coldpress.errors import ConverterError
from coldpress.finding import Finding, Severity
from coldpress.recipe import InputChoice
from coldpress.route.progress import Job, Progress
from coldpress.route.shapes import complete_choices
from coldpress.route.status import step_states, step_status
from coldpress.route.steps import StepId


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
