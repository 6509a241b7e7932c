"""Verify: frozen graph against result, on the same inputs, in two processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.events import Step
from coldpress.verify.limits import limits_for
from coldpress.worker.jobs import Call
from coldpress.worker.requests.tflite import Kernels
from coldpress.worker.verification import Manner, Subject, random_set, verify

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.cancel import CancelToken
    from coldpress.events import Listener
    from coldpress.pipeline.samples import RunSamples
    from coldpress.pipeline.workers import Workers
    from coldpress.recipe import InferenceType, Recipe
    from coldpress.verify.report import Verification
    from coldpress.worker.requests.tflite import CheckedModel


@dataclass(frozen=True, slots=True)
class Candidate:
    """A result and the frozen graph that it should equal; ``outputs`` are tensors of the graph."""

    frozen: Path
    result: Path
    checked: CheckedModel
    outputs: tuple[str, ...]
    samples: RunSamples
    mode: InferenceType


def verify_result(
    candidate: Candidate,
    recipe: Recipe,
    workers: Workers,
    *,
    listener: Listener,
    cancel: CancelToken | None = None,
) -> Verification:
    """Run both on the samples given, or on made-up ones, compare every output and layer, and judge.

    Raises ``ConverterError`` where one of them cannot run.
    """
    samples = candidate.samples
    subject = Subject(candidate.frozen, candidate.result, candidate.checked, samples.slots, candidate.outputs)
    manner = Manner(
        limits_for(candidate.mode.value, recipe.limits),
        kernels=Kernels.DEFAULT,
        data="random" if samples.comparing is None else "given",
        accept=recipe.accept,
        call=Call(listener, cancel, step=Step.VERIFY),
    )
    compared_on = samples.comparing or random_set(subject, seed=recipe.seed)
    return verify(workers.tensorflow, workers.interpreter, subject, compared_on, manner)
