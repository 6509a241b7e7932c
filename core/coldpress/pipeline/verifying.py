"""Verify: frozen graph against result, on the same inputs, in two processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coldpress.events import Step
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

    from coldpress.cancel import CancelToken
    from coldpress.events import Listener
    from coldpress.pipeline.samples import RunSamples
    from coldpress.pipeline.workers import Workers
    from coldpress.recipe import InputChoice, Limits
    from coldpress.worker.requests import CheckedModel, TensorValues


def verify_result(
    frozen: Path,
    result: Path,
    folder: Path,
    *,
    inputs: Sequence[InputChoice],
    outputs: Sequence[str],
    checked: CheckedModel,
    samples: RunSamples,
    mode: str,
    overrides: Limits | None,
    workers: Workers,
    listener: Listener,
    cancel: CancelToken | None = None,
    kernels: Kernels = Kernels.DEFAULT,
) -> Verification:
    """Run both on ``samples`` and compare every output. Raises ``ConverterError`` where one of them cannot run."""
    folder.mkdir(parents=True, exist_ok=True)
    feeds = write_runs(samples.comparing, inputs, folder / "inputs")
    (folder / "reference").mkdir(exist_ok=True)
    (folder / "result").mkdir(exist_ok=True)
    asked = RunReference(
        str(frozen), {c.tensor: f for c, f in zip(inputs, feeds, strict=True)}, tuple(outputs), str(folder / "reference")
    )
    reference = workers.tensorflow.run(asked, listener=listener, cancel=cancel, step=Step.VERIFY)
    order = _model_order(inputs, checked)
    request = RunModel(str(result), tuple(feeds[i] for i in order), str(folder / "result"), kernels=kernels)
    ran = workers.interpreter.run(request, listener=listener, cancel=cancel, step=Step.VERIFY)
    batch = (inputs[0].shape or (1,))[0] or 1
    pairs = _pairs(outputs, reference.arrays, ran.tensors, batch=batch, count=samples.comparing.count)
    return _verdict(pairs, samples, mode=mode, overrides=overrides, kernels=kernels, clipped=ran.clipped)


def _verdict(
    pairs: Sequence[tuple[Output, Output]],
    samples: RunSamples,
    *,
    mode: str,
    overrides: Limits | None,
    kernels: Kernels,
    clipped: tuple[float, ...],
) -> Verification:
    limits = limits_for(mode, overrides)
    metrics = tuple(compare(reference, result) for reference, result in pairs)
    before, after = _accuracies(pairs, samples)
    return Verification(
        outputs=metrics,
        kernels=kernels.value,
        limits=limits,
        reasons=(*judge(metrics, limits), *judge_accuracy(before, after, limits)),
        data="given" if samples.given else "random",
        accuracy_reference=before,
        accuracy_result=after,
        input_clipped=clipped,
    )


def _accuracies(pairs: Sequence[tuple[Output, Output]], samples: RunSamples) -> tuple[float | None, float | None]:
    """Return the accuracy of both sides by the first output that has classes."""
    labels = samples.comparing.labels
    for reference, result in pairs if labels is not None else ():
        before = accuracy(reference, labels)
        if before is not None:
            return before, accuracy(result, labels)
    return None, None


def _model_order(inputs: Sequence[InputChoice], checked: CheckedModel) -> list[int]:
    """Return, for each input of the file, the position of the choice with its name; the converter keeps the order."""
    names = [choice.tensor.rpartition(":")[0] or choice.tensor for choice in inputs]
    found = [names.index(tensor.name) if tensor.name in names else number for number, tensor in enumerate(checked.inputs)]
    return found if sorted(found) == list(range(len(names))) else list(range(len(names)))


def _pairs(
    outputs: Sequence[str],
    reference: Mapping[str, str],
    result: Sequence[TensorValues],
    *,
    batch: int,
    count: int,
) -> list[tuple[Output, Output]]:
    return [
        (Output(name, _samples(reference[name], batch, count)), _output(name, values, batch, count))
        for name, values in zip(outputs, result, strict=True)
    ]


def _output(name: str, values: TensorValues, batch: int, count: int) -> Output:
    tensor = values.tensor
    return Output(name, _samples(values.file, batch, count), tensor.scales, tensor.zero_points, tensor.axis)


def _samples(path: str, batch: int, count: int) -> np.ndarray:
    return into_samples(np.load(path, mmap_mode="r", allow_pickle=False), batch, count)
