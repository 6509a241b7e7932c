"""Both sides of a verification, set up with the same samples and run by whichever kernels are asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from coldpress.errors import ConverterError
from coldpress.formats.graph_files import read_graph
from coldpress.verify.layer_pairs import GraphNode, Produced, pair_layers
from coldpress.verify.layers import compare_layers
from coldpress.verify.metrics import accuracy, compare
from coldpress.verify.outputs import Output
from coldpress.verify.quantized import dequantize
from coldpress.verify.report import FloatComparison, KernelRun
from coldpress.verify.runs import into_runs, into_samples
from coldpress.worker.jobs import Call, run_model, run_reference
from coldpress.worker.names import canonical
from coldpress.worker.requests.tflite import CheckedModel, Kernels
from coldpress.worker.subject import input_infos, model_values, pair

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from coldpress.formats.arrays import SampleSet
    from coldpress.verify.layers import Layer
    from coldpress.verify.limits import ModeLimits
    from coldpress.worker.jobs import ModelResult
    from coldpress.worker.subject import Subject
    from coldpress.worker.supervisor import Worker

    Array = NDArray[np.generic]

_LAYER_RUNS: Final = 16
_LAYER_BYTES: Final = 48 << 20
"""Most that the tensors of all layers may take on disk."""
_PATIENCE: Final = 4.0
"""Seconds to spend on kernels that are there for comparison alone."""
_OTHER_RUNS: Final = 64
"""Runs that are enough to see what they do otherwise."""
_FAKE_QUANT: Final = "FakeQuantWithMinMax"
_BRIDGES: Final = frozenset({"QUANTIZE", "DEQUANTIZE"})
_NARROW: Final = frozenset({"int8", "uint8", "float16"})


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is verified.

    ``data`` is ``given`` or ``random``. With ``layers`` every layer is compared, and a network with fake quant nodes
    also with itself without them. ``others`` are kernels that run the same file too. Reasons whose code is in
    ``accept`` are left out.
    """

    limits: ModeLimits
    kernels: Kernels = Kernels.DEFAULT
    others: tuple[Kernels, ...] = (Kernels.REFERENCE,)
    data: str = "given"
    layers: bool = True
    accept: frozenset[str] = frozenset()
    call: Call = field(default_factory=Call)


