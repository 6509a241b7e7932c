"""From train graph to eval graph: the passes in order.

The inputs are cut first, so that what lies before them (augmentation, queues, decoders) needs no understanding; then
each pass takes one pattern of training away; at the end the graph is pruned to the outputs, and whatever still looks
like training blocks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coldpress.errors import UsageError
from coldpress.eval_graph import (
    batch_norm,
    batch_norm_fold,
    batch_norm_unfused,
    batch_renorm,
    batch_size,
    checks,
    cleanup,
    conditionals,
    dropout,
    ema,
    fake_quant,
    leftovers,
    noise,
    quant_delay,
    range_check,
    towers,
    training_warnings,
    updated_reads,
)
from coldpress.eval_graph.editor import GraphEditor
from coldpress.eval_graph.functions import with_used_functions
from coldpress.eval_graph.inputs import cut_inputs
from coldpress.eval_graph.passes import PassResult
from coldpress.finding import Finding, Severity
from coldpress.graph.order import cycle, topological

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldpress.eval_graph.change import Change
    from coldpress.eval_graph.passes import EvalRequest, FreedBatch, Pass
    from coldpress.eval_graph.stand_ins import NormStandIn, StandIn
    from coldpress.graph.graph import Graph
    from coldpress.graph.tensor_ref import TensorRef

PASSES: Sequence[Pass] = (
    towers.apply,
    conditionals.apply,
    quant_delay.apply,
    fake_quant.apply,
    batch_norm_fold.apply,
    batch_norm.apply,
    batch_renorm.apply,
    batch_norm_unfused.apply,
    towers.unsplit,
    range_check.apply,
    dropout.apply,
    noise.apply,
    checks.apply,
    ema.apply,
    batch_size.apply,
    updated_reads.apply,
    cleanup.apply,
    leftovers.apply,
    training_warnings.apply,
)
AS_IS: Sequence[Pass] = (cleanup.apply, leftovers.apply, training_warnings.apply)
"""For a graph that somebody wants as it is: cut, pruned, and judged, but not rewritten."""


@dataclass(frozen=True, slots=True)
class EvalGraph:
    """The eval graph, how it came about, and what a person should know about it.

    ``inputs`` are its Placeholders in the order of the request, ``outputs`` the tensors asked for. ``stand_ins`` are
    what the train graph has to be given to compute the same; ``freed`` is the batch that it then wants, where the eval
    graph takes any.
    """

    graph: Graph
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    inputs: tuple[TensorRef, ...]
    outputs: tuple[TensorRef, ...]
    stand_ins: tuple[StandIn | NormStandIn, ...] = ()
    freed: FreedBatch | None = None


def to_eval_graph(graph: Graph, request: EvalRequest, *, passes: Sequence[Pass] = PASSES) -> EvalGraph:
    """Derive the eval graph; a blocking finding says where that was not possible.

    Raises ``UsageError`` where the request names a tensor that the graph lacks.
    """
    _check_names(graph, request)
    stuck = topological(graph).stuck
    if stuck:
        return EvalGraph(graph, (), (_cycle(graph, stuck),), request.inputs, request.outputs)
    editor = GraphEditor(graph)
    cut = cut_inputs(editor, request)
    request = replace(request, inputs=cut.placeholders)
    results = [PassResult(cut.changes, cut.findings), *(apply(editor, request) for apply in passes)]
    return EvalGraph(
        with_used_functions(editor.result()),
        tuple(change for result in results for change in result.changes),
        tuple(finding for result in results for finding in result.findings),
        request.inputs,
        request.outputs,
        tuple(stand_in for result in results for stand_in in result.stand_ins),
        next((result.freed for result in results if result.freed is not None), None),
    )


def _check_names(graph: Graph, request: EvalRequest) -> None:
    for tensor in (*request.outputs, *request.inputs):
        if tensor.node not in graph:
            raise UsageError("eval_graph.unknown_tensor", tensor=str(tensor))
    if not request.outputs:
        raise UsageError("eval_graph.no_outputs")


def _cycle(graph: Graph, stuck: Sequence[str]) -> Finding:
    """Say that operations wait for each other: nothing can be followed back in such a graph."""
    names = cycle(graph, stuck)
    return Finding("graph.cycle", Severity.BLOCK, names, {"path": " → ".join([*names[:8], names[0]])})
