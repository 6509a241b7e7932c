"""Verify: frozen graph against result, on the same inputs, in two processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coldpress.events import Step
from coldpress.graph.tensor_ref import operation_name
from coldpress.pipeline.samples import write_runs
from coldpress.verify.limits import judge, judge_accuracy, limits_for
from coldpress.verify.metrics import accuracy, compare
from coldpress.verify.outputs import Output
from coldpress.verify.report import Verification
from coldpress.verify.runs import into_samples
from coldpress.worker.requests import Kernels, RunModel, RunReference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from coldpress.cancel import CancelToken
    from coldpress.events import Listener
    from coldpress.pipeline.samples import RunSamples
    from coldpress.pipeline.workers import Workers
    from coldpress.recipe import InferenceType, InputChoice, Limits
    from coldpress.worker.requests import CheckedModel, TensorValues


@dataclass(frozen=True, slots=True)
class Subject:
    """Two files that should compute the same, and what to feed them.

    ``inputs`` (complete shapes) and ``outputs`` are tensors of the frozen graph, in the order of the result's own.
    """

    frozen: Path
    result: Path
    inputs: tuple[InputChoice, ...]
    outputs: tuple[str, ...]
    checked: CheckedModel
    samples: RunSamples
    mode: InferenceType
    limits: Limits


def verify_result(
    subject: Subject,
    folder: Path,
    workers: Workers,
    *,
    listener: Listener,
    cancel: CancelToken | None = None,
    kernels: Kernels = Kernels.DEFAULT,
) -> Verification:
    """Run both on the samples and compare every output; arrays go to ``folder``.

    Raises ``ConverterError`` where one of them cannot run.
    """
    feeds = write_runs(subject.samples.comparing, subject.inputs, folder / "inputs")
    for name in ("reference", "result"):
        (folder / name).mkdir(exist_ok=True)
    named = {choice.tensor: feed for choice, feed in zip(subject.inputs, feeds, strict=True)}
    asked = RunReference(str(subject.frozen), named, subject.outputs, str(folder / "reference"))
    reference = workers.tensorflow.run(asked, listener=listener, cancel=cancel, step=Step.VERIFY)
    in_order = tuple(feeds[position] for position in _model_order(subject))
    request = RunModel(str(subject.result), in_order, str(folder / "result"), kernels=kernels)
    ran = workers.interpreter.run(request, listener=listener, cancel=cancel, step=Step.VERIFY)
    return _verdict(subject, _pairs(subject, reference.arrays, ran.tensors), kernels, ran.clipped)


def _verdict(
    subject: Subject, pairs: Sequence[tuple[Output, Output]], kernels: Kernels, clipped: tuple[float, ...]
) -> Verification:
    limits = limits_for(subject.mode.value, subject.limits)
    metrics = tuple(compare(reference, result) for reference, result in pairs)
    before, after = _accuracies(pairs, subject.samples.comparing.labels)
    return Verification(
        outputs=metrics,
        kernels=kernels.value,
        limits=limits,
        reasons=(*judge(metrics, limits), *judge_accuracy(before, after, limits)),
        data="given" if subject.samples.given else "random",
        accuracy_reference=before,
        accuracy_result=after,
        input_clipped=clipped,
    )


def _accuracies(
    pairs: Sequence[tuple[Output, Output]], labels: NDArray[np.int64] | None
) -> tuple[float | None, float | None]:
    """Return the accuracy of both sides by the first output that has classes."""
    if labels is None:
        return None, None
    for reference, result in pairs:
        before = accuracy(reference, labels)
        if before is not None:
            return before, accuracy(result, labels)
    return None, None


def _model_order(subject: Subject) -> list[int]:
    """Return, for each input of the file, the position of the choice of its name; else the order is the same."""
    names = [operation_name(choice.tensor) for choice in subject.inputs]
    tensors = [tensor.name for tensor in subject.checked.inputs]
    if sorted(names) == sorted(tensors):
        return [names.index(name) for name in tensors]
    return list(range(len(names)))


def _pairs(
    subject: Subject, reference: Mapping[str, str], result: Sequence[TensorValues]
) -> list[tuple[Output, Output]]:
    shape = subject.inputs[0].shape if subject.inputs else None
    batch, count = (shape or (1,))[0] or 1, subject.samples.comparing.count

    def samples(path: str) -> NDArray[np.generic]:
        return into_samples(np.load(path, mmap_mode="r", allow_pickle=False), batch, count)

    return [
        (Output(name, samples(reference[name])), _output(name, values, samples(values.file)))
        for name, values in zip(subject.outputs, result, strict=True)
    ]


def _output(name: str, found: TensorValues, values: NDArray[np.generic]) -> Output:
    return Output(name, values, found.tensor.scales, found.tensor.zero_points, found.tensor.axis)
