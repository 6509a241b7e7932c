"""Suggested inputs and outputs, less what only training reads.

What a graph suggests by its structure may lie in a branch that is never taken in inference: labels that a decoder is
given in training (teacher forcing). Whether it does is known once the training flags are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from coldpress.eval_graph import cleanup, conditionals
from coldpress.eval_graph.op_kinds import CONDITIONAL_CALL_OPS, SWITCH_OPS
from coldpress.eval_graph.passes import EvalRequest
from coldpress.eval_graph.rewrite import to_eval_graph
from coldpress.graph.endpoints import inputs_for, suggest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldpress.formats.protos import SignatureDef
    from coldpress.graph.endpoints import Endpoints, SuggestedInput
    from coldpress.graph.graph import Graph
    from coldpress.graph.tensor_ref import TensorRef

_DECIDING = SWITCH_OPS | CONDITIONAL_CALL_OPS | {"Select", "SelectV2"}


def suggest_endpoints(graph: Graph, *, signatures: Mapping[str, SignatureDef] | None = None) -> Endpoints:
    """Suggest inputs and outputs of a graph."""
    found = suggest(graph, signatures=signatures)
    return replace(found, inputs=_read_in_inference(graph, found.inputs, found.chosen_outputs))


def suggest_inputs_for(graph: Graph, outputs: tuple[TensorRef, ...]) -> tuple[SuggestedInput, ...]:
    """Suggest the inputs that given outputs need."""
    return _read_in_inference(graph, inputs_for(graph, outputs), outputs)


def _read_in_inference(
    graph: Graph, inputs: tuple[SuggestedInput, ...], outputs: tuple[TensorRef, ...]
) -> tuple[SuggestedInput, ...]:
    """Choose no input that nothing reads once the conditionals are decided; it stays among the suggestions."""
    chosen = tuple(entry.tensor for entry in inputs if entry.chosen)
    if len(chosen) < 2 or not outputs or not any(node.op in _DECIDING for node in graph):
        return inputs
    decided = to_eval_graph(graph, EvalRequest(chosen, outputs), passes=(conditionals.apply, cleanup.apply))
    read = {ref for ref, made in zip(chosen, decided.inputs, strict=True) if made.node in decided.graph}
    if not read:
        return inputs
    return tuple(replace(entry, chosen=entry.chosen and entry.tensor in read) for entry in inputs)
