"""Freeze: directly where that is possible, by TensorFlow's own freezer where it is not."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coldpress.errors import InputError
from coldpress.events import Step, StepFinished, StepProgress, StepStarted, ignore
from coldpress.files import staged
from coldpress.finding import Finding, Severity
from coldpress.freeze.freezer import FrozenGraph, freeze
from coldpress.freeze.graph_writer import write_graph
from coldpress.freeze.unsupported import DirectFreezeUnsupported
from coldpress.worker.requests.graph import FreezeWithTensorFlow

if TYPE_CHECKING:
    from coldpress.cancel import CancelToken
    from coldpress.eval_graph.rewrite import EvalGraph
    from coldpress.events import Listener
    from coldpress.pipeline.model import Model
    from coldpress.pipeline.proof import Prover
    from coldpress.worker.supervisor import Worker


@dataclass(frozen=True, slots=True)
class Freezing:
    """A frozen graph, what is to be said about it, and who proves it against the train graph."""

    frozen: FrozenGraph
    findings: tuple[Finding, ...] = ()
    prover: Prover | None = None


def freeze_model(
    model: Model,
    eval_graph: EvalGraph,
    target: Path,
    worker: Worker,
    *,
    listener: Listener = ignore,
    cancel: CancelToken | None = None,
) -> Freezing:
    """Write the frozen graph of ``eval_graph`` to ``target``.

    Raises ``InputError`` where the checkpoint lacks something, ``BlockedError`` beyond 2 GB, ``OutputError``.
    """
    started = time.monotonic()
    listener(StepStarted(Step.FREEZE))
    outputs = [ref.node for ref in eval_graph.outputs]
    saved = model.match.saved if model.match else None

    def progress(done: int, total: int) -> None:
        listener(StepProgress(Step.FREEZE, done, total))

    try:
        frozen = freeze(
            eval_graph.graph, model.checkpoint, outputs, target, saved=saved, progress=progress, cancel=cancel
        )
        result = Freezing(frozen)
    except DirectFreezeUnsupported as reason:
        frozen = _by_tensorflow(model, eval_graph, target, worker, listener, cancel)
        result = Freezing(frozen, (_said(reason),))
    facts = {"nodes": frozen.nodes, "constants": frozen.constants, "bytes": frozen.bytes}
    listener(StepFinished(Step.FREEZE, time.monotonic() - started, facts))
    return result


def _by_tensorflow(
    model: Model,
    eval_graph: EvalGraph,
    target: Path,
    worker: Worker,
    listener: Listener,
    cancel: CancelToken | None,
) -> FrozenGraph:
    if model.checkpoint is None:
        raise InputError("pipeline.no_checkpoint", path=model.files.path)
    keys = {name: place.key for name, place in model.match.saved.items()} if model.match else {}
    with tempfile.TemporaryDirectory(prefix="coldpress-") as folder, staged(target) as temporary:
        graph = Path(folder) / "eval_graph.pb"
        write_graph(eval_graph.graph, graph)
        outputs = tuple(ref.node for ref in eval_graph.outputs)
        # The worker runs in a folder of its own.
        prefix = str(Path(model.checkpoint.prefix).absolute())
        request = FreezeWithTensorFlow(str(graph), prefix, outputs, str(temporary.absolute()), keys)
        answer = worker.run(request, listener=listener, cancel=cancel, step=Step.FREEZE)
        return FrozenGraph(target, answer.nodes, answer.constants, len(keys), answer.nbytes)


def _said(reason: DirectFreezeUnsupported) -> Finding:
    return Finding("pipeline.frozen_by_tensorflow", Severity.NOTE, reason.nodes, {"reason": reason.reason})
