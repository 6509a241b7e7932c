"""How each step stands: may the next one be taken, and what is in the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.finding import Finding, Severity
from coldpress.route.progress import Job
from coldpress.route.rules import input_findings
from coldpress.route.shapes import shape_findings
from coldpress.route.steps import StepId, page_for_code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldpress.route.progress import Progress
    from coldpress.route.steps import StepState


@dataclass(frozen=True, slots=True)
class StepStatus:
    """``valid``: the next step may be taken; ``busy``: something is under way; ``reason``: what is in the way."""

    valid: bool = False
    busy: bool = False
    reason: Finding | BaseException | None = None

    @property
    def complete(self) -> bool:
        """Whether the next step may be taken now."""
        return self.valid and not self.busy


def step_status(progress: Progress, step: StepId) -> StepStatus:
    """Return how a step stands."""
    return _STATUSES[step](progress)


def step_states(progress: Progress, current: int, furthest: int) -> dict[StepId, StepState]:
    """Return the state of every step; one is locked until all before it are complete.

    ``furthest`` is the last step that the person has seen: what lies before it and is being made anew is ``stale``.
    """
    result: dict[StepId, StepState] = {}
    reachable, again = True, False
    for step in StepId:
        status = step_status(progress, step)
        if reachable:
            result[step] = _state(progress, step, status, passed=step < max(current, furthest), seen=step <= furthest)
        else:
            result[step] = "stale" if again and step <= furthest else "locked"
        again = again or (reachable and status.busy and step < StepId.CONVERT)
        reachable = reachable and status.complete
    return result


def _state(progress: Progress, step: StepId, status: StepStatus, *, passed: bool, seen: bool) -> StepState:
    if step >= StepId.CONVERT:
        return _run_state(progress)
    if status.reason is not None:
        if status.complete:
            return "warning"
        return "error" if seen and (progress.model is not None or bool(progress.problems)) else "open"
    if status.busy and passed:
        return "stale"
    return "done" if status.complete and passed else "open"


def _run_state(progress: Progress) -> StepState:
    if progress.run_problem is not None:
        return "error"
    if progress.outcome is None:
        return "open"
    if progress.outcome_stale:
        return "stale"
    return "done" if progress.outcome.verdict == "verified" else "warning"


def _files(progress: Progress) -> StepStatus:
    if Job.LOAD in progress.busy:
        return StepStatus(busy=True)
    error = progress.problem(Job.LOAD)
    if error is not None:
        return StepStatus(reason=error)
    if progress.model is None:
        return StepStatus(reason=_note("route.nothing_open"))
    if progress.model.read is None:
        return StepStatus(reason=_note("route.no_graph"))
    return StepStatus(valid=True)


def _eval_graph(progress: Progress) -> StepStatus:
    if {Job.LOAD, Job.DERIVE} & progress.busy:
        return StepStatus(busy=True)
    error = progress.problem(Job.DERIVE)
    if error is not None:
        # A wrong output is mended on the next page, so the way there stays open.
        return StepStatus(valid=True, reason=error)
    if progress.derived is None:
        return StepStatus()
    blocked = _blocking(progress, progress.derived.eval_graph.findings)
    return StepStatus(valid=True, reason=blocked)


def _endpoints(progress: Progress) -> StepStatus:
    if {Job.LOAD, Job.DERIVE} & progress.busy:
        return StepStatus(busy=True)
    derived = progress.derived
    if derived is None:
        return StepStatus(reason=progress.problem(Job.DERIVE))
    blocked = _blocking(progress, (f for f in derived.findings if page_for_code(f.code) is not StepId.TYPES))
    if blocked is not None:
        return StepStatus(reason=blocked)
    return StepStatus(valid=bool(derived.choices.outputs and derived.choices.inputs))


def _types(progress: Progress) -> StepStatus:
    derived = progress.derived
    if derived is None or {Job.LOAD, Job.DERIVE} & progress.busy:
        return StepStatus()
    error = progress.problem(Job.CHECK)
    if error is not None:
        return StepStatus(reason=error)
    known = (finding for finding in derived.findings if page_for_code(finding.code) is StepId.TYPES)
    found = [*input_findings(progress), *shape_findings(progress), *known]
    blocked = _blocking(progress, found)
    return StepStatus(valid=blocked is None, busy=Job.CHECK in progress.busy, reason=blocked)


def _convert(progress: Progress) -> StepStatus:
    if Job.RUN in progress.busy:
        return StepStatus(busy=True)
    error = progress.run_problem
    if error is not None:
        return StepStatus(reason=error)
    if progress.outcome is None:
        return StepStatus(reason=_note("route.not_converted"))
    if progress.outcome_stale:
        return StepStatus(reason=_note("route.out_of_date"))
    return StepStatus(valid=True)


def _result(progress: Progress) -> StepStatus:
    return StepStatus(valid=progress.outcome is not None)


_STATUSES = {
    StepId.FILES: _files,
    StepId.EVAL_GRAPH: _eval_graph,
    StepId.ENDPOINTS: _endpoints,
    StepId.TYPES: _types,
    StepId.CONVERT: _convert,
    StepId.RESULT: _result,
}


def _note(code: str) -> Finding:
    return Finding(code, Severity.NOTE)


def _blocking(progress: Progress, findings: Iterable[Finding]) -> Finding | None:
    accepted = progress.recipe.accept if progress.recipe else frozenset()
    return next((entry for entry in findings if entry.blocks and entry.code not in accepted), None)
