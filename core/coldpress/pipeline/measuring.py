"""Size and latency of a result, and of the same network in float32 beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from coldpress.errors import ColdpressError
from coldpress.events import Step
from coldpress.finding import Finding, Severity
from coldpress.formats.graph_files import read_graph
from coldpress.formats.protos import NodeDef
from coldpress.freeze.graph_writer import write_graph
from coldpress.graph.graph import Graph
from coldpress.pipeline.latency import measure_latency
from coldpress.pipeline.outcome import FloatModel
from coldpress.recipe import InferenceType
from coldpress.worker.fake_quant import FAKE_QUANTS, let_through
from coldpress.worker.jobs import Call, convert
from coldpress.worker.requests.conversion import Convert

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.cancel import CancelToken
    from coldpress.formats.spans import GraphParts
    from coldpress.pipeline.freezing import Freezing
    from coldpress.pipeline.prepare import Prepared
    from coldpress.pipeline.recorder import Recorder
    from coldpress.pipeline.workers import Workers
    from coldpress.verify.timing import Timing

_CHEAP: Final = 32 << 20
"""Bytes of a frozen graph up to which a float32 file is made for comparison: about a second of converting."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How long a run takes in each setting, the float32 file beside it, and what could not be measured."""

    timings: tuple[Timing, ...] = ()
    float_model: FloatModel | None = None
    findings: tuple[Finding, ...] = ()


def measure(  # noqa: PLR0913 - what, with what, and how to watch it
    prepared: Prepared,
    freezing: Freezing,
    folder: Path,
    workers: Workers,
    *,
    recorder: Recorder,
    cancel: CancelToken | None = None,
    beside: bool = True,
) -> Measured:
    """Time ``folder/result.tflite`` and, with ``beside``, the float32 file of the same network.

    What cannot be measured becomes a finding; it is no reason to lose a result. Raises ``Cancelled``.
    """
    with recorder.step(Step.MEASURE) as facts:
        timings, found = measure_latency(
            folder / "result.tflite", workers.interpreter, listener=recorder, cancel=cancel
        )
        facts.update({"milliseconds": timings[0].median * 1e3} if timings else {})
        is_float = prepared.choices.inference_type is InferenceType.FLOAT32
        if not beside or is_float or freezing.frozen.bytes > _CHEAP:
            return Measured(timings, None, found)
        try:
            float_model = _float_model(prepared, folder, workers, Call(recorder, cancel, step=Step.MEASURE))
        except ColdpressError as error:
            if error.status == 130:
                raise
            missing = Finding("latency.no_float_model", Severity.NOTE, facts={"reason": error.code})
            return Measured(timings, None, (*found, missing))
    return Measured(timings, float_model, found)


def _float_model(prepared: Prepared, folder: Path, workers: Workers, call: Call) -> FloatModel:
    parts = read_graph(folder / "frozen.pb").parts
    source = folder / "frozen.pb"
    if any(node.op in FAKE_QUANTS for node in parts.nodes):
        source = folder / "float.pb"
        write_graph(_without_fake_quants(parts), source)
    target = folder / "float.tflite"
    request = Convert(
        frozen=str(source),
        target=str(target),
        inputs=tuple(replace(choice, mean=None, std=None) for choice in prepared.inputs),
        outputs=prepared.outputs,
        inference_type=InferenceType.FLOAT32,
        allow_custom_ops=prepared.recipe.allow_custom_ops,
        select_tf_ops=prepared.recipe.select_tf_ops,
        accept=prepared.recipe.accept,
    )
    done = convert(workers.tensorflow, request, call=call)
    timings, _problems = measure_latency(target, workers.interpreter, listener=call.listener, cancel=call.cancel)
    return FloatModel(done.nbytes, timings)


def _without_fake_quants(parts: GraphParts) -> Graph:
    """Return the network as it was before its ranges were trained: every fake quant node lets its input through."""
    nodes = [_copy(node) if node.op in FAKE_QUANTS else node for node in parts.nodes]
    let_through(_Nodes([node for node in nodes if node.op in FAKE_QUANTS]))
    return Graph(nodes, functions=parts.functions, versions=parts.versions, payloads=parts.payloads)


@dataclass(frozen=True, slots=True)
class _Nodes:
    """Nodes in the place of a GraphDef."""

    node: list[NodeDef]


def _copy(node: NodeDef) -> NodeDef:
    copy = NodeDef()
    copy.CopyFrom(node)
    return copy
