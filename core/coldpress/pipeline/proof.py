"""The proof of a rewrite: the train graph, its training held still, against the frozen eval graph on the same inputs.

A proof adds to a run and never spoils one: where the train graph can't be run without running training, or can't be
run here at all, that is what the proof says.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from coldpress.errors import Cancelled, ColdpressError, ConverterError
from coldpress.eval_graph.held_graph import NotHeld, held_graph
from coldpress.eval_graph.passes import EvalRequest
from coldpress.events import Step
from coldpress.finding import Finding, Severity
from coldpress.freeze.graph_writer import write_graph
from coldpress.freeze.variables import graph_variables
from coldpress.pipeline.proof_samples import ProofSamples
from coldpress.verify.agreement import FLOAT, HALF, agreement, rough_agreement
from coldpress.worker.jobs import Call, TrainedGraph, run_reference, run_trained

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from coldpress.cancel import CancelToken
    from coldpress.eval_graph.held_graph import HeldGraph
    from coldpress.eval_graph.stand_ins import StandInKind
    from coldpress.facts import Fact
    from coldpress.graph.graph import Graph
    from coldpress.graph.tensor_ref import TensorRef
    from coldpress.pipeline.model import Model
    from coldpress.pipeline.prepare import Opened
    from coldpress.pipeline.recorder import Recorder
    from coldpress.verify.agreement import Agreement
    from coldpress.worker.supervisor import Worker

    Array = NDArray[np.generic]
    Arrays = Mapping[str, Array]

_PATIENCE: Final = 60.0
"""Seconds after which the proof gives up."""
_HALVES: Final = frozenset({14, 19})
"""DT_BFLOAT16, DT_HALF."""


class ProofStatus(StrEnum):
    """What a proof came to."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    NOT_POSSIBLE = "not_possible"