class Bench:
    """Both sides, set up with the same samples."""

    def __init__(
        self, tensorflow: Worker, interpreter: Worker, subject: Subject, samples: SampleSet, manner: Manner
    ) -> None:
        self._tensorflow = tensorflow
        self._interpreter = interpreter
        self._subject = subject
        self._samples = samples
        self._manner = manner
        self._infos = input_infos(subject)
        self._batch = self._infos[0].shape[0] if self._infos and self._infos[0].shape else 1

    def result(self) -> tuple[list[Output], tuple[float, ...]]:
        """Return the model's outputs, in the graph's order, and the clipped share of each input."""
        subject = self._subject
        ran = run_model(
            self._interpreter, subject.model, self._model_feeds, self._manner.kernels, call=self._manner.call
        )
        infos = pair(subject.outputs, subject.checked.outputs)
        outputs = [self._of_samples(ran.outputs[subject.checked.outputs.index(info)]) for info in infos]
        places = [subject.checked.inputs.index(info) for info in self._infos]
        return outputs, tuple(ran.clipped[place] for place in places)

    def with_kernels(self, kernels: Kernels, wanted: Sequence[Output], got: Sequence[Output]) -> KernelRun:
        """Run the same file with other kernels, on as many samples as there is patience for, first one to see.

        Reference kernels are plain loops: a large network takes seconds a sample with them.
        """
        try:
            took = self._run_first(kernels, 1).seconds
            runs = max(1, min(_OTHER_RUNS, len(self._model_feeds[0]), int(_PATIENCE / max(took, 1e-6))))
            ran = self._run_first(kernels, runs)
        except ConverterError as error:
            return KernelRun(kernels.value, error=error.code)
        count = min(runs * self._batch, self._samples.count)
        infos = pair(self._subject.outputs, self._subject.checked.outputs)
        found = [self._of_samples(ran.outputs[self._subject.checked.outputs.index(info)], count) for info in infos]
        return KernelRun(
            kernels=kernels.value,
            samples=count,
            outputs=tuple(compare(_first(one, len(two.values)), two) for one, two in zip(wanted, found, strict=True)),
            differences=tuple(compare(_first(one, len(two.values)), two) for one, two in zip(got, found, strict=True)),
        )

    def _run_first(self, kernels: Kernels, runs: int) -> ModelResult:
        feeds = [array[:runs] for array in self._model_feeds]
        return run_model(self._interpreter, self._subject.model, feeds, kernels, call=self._manner.call)

    def reference(self, *, fake_quant: bool) -> list[Output]:
        """Return the graph's outputs."""
        names = [canonical(name) for name in self._subject.outputs]
        arrays = self._run_graph(names, fake_quant=fake_quant)
        return [self._of_samples(Output(name, arrays[name])) for name in names]

    def against_float(self, got: Sequence[Output]) -> FloatComparison:
        """Compare the model's outputs with the network's without its fake quant nodes."""
        plain = self.reference(fake_quant=False)
        metrics = tuple(compare(*both) for both in aligned(plain, got))
        return FloatComparison(metrics, scores(plain, got, self._samples)[0])

    def layers(self, *, fake_quant: bool) -> tuple[Layer, ...]:
        """Compare every tensor that both sides have, on the first samples."""
        produced = self._produced
        pairs = pair_layers(produced, self._nodes)
        if not pairs:
            return ()
        runs = self._layer_runs([pair_.produced.index for pair_ in pairs])
        reference = self._run_graph([pair_.tensor for pair_ in pairs], fake_quant=fake_quant, runs=runs)
        ran = run_model(
            self._interpreter,
            self._subject.model,
            [array[:runs] for array in self._model_feeds],
            Kernels.NO_DELEGATE,
            tensors=[pair_.produced.index for pair_ in pairs],
            call=self._manner.call,
        )
        return compare_layers(produced, pairs, reference, ran.tensors)

    @cached_property
    def trained(self) -> bool:
        """Whether the graph has fake quant nodes and the model computes with their ranges.

        A float model only rounds to them, between QUANTIZE and DEQUANTIZE.
        """
        scaled = {info.index for info in self._subject.checked.tensors if info.scales}
        computing = [op for op in self._subject.checked.operations if op.name not in _BRIDGES]
        quantized = any(not scaled.isdisjoint(operation.outputs) for operation in computing)
        return quantized and any(node.operation.startswith(_FAKE_QUANT) for node in self._nodes.values())

    @cached_property
    def _nodes(self) -> Mapping[str, GraphNode]:
        nodes = read_graph(self._subject.frozen).parts.nodes
        return {node.name: GraphNode(node.op, tuple(node.input)) for node in nodes}

    @cached_property
    def _produced(self) -> tuple[Produced, ...]:
        tensors = {info.index: info for info in self._subject.checked.tensors}
        narrow = _narrow_constants(self._subject.checked)
        return tuple(
            Produced(
                index=index,
                name=tensors[index].name,
                operation=operation.name,
                inputs=operation.inputs,
                narrow_weights=not narrow.isdisjoint(operation.inputs),
            )
            for operation in self._subject.checked.operations
            for index in operation.outputs
            if index in tensors
        )

    @cached_property
    def _model_feeds(self) -> list[Array]:
        """One array an input, in the model's order."""
        feeds = {
            info.index: into_runs(model_values(slot, info, item), info.shape)
            for slot, info, item in zip(self._subject.slots, self._infos, self._samples.inputs, strict=True)
        }
        return [feeds[info.index] for info in self._subject.checked.inputs]

    def _run_graph(self, tensors: Sequence[str], *, fake_quant: bool, runs: int | None = None) -> Mapping[str, Array]:
        feeds = {
            canonical(item.tensor): into_runs(item.values, info.shape)[:runs]
            for item, info in zip(self._samples.inputs, self._infos, strict=True)
        }
        call = self._manner.call
        return run_reference(self._tensorflow, self._subject.frozen, feeds, tensors, fake_quant=fake_quant, call=call)

    def _of_samples(self, output: Output, count: int | None = None) -> Output:
        values = into_samples(output.values, self._batch, self._samples.count if count is None else count)
        # The runs and the batch have become one axis.
        axis = output.axis - (output.values.ndim - values.ndim)
        return Output(output.name, values, output.scales, output.zero_points, axis)

    def _layer_runs(self, indices: Sequence[int]) -> int:
        sizes = {info.index: int(np.prod(info.shape, dtype=np.int64)) for info in self._subject.checked.tensors}
        # The graph's side is float32.
        run = 4 * sum(sizes[index] for index in indices)
        return max(1, min(_LAYER_RUNS, _LAYER_BYTES // max(run, 1)))


def _first(output: Output, count: int) -> Output:
    """Return an output with its first ``count`` samples alone, as real values."""
    real = dequantize(output.values[:count], output.scales, output.zero_points, output.axis)
    return Output(output.name, real)


def _narrow_constants(checked: CheckedModel) -> frozenset[int]:
    """Return the constants of 8 or 16 bits, as they are stored and as they come out of a DEQUANTIZE."""
    made = {index for operation in checked.operations for index in operation.outputs}
    given = {info.index for info in checked.inputs}
    narrow = {info.index for info in checked.tensors if info.dtype in _NARROW} - made - given
    for operation in checked.operations:
        if operation.name == "DEQUANTIZE" and not narrow.isdisjoint(operation.inputs):
            narrow.update(operation.outputs)
    return frozenset(narrow)


def aligned(wanted: Sequence[Output], got: Sequence[Output]) -> list[tuple[Output, Output]]:
    """Return the outputs in pairs; raise ``ConverterError`` where two are not of the same size."""
    pairs = list(zip(wanted, got, strict=True))
    for expected, result in pairs:
        if expected.values.size != result.values.size:
            graph, model = str(list(expected.values.shape)), str(list(result.values.shape))
            raise ConverterError("verify.output_shape", output=result.name, graph=graph, model=model)
    return pairs


def scores(wanted: Sequence[Output], got: Sequence[Output], samples: SampleSet) -> tuple[float | None, float | None]:
    """Return the accuracies of the first output that holds classes."""
    if samples.labels is None:
        return None, None
    for expected, result in zip(wanted, got, strict=True):
        if len(result.values) == len(samples.labels) == len(expected.values):
            score = accuracy(expected, samples.labels)
            if score is not None:
                return score, accuracy(result, samples.labels)
    return None, None
