"""Several inference types of one model in one run: read, derived and frozen once, then tried one after the other."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from coldpress.errors import BlockedError, ConverterError, UsageError
from coldpress.events import TypeStarted, ignore
from coldpress.files import check_target, copy_whole
from coldpress.pipeline.attempt import Attempt
from coldpress.pipeline.outcome import Verdict
from coldpress.pipeline.prepare import open_model, prepare
from coldpress.pipeline.recorder import Recorder
from coldpress.pipeline.run import freeze_opened
from coldpress.pipeline.survey import survey
from coldpress.recipe import InferenceType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldpress.cancel import CancelToken
    from coldpress.events import Listener
    from coldpress.finding import Finding
    from coldpress.pipeline.freezing import Freezing
    from coldpress.pipeline.outcome import Outcome
    from coldpress.pipeline.prepare import Opened
    from coldpress.pipeline.workers import Workers
    from coldpress.recipe import Recipe

EVERY_TYPE = tuple(InferenceType)


class TypeStatus(StrEnum):
    """What became of a type."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    FAILED = "failed"
    """Converted, but its numbers are bad."""
    UNFIT = "unfit"
    """A finding says before the conversion that it does not fit the graph or the data."""
    ERROR = "error"
    """The converter, or the process that runs the file, failed."""


@dataclass(frozen=True, slots=True)
class TypeResult:
    """One type: its outcome, or what was in the way."""

    inference_type: InferenceType
    outcome: Outcome | None
    problem: BlockedError | ConverterError | None

    @property
    def status(self) -> TypeStatus:
        """What became of it."""
        if self.outcome is not None:
            return TypeStatus(self.outcome.verdict.value)
        return TypeStatus.UNFIT if isinstance(self.problem, BlockedError) else TypeStatus.ERROR

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that say why it does not fit."""
        return self.problem.findings if isinstance(self.problem, BlockedError) else ()


@dataclass(frozen=True, slots=True)
class TypeComparison:
    """Every type that was asked for, in the order of ``InferenceType``; ``recipe`` is what they have in common."""

    recipe: Recipe
    results: tuple[TypeResult, ...]

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes of the types that came to one."""
        return tuple(result.outcome for result in self.results if result.outcome is not None)


def try_types(
    recipe: Recipe,
    kinds: Sequence[InferenceType],
    workers: Workers,
    *,
    listener: Listener = ignore,
    cancel: CancelToken | None = None,
) -> TypeComparison:
    """Convert, verify and measure each of ``kinds``.

    A type that does not fit, or fails, is told with its reason and does not end the others. Where ``recipe.output`` is
    set, every verified result is written beside it, by ``path_for``. Raises ``InputError``, ``UsageError``,
    ``OutputError``, ``Cancelled``.
    """
    recorder = Recorder(listener)
    if not kinds:
        raise UsageError("types.none")
    if recipe.output:
        check_target(path_for(recipe.output, kinds[0]))
    folder = workers.new_folder()
    opened = open_model(recipe, listener=recorder, cancel=cancel)
    trial = _Trial(opened, workers, folder, recorder, cancel)
    results = []
    for number, kind in enumerate(kinds):
        recorder(TypeStarted(kind.value, number, len(kinds)))
        results.append(trial.result(recipe_for(recipe, kind), kind))
    return TypeComparison(recipe, tuple(results))


def recipe_for(recipe: Recipe, kind: InferenceType) -> Recipe:
    """Return the recipe for one type; types of inputs and outputs were chosen for the type that it names."""
    if recipe.inference_type is kind:
        return recipe
    return recipe.with_(inference_type=kind, inference_input_type=None, inference_output_type=None)


def path_for(output: str | Path, kind: InferenceType) -> Path:
    """Return where the result of one type goes: ``model.tflite`` becomes ``model_int8.tflite``."""
    path = Path(output)
    return path.with_name(f"{path.stem}_{kind.value}{path.suffix or '.tflite'}")


def keep(outcome: Outcome, target: Path) -> Outcome:
    """Write a verified result to ``target``, and return the outcome that says so.

    Raises ``UsageError`` for one that is not verified, ``OutputError``.
    """
    if outcome.verdict is not Verdict.VERIFIED:
        raise UsageError("types.not_verified", type=outcome.choices.inference_type.value)
    copy_whole(outcome.folder / "result.tflite", target)
    return replace(outcome, output=target, recipe=outcome.recipe.with_(output=str(target)))


@dataclass(frozen=True)
class _Trial:
    """What all types share."""

    opened: Opened
    workers: Workers
    folder: Path
    recorder: Recorder
    cancel: CancelToken | None

    @cached_property
    def freezing(self) -> Freezing:
        """The frozen graph, made for the first type that fits."""
        return freeze_opened(self.opened, self.folder, self.workers, recorder=self.recorder, cancel=self.cancel)

    def result(self, recipe: Recipe, kind: InferenceType) -> TypeResult:
        before = len(self.recorder.records)
        try:
            outcome = self._outcome(recipe.with_(output=None), kind)
        except (BlockedError, ConverterError) as error:
            return TypeResult(kind, None, error)
        outcome = replace(outcome, steps=outcome.steps[before:])
        if recipe.output and outcome.verdict is Verdict.VERIFIED:
            outcome = keep(outcome, path_for(recipe.output, kind))
        return TypeResult(kind, outcome, None)

    def _outcome(self, recipe: Recipe, kind: InferenceType) -> Outcome:
        folder = self.folder / kind.value
        folder.mkdir()
        prepared = prepare(self.opened, recipe, cancel=self.cancel)
        prepared = survey(prepared, folder, self.workers, recorder=self.recorder, cancel=self.cancel)
        freezing = self.freezing
        for name in ("eval_graph.pb", "frozen.pb"):
            _link(self.folder / name, folder / name)
        attempt = Attempt(prepared, freezing, self.workers, folder, self.recorder, self.cancel, float_beside=False)
        return attempt.outcome()


def _link(source: Path, target: Path) -> None:
    """Put a file into a second folder; a hard link costs nothing where the disk knows them."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
