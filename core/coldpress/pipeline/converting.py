"""Convert in the worker, then load the result in a process of its own and hold it against what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.errors import ConverterError
from coldpress.events import Step
from coldpress.pipeline.samples import write_runs
from coldpress.worker.io_types import chosen_io
from coldpress.worker.requests import CheckModel, Convert

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coldpress.cancel import CancelToken
    from coldpress.pipeline.prepare import Prepared
    from coldpress.pipeline.recorder import Recorder
    from coldpress.pipeline.workers import Workers
    from coldpress.worker.requests import CheckedModel


def convert_frozen(
    request: Convert, workers: Workers, *, recorder: Recorder, cancel: CancelToken | None = None
) -> None:
    """Convert as ``request`` says, in the TensorFlow process. Raises ``ConverterError``."""
    with recorder.step(Step.CONVERT) as facts:
        done = workers.tensorflow.run(request, listener=recorder, cancel=cancel, step=Step.CONVERT)
        facts |= {"bytes": done.nbytes, "type": request.inference_type.value}


def conversion_request(prepared: Prepared, folder: Path) -> Convert:
    """Return what to ask of the converter about ``folder/frozen.pb``; calibration samples are written to ``folder``."""
    recipe, calibrating = prepared.recipe, prepared.samples.calibrating
    files = write_runs(calibrating, prepared.inputs, folder / "calibration") if calibrating else ()
    return Convert(
        frozen=str(folder / "frozen.pb"),
        target=str(folder / "result.tflite"),
        inputs=prepared.inputs,
        outputs=prepared.outputs,
        inference_type=prepared.choices.inference_type,
        input_type=recipe.inference_input_type,
        output_type=recipe.inference_output_type,
        default_ranges=recipe.default_ranges,
        representative=files,
        allow_custom_ops=recipe.allow_custom_ops,
        select_tf_ops=recipe.select_tf_ops,
        accept=recipe.accept,
    )


def check_result(
    request: Convert, workers: Workers, *, recorder: Recorder, cancel: CancelToken | None = None
) -> CheckedModel:
    """Load the result and compare what it really takes and gives with what was asked.

    The converter can succeed and leave the model in floats, or with another input type: that is a failure here.
    """
    with recorder.step(Step.CHECK):
        checked = workers.interpreter.run(CheckModel(request.target), listener=recorder, cancel=cancel, step=Step.CHECK)
        for error in _disagreements(request, checked):
            raise error
    return checked


def _disagreements(request: Convert, checked: CheckedModel) -> Iterator[ConverterError]:
    """Yield every tensor whose type differs. Inputs that the graph takes as integers or bools stay as they are."""
    taken, given = chosen_io(request)
    sides = (("input", taken, checked.inputs), ("output", given, checked.outputs))
    for side, wanted, tensors in sides:
        for tensor in tensors:
            real = tensor.dtype == "float32" or bool(tensor.scales)
            if real and tensor.dtype != wanted.value:
                facts = {"side": side, "tensor": tensor.name, "found": tensor.dtype, "wanted": wanted.value}
                yield ConverterError("pipeline.other_type", **facts)