@dataclass(frozen=True, slots=True)
class Proof:
    """How far the frozen eval graph is from the train graph with its training held still.

    ``held`` counts what was set in the train graph, by kind. Where there is no proof, ``reason`` says why. ``rounded``
    says that single values differ by steps of the quantization, and agree without it.
    """

    status: ProofStatus
    agreement: Agreement | None = None
    held: Mapping[StandInKind, int] = field(default_factory=dict)
    reason: Finding | None = None
    rounded: bool = False
    seconds: float = 0.0

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What a disagreement means: the rewrite, or the freezing, is wrong."""
        if self.status is not ProofStatus.DISAGREES or self.agreement is None:
            return ()
        error, samples = self.agreement.max_abs_error, self.agreement.samples
        cosine = f"{self.agreement.cosine:.6f}"
        facts: dict[str, Fact] = {"error": f"{error:.3g}", "cosine": cosine, "samples": samples}
        return (Finding("proof.disagrees", Severity.BLOCK, (), facts),)

    def as_json(self) -> Mapping[str, Any]:
        """Return the figures; the reason is left to who says it in words."""
        shown = self.agreement
        finite = shown is not None and math.isfinite(shown.max_abs_error)
        return {
            "status": self.status.value,
            "samples": shown.samples if shown else 0,
            "max_abs_error": shown.max_abs_error if shown and finite else None,
            "cosine": shown.cosine if shown else None,
            "tolerance": shown.tolerance if shown else None,
            "rounded": self.rounded,
            "held": {kind.value: count for kind, count in self.held.items()},
            "seconds": round(self.seconds, 4),
        }


class Prover:
    """Proves one frozen graph, once, whatever is made of it."""

    def __init__(self, opened: Opened, frozen: Path, folder: Path, worker: Worker) -> None:
        self._given = opened, frozen, folder, worker
        self._proof: Proof | None = None

    def proof(self, recorder: Recorder, cancel: CancelToken | None) -> Proof:
        """Return the proof. Raises ``Cancelled``."""
        if self._proof is None:
            with recorder.step(Step.PROVE) as facts:
                self._proof = prove(*self._given, Call(recorder, cancel))
                facts["samples"] = self._proof.agreement.samples if self._proof.agreement else 0
        return self._proof


def prove(opened: Opened, frozen: Path, folder: Path, worker: Worker, call: Call | None = None) -> Proof:
    """Run both graphs and compare; what stands against that becomes the reason. Raises ``Cancelled`` alone."""
    began = time.monotonic()
    watched = call or Call()
    try:
        proof = _proof(opened, frozen, folder, worker, Call(watched.listener, watched.cancel, _PATIENCE, Step.PROVE))
    except Cancelled:
        raise
    except ColdpressError as error:
        proof = _impossible("proof.did_not_run", facts={"line": str(error.facts.get("line") or error.code)})
    return replace(proof, seconds=time.monotonic() - began)


def _proof(opened: Opened, frozen: Path, folder: Path, worker: Worker, call: Call) -> Proof:
    model, choices = opened.model, opened.choices
    if model.checkpoint is None:
        return _impossible("proof.no_checkpoint")
    request = EvalRequest(choices.inputs, choices.outputs)
    held = held_graph(model.graph, request, opened.eval_graph.stand_ins, lambda name: _value(model, name))
    if isinstance(held, NotHeld):
        return _impossible(held.code, held.nodes)
    samples = ProofSamples.of(opened)
    if samples is None:
        return _impossible("proof.too_big")
    train_graph = folder / "train_graph.pb"
    write_graph(held.graph, train_graph)
    # The worker runs in a folder of its own.
    trained = TrainedGraph(train_graph, str(Path(model.checkpoint.prefix).absolute()), *_places(model, held))
    return _Bench(opened, held, trained, frozen, samples, worker, call).proof()


def _impossible(code: str, nodes: tuple[str, ...] = (), facts: Mapping[str, Fact] | None = None) -> Proof:
    return Proof(ProofStatus.NOT_POSSIBLE, reason=Finding(code, Severity.NOTE, nodes, facts or {}))


def _value(model: Model, variable: str) -> Array:
    """Read a variable from the checkpoint, a part of a partitioned one too."""
    saved = model.match.saved.get(variable) if model.match else None
    if model.checkpoint is None:
        raise ConverterError("worker.no_such_variable", variable=variable, key=variable)
    value = model.checkpoint.read(saved.key if saved else variable)
    if saved is None or saved.slice is None:
        return value
    return value[tuple(slice(extent.start, extent.start + extent.length) for extent in saved.slice.extents)]


def _places(model: Model, held: HeldGraph) -> tuple[dict[str, str], dict[str, tuple[tuple[int, int], ...]]]:
    """Return key and slice of every variable that the train graph reads; of a weight, those of its average."""
    variables = graph_variables(held.graph, model.match.saved if model.match else None)
    keys = {variable.name: variable.key for variable in variables}
    slices = {
        variable.name: tuple((extent.start, extent.length) for extent in variable.slice.extents)
        for variable in variables
        if variable.slice is not None
    }
    for name, average in held.averages.items():
        saved = model.match.saved.get(average) if model.match else None
        keys[name] = saved.key if saved else average
    return keys, slices


@dataclass(frozen=True, slots=True)
class _Bench:
    """Both graphs, with the same samples."""

    opened: Opened
    held: HeldGraph
    trained: TrainedGraph
    frozen: Path
    samples: ProofSamples
    worker: Worker
    call: Call

    def proof(self) -> Proof:
        """Compare, with quantization first; where single values differ, once more without."""
        held = self.held
        tolerance = HALF if _is_half(held.graph) else FLOAT
        if self._has_given_ranges():
            return self._judged(self._pair(fake_quant=False), tolerance)
        quantized = self._pair(fake_quant=True)
        proof = self._judged(quantized, tolerance)
        if proof.status is not ProofStatus.DISAGREES or not any(_is_fake_quant(node.op) for node in held.graph):
            return proof
        if not rough_agreement(*quantized).agrees or not agreement(*self._pair(fake_quant=False), tolerance).agrees:
            return proof
        return replace(proof, status=ProofStatus.AGREES, rounded=True)

    def _judged(self, pair: tuple[Arrays, Arrays], tolerance: float) -> Proof:
        trained, frozen = pair
        if any(trained[name].shape != frozen[name].shape for name in trained):
            return _impossible("proof.batch_order")
        found = agreement(trained, frozen, tolerance)
        status = ProofStatus.AGREES if found.agrees else ProofStatus.DISAGREES
        return Proof(status, found, self.held.held)

    def _has_given_ranges(self) -> bool:
        """Tell whether a person put ranges where training had none: only without them are the two alike."""
        graph = self.opened.model.graph
        return any(_is_fake_quant(node.op) and node.name not in graph for node in self.opened.eval_graph.graph)

    def _pair(self, *, fake_quant: bool) -> tuple[Arrays, Arrays]:
        """Return what the train graph and the eval graph compute for each sample, under the eval graph's names."""
        held, derived = self.held, self.opened.eval_graph
        names = [str(ref) for ref in derived.outputs]
        wanted = [str(ref) for ref in held.outputs]
        options: Any = {"fake_quant": fake_quant, "call": self.call}
        feeds = _named(held.inputs, self.samples.trained)
        trained = run_trained(self.worker, self.trained, feeds, wanted, **options)
        feeds = _named(derived.inputs, self.samples.frozen)
        frozen = run_reference(self.worker, self.frozen, feeds, names, **options)
        return self.samples.rows([trained[name] for name in wanted], [frozen[name] for name in names], names)


def _named(refs: Sequence[TensorRef], feeds: Sequence[Array]) -> dict[str, Array]:
    return {str(ref): feed for ref, feed in zip(refs, feeds, strict=True)}


def _is_fake_quant(op: str) -> bool:
    return op.startswith("FakeQuantWithMinMax")


def _is_half(graph: Graph) -> bool:
    return any(value.type in _HALVES for node in graph for value in node.attr.values())
