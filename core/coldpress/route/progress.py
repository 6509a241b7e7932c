"""What is known so far: the one state of the wizard, and what can be going on in the background."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldpress.eval_graph.rewrite import EvalGraph
    from coldpress.finding import Finding
    from coldpress.graph.consequence import Consequence
    from coldpress.pipeline.choices import Choices
    from coldpress.pipeline.model import Model
    from coldpress.pipeline.outcome import Outcome
    from coldpress.pipeline.survey import ShapeAnswer
    from coldpress.recipe import InferenceType, Recipe


class Job(StrEnum):
    """What can be going on in the background."""

    LOAD = "load"
    DERIVE = "derive"
    CHECK = "check"
    RUN = "run"


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


def same_tensors(before: Progress, recipe: Recipe) -> bool:
    """Tell whether the eval graph at hand was made for these inputs; their shapes and meaning don't touch it."""
    wanted = tuple(choice.tensor for choice in recipe.inputs)
    return before.derived is not None and wanted == tuple(
        choice.tensor for choice in before.derived.choices.input_choices
    )
