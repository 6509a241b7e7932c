"""Verify a result: the frozen graph and the ``.tflite`` on the same samples, compared layer by layer and judged."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from coldpress.errors import ConverterError
from coldpress.formats.arrays import Samples, SampleSet
from coldpress.formats.graph_files import read_graph
from coldpress.verify.layers import GraphNode, Produced, compare_layers, pair_layers
from coldpress.verify.metrics import accuracy, compare
from coldpress.verify.outputs import Output
from coldpress.verify.random_inputs import random_samples
from coldpress.verify.report import FloatComparison, Verification
from coldpress.verify.runs import into_runs, into_samples
from coldpress.verify.scatter import draw
from coldpress.verify.verdict import judge, judge_accuracy, judge_float_layers, judge_inputs, judge_layers
from coldpress.worker.jobs import Call, run_model, run_reference
from coldpress.worker.names import array_name, canonical
from coldpress.worker.requests import CheckedModel, Kernels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from coldpress.formats.arrays import InputSlot
    from coldpress.verify.layers import Layer
    from coldpress.verify.limits import ModeLimits
    from coldpress.worker.requests import TensorInfo
    from coldpress.worker.supervisor import Worker

    Array = NDArray[np.generic]

_MOST_RANDOM: Final = 32
_FEWEST_RANDOM: Final = 8
_RANDOM_VALUES: Final = 1 << 20
"""Values to make up where nobody gave any samples: 32 small images, or 8 large ones."""
_LAYER_RUNS: Final = 16
_LAYER_BYTES: Final = 48 << 20
"""Most that the tensors of all layers may take on disk."""
_FAKE_QUANT: Final = "FakeQuantWithMinMax"
_BRIDGES: Final = frozenset({"QUANTIZE", "DEQUANTIZE"})
_NARROW: Final = frozenset({"int8", "uint8", "float16"})


@dataclass(frozen=True, slots=True)
class Subject:
    """What is verified: a frozen GraphDef, the file made from it, and the names that both know.

    ``slots`` are the inputs and ``outputs`` the output tensors of the graph, in the order of the recipe.
    """

    frozen: Path
    model: Path
    checked: CheckedModel
    slots: tuple[InputSlot, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is verified.

    ``data`` is ``given`` or ``random``. With ``layers`` every layer is compared, and a network with fake quant nodes
    also with itself without them. Reasons whose code is in ``accept`` are left out.
    """

    limits: ModeLimits
    kernels: Kernels = Kernels.DEFAULT
    data: str = "given"
    layers: bool = True
    accept: frozenset[str] = frozenset()
    call: Call = field(default_factory=Call)


