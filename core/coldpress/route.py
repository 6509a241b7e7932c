"""The route of the wizard: which steps there are, how each stands, what a decision makes out of date.

Everything is a function of the recipe and of what was read, so that it is known, and tested, without a window. Nothing
of the engine is imported before it is asked for: the window stands before numpy and protobuf are there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Literal

from coldpress.errors import BlockedError, ColdpressError, InputError, OutputError, UsageError
from coldpress.finding import Finding, Severity
from coldpress.recipe import InferenceType, Recipe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coldpress.eval_graph.rewrite import EvalGraph
    from coldpress.findings.context import FindingContext
    from coldpress.graph.consequence import Consequence
    from coldpress.pipeline.choices import Choices
    from coldpress.pipeline.model import Model
    from coldpress.pipeline.outcome import Outcome
    from coldpress.pipeline.survey import ShapeAnswer
    from coldpress.recipe import InputChoice


class StepId(IntEnum):
    """The steps, in order."""

    FILES = 0
    EVAL_GRAPH = 1
    ENDPOINTS = 2
    TYPES = 3
    CONVERT = 4
    RESULT = 5


StepState = Literal["locked", "open", "done", "warning", "error", "stale"]
"""``stale``: was done, and an earlier choice has changed since."""


class Job(StrEnum):
    """What can be going on in the background."""

    LOAD = "load"
    DERIVE = "derive"
    CHECK = "check"
    RUN = "run"


READS = frozenset({"source", "graph", "meta_graph_tags", "checkpoint"})
"""Decisions after which the files are read again."""
DERIVES = frozenset({"inputs", "outputs", "as_is", "use_ema"})
"""Decisions after which the eval graph is made again."""
CHECKS = frozenset(
    {
        "inference_type",
        "inference_input_type",
        "inference_output_type",
        "default_ranges",
        "ranges",
        "representative_data",
        "allow_custom_ops",
        "select_tf_ops",
    }
)
"""Decisions after which the same eval graph is looked at anew."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What follows from a model and the choices made so far; ``findings`` is all that is known against it."""

    choices: Choices
    eval_graph: EvalGraph
    findings: tuple[Finding, ...]
    consequence: Consequence
    misfits: Mapping[InferenceType, Finding]
    """Why a type does not fit this graph, for those that don't."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The one state of the wizard. None: not known yet."""

    recipe: Recipe | None = None
    model: Model | None = None
    derived: Derived | None = None
    shapes: ShapeAnswer | None = None
    """What TensorFlow said of the shapes that it was asked about last."""
    outcome: Outcome | None = None
    ran: Recipe | None = None
    """The decisions that the outcome came of."""
    problems: tuple[tuple[Job, BaseException], ...] = ()
    busy: frozenset[Job] = frozenset()

    @property
    def outcome_stale(self) -> bool:
        """Whether a decision is another now than it was for the outcome."""
        return self.outcome is not None and self.recipe != self.ran

    @property
    def run_problem(self) -> BaseException | None:
        """What went wrong in the run of these very decisions; after others it says nothing any more."""
        return self.problem(Job.RUN) if self.recipe == self.ran else None

    def problem(self, job: Job) -> BaseException | None:
        """Return what went wrong in a job, if it did."""
        return next((error for owner, error in self.problems if owner is job), None)


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


def next_job(before: Progress, recipe: Recipe) -> Job | None:
    """Return the first job that must be done again when the recipe becomes ``recipe``, None if no job need be."""
    if before.recipe is None:
        return Job.LOAD
    touched = changed_fields(before.recipe, recipe)
    if touched & READS:
        return Job.LOAD
    if touched & DERIVES and not (touched & DERIVES == {"inputs"} and _same_tensors(before, recipe)):
        return Job.DERIVE
    return Job.CHECK if touched & CHECKS else None


def changed_fields(before: Recipe, after: Recipe) -> frozenset[str]:
    """Return the names of the decisions that differ."""
    return frozenset(name for name in Recipe.__dataclass_fields__ if getattr(before, name) != getattr(after, name))


def _same_tensors(before: Progress, recipe: Recipe) -> bool:
    """Tell whether the eval graph at hand was made for these inputs; their shapes and meaning don't touch it."""
    wanted = tuple(choice.tensor for choice in recipe.inputs)
    return before.derived is not None and wanted == tuple(
        choice.tensor for choice in before.derived.choices.input_choices
    )


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


