"""Complete shapes for the inputs: what the person said, else what the graph says, else one sample."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from coldpress.eval_graph.editor import GraphEditor
from coldpress.findings.input_shapes import agree
from coldpress.formats.protos import TensorShapeProto
from coldpress.graph.inference import TensorTypes
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldpress.eval_graph.rewrite import EvalGraph
    from coldpress.graph.graph import Graph
    from coldpress.recipe import InputChoice


def complete_inputs(
    graph: Graph, inputs: Sequence[TensorRef], choices: Sequence[InputChoice], *, batch: int | None = None
) -> tuple[InputChoice, ...]:
    """Return the choices for the Placeholders ``inputs`` of the eval graph, with a batch of one where it was open.

    ``batch`` is the one that training fixed in the graph, where it did: then that is taken instead of one.

    A dimension that stays None is unknown: ``findings`` say that it is required.
    """
    types = TensorTypes(graph)
    return tuple(
        replace(choice, tensor=str(ref), shape=_complete(choice.shape, types.shape(ref), batch or 1))
        for ref, choice in zip(inputs, choices, strict=True)
    )


def with_shapes(eval_graph: EvalGraph, inputs: Sequence[InputChoice]) -> EvalGraph:
    """Return the graph whose Placeholders have the shapes that were chosen, where those are complete and possible.

    What is frozen, shown, and given to other tools then says what the result says.
    """
    editor, types = GraphEditor(eval_graph.graph), TensorTypes(eval_graph.graph)
    for choice in inputs:
        ref = TensorRef.parse(choice.tensor)
        known = types.shape(ref)
        if choice.shape is not None and None not in choice.shape and (known is None or agree(choice.shape, known)):
            shape = editor.own(ref.node).attr["shape"].shape
            shape.CopyFrom(TensorShapeProto())
            for size in choice.shape:
                shape.dim.add(size=size or 0)
    return replace(eval_graph, graph=editor.result())


def _complete(
    said: tuple[int | None, ...] | None, known: tuple[int | None, ...] | None, batch: int
) -> tuple[int | None, ...] | None:
    if said is not None:
        return said if None not in said else _filled(said, known, batch)
    return None if known is None else _filled(known, None, batch)


def _filled(shape: tuple[int | None, ...], known: tuple[int | None, ...] | None, batch: int) -> tuple[int | None, ...]:
    """Fill a free batch, and other free dimensions with what the graph knows."""
    filled = list(shape)
    for position, size in enumerate(filled):
        if size is None and known is not None and position < len(known):
            filled[position] = known[position]
    if filled and filled[0] is None:
        filled[0] = batch
    return tuple(filled)
