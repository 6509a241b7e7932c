"""Convert in the worker, then load the result in a process of its own and hold it against what was asked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from coldpress.events import Step
from coldpress.finding import Finding, Severity
from coldpress.worker.io_types import stored_inputs
from coldpress.worker.jobs import Call, convert
from coldpress.worker.requests.conversion import Convert
from coldpress.worker.requests.tflite import CheckModel
from coldpress.worker.result_check import check_result

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from coldpress.cancel import CancelToken
    from coldpress.facts import Fact
    from coldpress.pipeline.prepare import Prepared
    from coldpress.pipeline.recorder import Recorder
    from coldpress.pipeline.workers import Workers
    from coldpress.worker.requests.conversion import WidenedRange
    from coldpress.worker.requests.tflite import CheckedModel


def convert_frozen(
    prepared: Prepared,
    folder: Path,
    workers: Workers,
    *,
    recorder: Recorder,
    cancel: CancelToken | None = None,
) -> tuple[Convert, tuple[Finding, ...]]:
    """Convert ``folder/frozen.pb`` to ``folder/result.tflite`` in the TensorFlow process.

    Return what was asked, and what was changed on the way. Raises ``ConverterError``.
    """
    request = _request(prepared, folder)
    with recorder.step(Step.CONVERT) as facts:
        call = Call(recorder, cancel, step=Step.CONVERT)
        done = convert(workers.tensorflow, request, prepared.samples.calibration_runs(), call)
        facts |= {"bytes": done.nbytes, "type": request.inference_type.value}
    return request, _widened(done.widened)


def _widened(ranges: Sequence[WidenedRange]) -> tuple[Finding, ...]:
    """Say which ranges of weights were made symmetric for int8, and what the worst of it costs."""
    if not ranges:
        return ()

    def growth(item: WidenedRange) -> float:
        return 2 * item.limit / max(item.maximum - item.minimum, 1e-30)

    worst = max(ranges, key=growth)
    facts: dict[str, Fact] = {
        "node": worst.node,
        "min": worst.minimum,
        "max": worst.maximum,
        "limit": worst.limit,
        "cost": round(20 * math.log10(growth(worst)), 1),
    }
    return (Finding("quantization.widened", Severity.WARNING, tuple(item.node for item in ranges), facts),)


def _request(prepared: Prepared, folder: Path) -> Convert:
    recipe, mode = prepared.recipe, prepared.choices.inference_type
    measured = prepared.samples.calibrating is not None
    return Convert(
        frozen=str(folder / "frozen.pb"),
        target=str(folder / "result.tflite"),
        inputs=stored_inputs(mode, prepared.inputs, measured=measured),
        outputs=prepared.outputs,
        inference_type=mode,
        input_type=recipe.inference_input_type,
        output_type=recipe.inference_output_type,
        default_ranges=recipe.default_ranges,
        measured=measured,
        allow_custom_ops=recipe.allow_custom_ops,
        select_tf_ops=recipe.select_tf_ops,
        accept=recipe.accept,
    )


def load_result(
    request: Convert, workers: Workers, *, recorder: Recorder, cancel: CancelToken | None = None
) -> tuple[CheckedModel, tuple[Finding, ...]]:
    """Load the result and say where it is not what was asked for: the converter can succeed with something else."""
    with recorder.step(Step.CHECK):
        question = CheckModel(request.target)
        checked = workers.interpreter.run(question, listener=recorder, cancel=cancel, step=Step.CHECK)
    return checked, check_result(request, checked)
