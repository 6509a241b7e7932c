"""A frozen graph against a ``.tflite`` file that lies there already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.errors import BlockedError, UsageError
from coldpress.events import Step, ignore
from coldpress.finding import blocking
from coldpress.formats.graph_files import read_graph
from coldpress.graph.endpoints import suggest
from coldpress.graph.loading import graph_from
from coldpress.graph.tensor_ref import TensorRef
from coldpress.pipeline.choices import find_tensor
from coldpress.pipeline.samples import read_run_samples
from coldpress.pipeline.verifying import Candidate, verify_result
from coldpress.recipe import InferenceType, InputChoice, Recipe
from coldpress.worker.requests.tflite import CheckModel

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from coldpress.cancel import CancelToken
    from coldpress.events import Listener
    from coldpress.finding import Finding
    from coldpress.graph.graph import Graph
    from coldpress.pipeline.workers import Workers
    from coldpress.verify.report import Verification
    from coldpress.worker.requests.tflite import CheckedModel, TensorInfo

_INTEGER_MODES = {"uint8": InferenceType.UINT8, "int8": InferenceType.INT8, "int16": InferenceType.INT16X8}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the result is, what the comparison came to, and what looked wrong with the samples."""

    mode: InferenceType
    checked: CheckedModel
    verification: Verification
    findings: tuple[Finding, ...]


def compare_files(
    reference: Path,
    result: Path,
    recipe: Recipe,
    workers: Workers,
    *,
    listener: Listener = ignore,
    cancel: CancelToken | None = None,
) -> Comparison:
    """Run both files on ``recipe.data`` (or on inputs made up) and compare their outputs.

    Inputs and outputs are those that ``recipe`` names, else the tensors of the graph that are called as the file calls
    its own. Raises ``InputError``, ``UsageError``, ``BlockedError`` for data that cannot be used, ``ConverterError``.
    """
    graph = graph_from(read_graph(reference, cancel=cancel).parts)
    checked = workers.interpreter.run(CheckModel(str(result)), listener=listener, cancel=cancel, step=Step.CHECK)
    inputs = _inputs(graph, checked, recipe)
    outputs = _outputs(graph, checked, recipe)
    mode = mode_of(checked)
    samples = read_run_samples(graph, inputs, recipe, mode, cancel=cancel)
    if blocked := blocking(samples.findings, recipe.accept):
        raise BlockedError(blocked)
    candidate = Candidate(reference, result, checked, outputs, samples, mode)
    verification = verify_result(candidate, recipe, workers, listener=listener, cancel=cancel)
    return Comparison(mode, checked, verification, samples.findings)


def mode_of(checked: CheckedModel) -> InferenceType:
    """Return the inference type that a file's tensors show."""
    for tensor in (*checked.outputs, *checked.inputs):
        if tensor.dtype in _INTEGER_MODES:
            return _INTEGER_MODES[tensor.dtype]
    kinds = {tensor.dtype for tensor in checked.tensors}
    quantized = {tensor.dtype for tensor in checked.tensors if tensor.scales}
    if "float16" in kinds:
        return InferenceType.FLOAT16
    return InferenceType.DYNAMIC if "int8" in quantized else InferenceType.FLOAT32


def _inputs(graph: Graph, checked: CheckedModel, recipe: Recipe) -> tuple[InputChoice, ...]:
    """Return the graph's inputs with the shapes of the file, and what the file says its integers mean."""
    given = [choice.tensor for choice in recipe.inputs if choice.tensor]
    names = _tensors(graph, given, [tensor.name for tensor in checked.inputs], suggest(graph).chosen_inputs)
    if len(names) != len(checked.inputs):
        raise UsageError("pipeline.compare_inputs", graph=len(names), result=len(checked.inputs))
    said = recipe.inputs or (None,) * len(names)
    return tuple(
        _input(name, tensor, choice) for name, tensor, choice in zip(names, checked.inputs, said, strict=False)
    )


def _input(name: TensorRef, tensor: TensorInfo, said: InputChoice | None) -> InputChoice:
    """``real = scale * (integer - zero point)``; given bytes are 128 above the integers of an int8 input."""
    mean, std = (said.mean, said.std) if said else (None, None)
    if mean is None and tensor.scale and tensor.zero_point is not None and tensor.dtype in {"uint8", "int8"}:
        mean = float(tensor.zero_point + (128 if tensor.dtype == "int8" else 0))
        std = 1.0 / tensor.scale
    return InputChoice(str(name), tuple(tensor.shape), mean, std)


def _outputs(graph: Graph, checked: CheckedModel, recipe: Recipe) -> tuple[str, ...]:
    found = _tensors(graph, recipe.outputs, [tensor.name for tensor in checked.outputs], suggest(graph).chosen_outputs)
    if len(found) != len(checked.outputs):
        raise UsageError("pipeline.compare_outputs", graph=len(found), result=len(checked.outputs))
    return tuple(str(ref) for ref in found)


def _tensors(
    graph: Graph, given: Sequence[str], names: Sequence[str], suggested: Sequence[TensorRef]
) -> tuple[TensorRef, ...]:
    if given:
        return tuple(find_tensor(graph, name) for name in given)
    if all(TensorRef.parse(name).node in graph for name in names):
        return tuple(TensorRef.parse(name) for name in names)
    return tuple(suggested)
