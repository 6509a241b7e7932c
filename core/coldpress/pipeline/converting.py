"""Convert in the worker, then load the result in a process of its own and hold it against what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.events import Step
from coldpress.worker.jobs import Call, convert
from coldpress.worker.requests import CheckModel, Convert
from coldpress.worker.result_check import check_result

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.cancel import CancelToken
    from coldpress.finding import Finding
    from coldpress.pipeline.prepare import Prepared
    from coldpress.pipeline.recorder import Recorder
    from coldpress.pipeline.workers import Workers
    from coldpress.worker.requests import CheckedModel


def convert_frozen(
    prepared: Prepared,
    folder: Path,
    workers: Workers,
    *,
    recorder: Recorder,
    cancel: CancelToken | None = None,
) -> Convert:
    """Convert ``folder/frozen.pb`` to ``folder/result.tflite`` in the TensorFlow process; return what was asked.

    Raises ``ConverterError``.
    """
    request = _request(prepared, folder)
    with recorder.step(Step.CONVERT) as facts:
        call = Call(recorder, cancel, step=Step.CONVERT)
        done = convert(workers.tensorflow, request, prepared.samples.calibration_runs(), call)
        facts |= {"bytes": done.nbytes, "type": request.inference_type.value}
    return request


def _request(prepared: Prepared, folder: Path) -> Convert:
    recipe = prepared.recipe
    return Convert(
        frozen=str(folder / "frozen.pb"),
        target=str(folder / "result.tflite"),
        inputs=prepared.inputs,
        outputs=prepared.outputs,
        inference_type=prepared.choices.inference_type,
        input_type=recipe.inference_input_type,
        output_type=recipe.inference_output_type,
        default_ranges=recipe.default_ranges,
        measured=prepared.samples.calibrating is not None,
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