def complete_choices(progress: Progress) -> tuple[InputChoice, ...]:
    """Return the inputs as the run would take them: shapes filled in, None where a size is still needed."""
    derived, recipe = progress.derived, progress.recipe
    if derived is None or recipe is None:
        return ()
    from coldpress.findings.propagated import trained_batch
    from coldpress.pipeline.shapes import complete_inputs

    batch = trained_batch(derived.eval_graph.findings)
    said = recipe.inputs if _same_tensors(progress, recipe) else derived.choices.input_choices
    return complete_inputs(derived.eval_graph.graph, derived.eval_graph.inputs, said, batch=batch)


def input_findings(progress: Progress) -> tuple[Finding, ...]:
    """Return what is wrong with the shapes and the meaning of the inputs; quick, for every key that is typed."""
    derived, recipe = progress.derived, progress.recipe
    if derived is None or recipe is None or progress.model is None:
        return ()
    from coldpress.findings import input_meaning, input_shapes

    context = _context(progress.model, derived.eval_graph, derived.choices, recipe)
    asked = replace(
        context,
        input_choices=complete_choices(progress),
        inference_type=recipe.inference_type or derived.choices.inference_type,
    )
    return (*input_shapes.rule(asked), *input_meaning.rule(asked))


def known_shapes(progress: Progress) -> ShapeAnswer | None:
    """Return TensorFlow's answer about the shapes, as long as it is about these very ones."""
    derived, answer = progress.derived, progress.shapes
    if derived is None or answer is None or answer.graph is not derived.eval_graph.graph:
        return None
    asked = [(choice.tensor, choice.shape) for choice in answer.inputs]
    return answer if asked == [(c.tensor, c.shape) for c in complete_choices(progress)] else None


def shape_findings(progress: Progress) -> tuple[Finding, ...]:
    """Return what TensorFlow found wrong with the shapes as they are now; nothing as long as it was not asked."""
    answer = known_shapes(progress)
    return (answer.finding,) if answer is not None and answer.finding is not None else ()


_MENDED_AFTERWARDS = frozenset({"convert.needs_representative_data", "convert.int8_weights"})
"""Against a type only as long as something is not given or not accepted: the type can be chosen to do so."""


def type_misfits(
    model: Model, eval_graph: EvalGraph, choices: Choices, recipe: Recipe
) -> Mapping[InferenceType, Finding]:
    """Return why a type does not fit the graph, for those that don't; looks at every trained range."""
    from coldpress.findings import quantization

    context = _context(model, eval_graph, choices, recipe)
    found: dict[InferenceType, Finding] = {}
    for kind in InferenceType:
        for finding in quantization.rule(replace(context, inference_type=kind)):
            if finding.blocks and finding.code not in _MENDED_AFTERWARDS | recipe.accept:
                found.setdefault(kind, finding)
    return found


def _context(model: Model, eval_graph: EvalGraph, choices: Choices, recipe: Recipe) -> FindingContext:
    from coldpress.findings.context import FindingContext

    return FindingContext(
        graph=eval_graph.graph,
        source=model.graph,
        source_inputs=tuple(ref.node for ref in choices.inputs),
        outputs=eval_graph.outputs,
        inputs=eval_graph.inputs,
        checkpoint=model.checkpoint,
        match=model.match,
        recipe=recipe,
    )


_BY_PREFIX = (
    ("formats.", StepId.FILES),
    ("freeze.", StepId.FILES),
    ("checkpoint.", StepId.FILES),
    ("eval_graph.", StepId.EVAL_GRAPH),
    ("pipeline.not_in_graph", StepId.ENDPOINTS),
    ("pipeline.no_output", StepId.ENDPOINTS),
    ("pipeline.no_input", StepId.ENDPOINTS),
    ("pipeline.input_count", StepId.ENDPOINTS),
    ("graph.", StepId.ENDPOINTS),
    ("worker.risky_operation", StepId.ENDPOINTS),
    ("files.", StepId.TYPES),
    ("inputs.", StepId.TYPES),
    ("convert.", StepId.TYPES),
    ("quantization.", StepId.TYPES),
    ("shapes.", StepId.TYPES),
    ("data.", StepId.TYPES),
)


def page_for_code(code: str) -> StepId | None:
    """Return the step where a finding or an error of this code is mended, if there is one."""
    return next((step for prefix, step in _BY_PREFIX if code.startswith(prefix)), None)


_BY_KIND: Mapping[type[ColdpressError], StepId] = {
    InputError: StepId.FILES,
    OutputError: StepId.TYPES,
    UsageError: StepId.TYPES,
}


def page_for(error: BaseException) -> StepId | None:
    """Return the step where an error is mended, if there is one."""
    if isinstance(error, BlockedError):
        found = (page_for_code(finding.code) for finding in error.findings)
        return next((step for step in found if step is not None), StepId.EVAL_GRAPH)
    if not isinstance(error, ColdpressError):
        return None
    return page_for_code(error.code) or _BY_KIND.get(type(error), StepId.TYPES)
