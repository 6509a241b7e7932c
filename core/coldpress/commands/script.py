"""A short Python script that does the same with the TensorFlow of today, and nothing of Coldpress.

Only what the job needs is in it: the lines are meant to be read, and taken elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coldpress.commands.job import array_name, operation
from coldpress.recipe import InferenceType
from coldpress.sentences import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from coldpress.commands.job import Job

_BUILTINS = {
    InferenceType.INT8: "TFLITE_BUILTINS_INT8",
    InferenceType.INT16X8: "EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8",
}


def python_script(job: Job, *, language: str = "en") -> str:
    """Return the script as text."""
    return _Script(job, language).text()


class _Script:
    """Writes the script part by part."""

    def __init__(self, job: Job, language: str) -> None:
        self._job = job
        self._language = language

    def text(self) -> str:
        lines = [
            f"# {self._say('head', graph=self._job.eval_graph, result=self._job.result)}",
            *(["import numpy as np"] if self._job.representative else []),
            "import tensorflow as tf",
            "",
            "tf1 = tf.compat.v1",
            "",
            *self._freeze(),
            *self._converter(),
            *self._mode(),
            "",
            f'with open({self._job.result!r}, "wb") as file:',
            "    file.write(converter.convert())",
        ]
        return "\n".join(lines) + "\n"

    def _say(self, name: str, **facts: str) -> str:
        """Return a message for a comment: one line, whatever a path holds."""
        return " ".join(say(f"commands.script.{name}", facts, language=self._language).message.splitlines())

    def _freeze(self) -> Iterator[str]:
        job = self._job
        if not job.variables or job.checkpoint is None:
            return
        yield f"# {self._say('freeze')}"
        yield f"checkpoint = tf.train.load_checkpoint({job.checkpoint!r})"
        yield from self._places()
        yield "graph_def = tf1.GraphDef()"
        yield f'with open({job.eval_graph!r}, "rb") as file:'
        yield "    graph_def.ParseFromString(file.read())"
        yield "with tf1.Graph().as_default() as graph, tf1.Session() as session:"
        yield '    tf1.import_graph_def(graph_def, name="")'
        yield from (f"    {line}" for line in self._restore())
        outputs = list(dict.fromkeys(operation(tensor) for tensor in job.outputs))
        yield f"    outputs = {outputs!r}"
        yield "    frozen = tf1.graph_util.convert_variables_to_constants(session, graph_def, outputs)"
        yield f'with open({job.frozen!r}, "wb") as file:'
        yield "    file.write(frozen.SerializeToString())"
        yield ""

    def _places(self) -> Iterator[str]:
        """Yield where variables are kept that do not go by their own name."""
        renamed = {v.name: v.key for v in self._job.variables if v.key != v.name}
        if renamed:
            yield f"# {self._say('keys')}"
            yield from _table("keys", renamed)
        parts = {
            v.name: tuple(zip(v.begin, v.size, strict=True))
            for v in self._job.variables
            if v.begin is not None and v.size is not None
        }
        if parts:
            yield f"# {self._say('parts')}"
            yield from _table("parts", parts)

    def _restore(self) -> Iterator[str]:
        variables = self._job.variables
        kinds = [v.is_resource for v in variables]
        if any(kinds):
            yield "existing = {operation.name for operation in graph.get_operations()}"
        yield "for variable in graph.get_operations():"
        yield '    if variable.type not in ("Variable", "VariableV2", "VarHandleOp"):'
        yield "        continue"
        key = "keys.get(variable.name, variable.name)" if any(v.key != v.name for v in variables) else "variable.name"
        yield f"    value = checkpoint.get_tensor({key})"
        if any(v.begin is not None for v in variables):
            yield "    for axis, (begin, size) in enumerate(parts.get(variable.name, ())):"
            yield "        value = value.take(range(begin, begin + size), axis)"
        yield '    fed = tf1.placeholder(variable.get_attr("dtype"))'
        if any(kinds) and not all(kinds):
            yield '    if variable.type == "VarHandleOp":'
            yield from (f"        {line}" for line in self._restore_resource())
            yield "    else:"
            yield f"        {_RESTORE_REFERENCE}"
        elif any(kinds):
            yield from (f"    {line}" for line in self._restore_resource())
        else:
            yield f"    {_RESTORE_REFERENCE}"

    def _restore_resource(self) -> Iterator[str]:
        yield "handle = variable.outputs[0]"
        yield "session.run(tf.raw_ops.AssignVariableOp(resource=handle, value=fed), {fed: value})"
        yield f"# {self._say('read')}"
        yield 'name = variable.name + "/Read/ReadVariableOp"'
        yield "if name not in existing:"
        yield "    tf.raw_ops.ReadVariableOp(resource=handle, dtype=fed.dtype, name=name)"

    def _converter(self) -> Iterator[str]:
        job = self._job
        yield f"# {self._say('convert')}"
        yield "converter = tf1.lite.TFLiteConverter.from_frozen_graph("
        yield f"    {job.frozen!r},"
        yield f"    input_arrays={[array_name(choice.tensor) for choice in job.inputs]!r},"
        yield f"    output_arrays={[array_name(tensor) for tensor in job.outputs]!r},"
        shapes = {array_name(c.tensor): list(c.shape) for c in job.inputs if c.shape is not None}
        if shapes:
            yield f"    input_shapes={shapes!r},"
        yield ")"

    def _mode(self) -> Iterator[str]:
        job = self._job
        if job.inference_type in (InferenceType.DYNAMIC, InferenceType.FLOAT16) or job.representative:
            yield "converter.optimizations = [tf.lite.Optimize.DEFAULT]"
        if job.inference_type is InferenceType.FLOAT16:
            yield "converter.target_spec.supported_types = [tf.float16]"
        if job.representative:
            yield from self._measured()
        elif job.inference_type in (InferenceType.UINT8, InferenceType.INT8):
            yield from self._trained()
        yield from self._operations()

    def _measured(self) -> Iterator[str]:
        """Yield how ranges are measured on samples."""
        job = self._job
        yield f"# {self._say('samples')}"
        yield f"samples = [np.load(name) for name in {list(job.representative)!r}]"
        yield "converter.representative_dataset = lambda: ("
        yield "    [array[run] for array in samples] for run in range(len(samples[0]))"
        yield ")"
        yield f"converter.inference_input_type = tf.{job.input_type}"
        yield f"converter.inference_output_type = tf.{job.output_type}"

    def _trained(self) -> Iterator[str]:
        """Yield how the ranges in the graph are used."""
        job = self._job
        yield f"converter.inference_type = tf.{job.inference_type}"
        yield f"converter.inference_input_type = tf.{job.input_type}"
        stats = {array_name(c.tensor): (c.mean, c.std) for c in job.inputs if c.std is not None}
        yield f"converter.quantized_input_stats = {stats!r}  # {self._say('mean')}"
        if job.default_ranges is not None:
            yield f"converter.default_ranges_stats = {job.default_ranges!r}"

    def _operations(self) -> Iterator[str]:
        job = self._job
        if job.allow_custom_ops:
            yield "converter.allow_custom_ops = True"
        builtins = _BUILTINS.get(job.inference_type) if job.representative else None
        if builtins or job.select_tf_ops:
            names = [builtins or "TFLITE_BUILTINS", *(["SELECT_TF_OPS"] if job.select_tf_ops else [])]
            sets = ", ".join(f"tf.lite.OpsSet.{name}" for name in names)
            yield f"converter.target_spec.supported_ops = [{sets}]"


_RESTORE_REFERENCE = (
    "session.run(tf.raw_ops.Assign(ref=variable.outputs[0], value=fed, validate_shape=False), {fed: value})"
)


def _table(name: str, rows: Mapping[str, Any]) -> Sequence[str]:
    return [f"{name} = {{", *(f"    {key!r}: {value!r}," for key, value in rows.items()), "}"]
