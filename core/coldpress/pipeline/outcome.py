"""What a run came to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.eval_graph.rewrite import EvalGraph
    from coldpress.events import Step
    from coldpress.finding import Finding
    from coldpress.freeze.freezer import FrozenGraph
    from coldpress.pipeline.choices import Choices
    from coldpress.pipeline.model import Model
    from coldpress.pipeline.proof import Proof
    from coldpress.pipeline.samples import RunSamples
    from coldpress.recipe import InputChoice, Recipe
    from coldpress.verify.report import Verification
    from coldpress.verify.timing import Timing
    from coldpress.worker.requests.tflite import CheckedModel


class Verdict(StrEnum):
    """Whether the result does what the frozen graph does."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    """Converted, but it could not be run here (operations that only the person's own interpreter knows)."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A step that was done, and how many seconds of wall time it took."""

    step: Step
    status: str
    seconds: float


@dataclass(frozen=True, slots=True)
class FloatModel:
    """The same network as a float32 file, to hold a quantized one against: its size, and how long a run takes."""

    nbytes: int
    timings: tuple[Timing, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A whole run, from the files to the verdict.

    ``recipe`` has every choice filled in, so that it replays to the same bytes; ``inputs`` are the Placeholders of the
    frozen graph. ``proof`` holds the eval graph against the train graph. ``timings`` are how long a run takes in each
    setting; ``float_model`` is None for a float32 result and where making one would take long. ``output`` is None where
    the result failed its verification and was not put in place. ``folder`` holds ``eval_graph.pb``, ``frozen.pb`` and
    ``result.tflite`` as long as whoever asked for the run keeps it.
    """

    recipe: Recipe
    model: Model
    choices: Choices
    eval_graph: EvalGraph
    inputs: tuple[InputChoice, ...]
    frozen: FrozenGraph
    samples: RunSamples
    checked: CheckedModel
    verification: Verification | None
    proof: Proof | None
    timings: tuple[Timing, ...]
    float_model: FloatModel | None
    verdict: Verdict
    findings: tuple[Finding, ...]
    steps: tuple[StepRecord, ...]
    folder: Path
    output: Path | None
