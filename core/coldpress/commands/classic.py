"""The command lines of TF 1.15: ``freeze_graph``, and ``toco`` (``tflite_convert`` is the same program).

Their flags: ``tensorflow/python/tools/freeze_graph.py`` and ``tensorflow/lite/python/tflite_convert.py`` of 1.15.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.commands.command import Command, Note
from coldpress.commands.job import array_name, operation
from coldpress.recipe import InferenceType, IoType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.commands.job import Job

_QUANTIZED = InferenceType.UINT8
_PRODUCER = 134
"""``TF_GRAPH_DEF_VERSION`` of 1.15 (``core/public/version.h``)."""


def freeze_graph_command(job: Job) -> Command:
    """Return the ``freeze_graph`` command that makes ``job.frozen``."""
    if not job.variables or job.checkpoint is None:
        return Command((), (Note("commands.nothing_to_freeze", {"graph": job.eval_graph}),))
    outputs = ",".join(dict.fromkeys(operation(tensor) for tensor in job.outputs))
    source = f"--input_meta_graph={job.meta_graph}" if job.needs_saver else f"--input_graph={job.eval_graph}"
    argv = (
        "freeze_graph",
        source,
        "--input_binary=true",
        f"--input_checkpoint={job.checkpoint}",
        f"--output_graph={job.frozen}",
        f"--output_node_names={outputs}",
    )
    notes = (*_newer(job), *((Note("commands.needs_saver"),) if job.needs_saver else ()))
    return Command(argv, notes)


def toco_command(job: Job) -> Command:
    """Return the ``toco`` command that makes ``job.result``, or the reason why there is none."""
    refusal = _refusal(job)
    if refusal is not None:
        return Command((), (refusal,))
    argv = ("toco", f"--graph_def_file={job.frozen}", f"--output_file={job.result}", *_types(job), *_arrays(job))
    return Command((*argv, *_statistics(job), *_options(job)), tuple(_notes(job)))


def _newer(job: Job) -> tuple[Note, ...]:
    """Return a warning where the graph may hold what 1.15 does not know."""
    return (Note("commands.newer_graph", {"producer": job.producer}),) if job.producer > _PRODUCER else ()


def _refusal(job: Job) -> Note | None:
    if job.inference_type is InferenceType.INT16X8:
        return Note("commands.no_int16x8")
    if job.inference_type is InferenceType.INT8:
        return Note("commands.no_int8")
    if job.inference_type is _QUANTIZED and job.output_type is not IoType.UINT8:
        return Note("commands.no_float_output")
    return None


def _types(job: Job) -> Iterator[str]:
    yield f"--inference_type={'QUANTIZED_UINT8' if job.inference_type is _QUANTIZED else 'FLOAT'}"
    if job.inference_type in (InferenceType.DYNAMIC, InferenceType.FLOAT16):
        yield "--post_training_quantize"
    if job.inference_type is InferenceType.FLOAT16:
        yield "--quantize_to_float16"


def _arrays(job: Job) -> Iterator[str]:
    yield "--input_arrays=" + ",".join(array_name(choice.tensor) for choice in job.inputs)
    yield "--output_arrays=" + ",".join(array_name(tensor) for tensor in job.outputs)
    if all(choice.shape is not None for choice in job.inputs):
        shapes = [",".join(str(size or 1) for size in choice.shape or ()) for choice in job.inputs]
        if any(shapes):
            yield "--input_shapes=" + ":".join(shapes)


def _statistics(job: Job) -> Iterator[str]:
    if job.inference_type is not _QUANTIZED or not any(choice.std is not None for choice in job.inputs):
        return
    # The flags need a value for every input; one that takes no real numbers has none, and its value is not used.
    yield "--mean_values=" + ",".join(str(round(choice.mean or 0)) for choice in job.inputs)
    yield "--std_dev_values=" + ",".join(number(choice.std or 1) for choice in job.inputs)


def _options(job: Job) -> Iterator[str]:
    if job.default_ranges is not None:
        low, high = job.default_ranges
        yield f"--default_ranges_min={number(low)}"
        yield f"--default_ranges_max={number(high)}"
    if job.allow_custom_ops:
        yield "--allow_custom_ops"
    if job.select_tf_ops:
        yield "--target_ops=TFLITE_BUILTINS,SELECT_TF_OPS"


def _notes(job: Job) -> Iterator[Note]:
    yield from _newer(job)
    fractions = [choice for choice in job.inputs if choice.mean is not None and choice.mean != round(choice.mean)]
    if job.inference_type is _QUANTIZED and fractions:
        mean = fractions[0].mean or 0.0
        yield Note("commands.whole_mean", {"mean": number(mean), "rounded": round(mean)})


def number(value: float) -> str:
    """Return a number as a person writes it: ``127`` for 127.0."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