def random_set(subject: Subject, count: int | None = None, *, seed: int = 0) -> SampleSet:
    """Return ``count`` samples or a few more, within the range that each input means where that is known."""
    inputs = []
    if count is None:
        largest = max((math.prod(info.shape[1:]) for info in subject.checked.inputs), default=1)
        count = min(max(_RANDOM_VALUES // max(largest, 1), _FEWEST_RANDOM), _MOST_RANDOM)
    for number, (slot, info) in enumerate(zip(subject.slots, _input_infos(subject), strict=True)):
        batch = info.shape[0] if info.shape else 1
        values = random_samples(
            info.shape[1:], slot.dtype, -(-count // batch) * batch, range_=_range(slot, info), seed=seed + number
        )
        inputs.append(Samples(slot.tensor, values))
    return SampleSet(tuple(inputs), None, ())


def verify(
    tensorflow: Worker, interpreter: Worker, subject: Subject, samples: SampleSet, manner: Manner
) -> Verification:
    """Run both sides on the same samples, compare, and judge."""
    bench = _Bench(tensorflow, interpreter, subject, samples, manner)
    got, clipped = bench.result()
    wanted = bench.reference(fake_quant=True)
    compared = tuple(compare(*both) for both in _aligned(wanted, got))
    scores = _scores(wanted, got, samples)
    layers = bench.layers(fake_quant=True) if manner.layers else ()
    trained = manner.layers and bench.trained
    float_layers = bench.layers(fake_quant=False) if trained else ()
    reasons = (
        *judge_inputs([slot.tensor for slot in subject.slots], clipped, manner.limits),
        *judge(compared, manner.limits, made_up=manner.data == "random"),
        *judge_accuracy(*scores, manner.limits, samples=samples.count, classes=_classes(got)),
        *judge_layers(layers, manner.limits),
        # Random inputs reach parts of the ranges that training never saw.
        *(judge_float_layers(float_layers) if manner.data == "given" else ()),
    )
    return Verification(
        outputs=compared,
        kernels=manner.kernels.value,
        limits=manner.limits,
        reasons=tuple(reason for reason in reasons if reason.code not in manner.accept),
        data=manner.data,
        accuracy_reference=scores[0],
        accuracy_result=scores[1],
        input_clipped=clipped,
        layers=layers,
        float_layers=float_layers,
        against_float=bench.against_float(got) if trained else None,
        scatter=tuple(draw(*both) for both in zip(wanted, got, strict=True)),
    )


class _Bench:
    """Both sides, set up with the same samples."""

    def __init__(
        self, tensorflow: Worker, interpreter: Worker, subject: Subject, samples: SampleSet, manner: Manner
    ) -> None:
        self._tensorflow = tensorflow
        self._interpreter = interpreter
        self._subject = subject
        self._samples = samples
        self._manner = manner
        self._infos = _input_infos(subject)
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

    def reference(self, *, fake_quant: bool) -> list[Output]:
        """Return the graph's outputs."""
        names = [canonical(name) for name in self._subject.outputs]
        arrays = self._run_graph(names, fake_quant=fake_quant)
        return [self._of_samples(Output(name, arrays[name])) for name in names]

    def against_float(self, got: Sequence[Output]) -> FloatComparison:
        """Compare the model's outputs with the network's without its fake quant nodes."""
        plain = self.reference(fake_quant=False)
        metrics = tuple(compare(*both) for both in _aligned(plain, got))
        return FloatComparison(metrics, _scores(plain, got, self._samples)[0])

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
            info.index: into_runs(_model_values(slot, info, item), info.shape)
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

    def _of_samples(self, output: Output) -> Output:
        values = into_samples(output.values, self._batch, self._samples.count)
        # The runs and the batch have become one axis.
        axis = output.axis - (output.values.ndim - values.ndim)
        return Output(output.name, values, output.scales, output.zero_points, axis)

    def _layer_runs(self, indices: Sequence[int]) -> int:
        sizes = {info.index: int(np.prod(info.shape, dtype=np.int64)) for info in self._subject.checked.tensors}
        # The graph's side is float32.
        run = 4 * sum(sizes[index] for index in indices)
        return max(1, min(_LAYER_RUNS, _LAYER_BYTES // max(run, 1)))


def _narrow_constants(checked: CheckedModel) -> frozenset[int]:
    """Return the constants of 8 or 16 bits, as they are stored and as they come out of a DEQUANTIZE."""
    made = {index for operation in checked.operations for index in operation.outputs}
    given = {info.index for info in checked.inputs}
    narrow = {info.index for info in checked.tensors if info.dtype in _NARROW} - made - given
    for operation in checked.operations:
        if operation.name == "DEQUANTIZE" and not narrow.isdisjoint(operation.inputs):
            narrow.update(operation.outputs)
    return frozenset(narrow)


def pair(tensors: Sequence[str], infos: Sequence[TensorInfo]) -> list[TensorInfo]:
    """Return the model's tensor for each of the graph's: by name where all have one, else by order.

    Raises ``ConverterError`` where the numbers differ.
    """
    if len(tensors) != len(infos):
        raise ConverterError("verify.counts", graph=len(tensors), model=len(infos))
    by_name = {_plain(info.name): info for info in infos}
    names = [array_name(tensor) for tensor in tensors]
    if len(by_name) == len(infos) and all(name in by_name for name in names):
        return [by_name[name] for name in names]
    return list(infos)


def _plain(name: str) -> str:
    """Return the name of the operation that a model's tensor is called after."""
    return name.partition(";")[0].removeprefix("serving_default_").removesuffix(":0")


def _input_infos(subject: Subject) -> list[TensorInfo]:
    return pair([slot.tensor for slot in subject.slots], subject.checked.inputs)


def _range(slot: InputSlot, info: TensorInfo) -> tuple[float, float] | None:
    """Return what the input means by mean and std, else by its own quantization."""
    if slot.real_range is not None or info.scale is None or info.zero_point is None:
        return slot.real_range
    limits = np.iinfo(info.dtype)
    return (limits.min - info.zero_point) * info.scale, (limits.max - info.zero_point) * info.scale


def _model_values(slot: InputSlot, info: TensorInfo, samples: Samples) -> Array:
    """Return what the model is fed: the stored integers where it takes them as they are, else the real values."""
    raw = samples.raw
    if raw is None or raw.dtype.name != info.dtype or info.scale is None or info.zero_point is None:
        return samples.values
    if slot.mean is None or slot.std is None:
        return samples.values
    as_stored = abs(info.zero_point - slot.mean) <= 1 and abs(info.scale * slot.std - 1) < 0.01
    return raw if as_stored else samples.values


def _aligned(wanted: Sequence[Output], got: Sequence[Output]) -> list[tuple[Output, Output]]:
    """Return the outputs in pairs; raise ``ConverterError`` where two are not of the same size."""
    pairs = list(zip(wanted, got, strict=True))
    for expected, result in pairs:
        if expected.values.size != result.values.size:
            graph, model = str(list(expected.values.shape)), str(list(result.values.shape))
            raise ConverterError("verify.output_shape", output=result.name, graph=graph, model=model)
    return pairs


def _scores(wanted: Sequence[Output], got: Sequence[Output], samples: SampleSet) -> tuple[float | None, float | None]:
    """Return the accuracies of the first output that holds classes."""
    if samples.labels is None:
        return None, None
    for expected, result in zip(wanted, got, strict=True):
        if len(result.values) == len(samples.labels) == len(expected.values):
            score = accuracy(expected, samples.labels)
            if score is not None:
                return score, accuracy(result, samples.labels)
    return None, None


def _classes(outputs: Sequence[Output]) -> int:
    return max((output.values.shape[-1] for output in outputs if output.values.ndim > 1), default=0)
