"""Shapes that do not fit together, as TensorFlow's own shape rules found them with the shapes that were chosen.

A batch size that training wrote into a ``Reshape`` is the usual reason: the Reshape itself breaks, or it quietly takes
samples apart (``[48, -1]`` of one sample) and what reads it breaks.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from coldpress.finding import Finding, Severity
from coldpress.findings.input_shapes import shape_text
from coldpress.graph.inference import TensorTypes
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from coldpress.facts import Fact
    from coldpress.graph.graph import Graph
    from coldpress.graph.shape_rules.shapes import Shape
    from coldpress.recipe import InputChoice
    from coldpress.worker.requests.graph import BrokenNode, PropagatedShapes

BATCH_FIXED = "eval_graph.batch_fixed"


class _Baked(NamedTuple):
    """A batch size of training, and the node that holds it."""

    node: str
    batch: int


def trained_batch(findings: Iterable[Finding]) -> int | None:
    """Return the batch size that the rewrite found fixed in the graph, if it did."""
    held = next((finding for finding in findings if finding.code == BATCH_FIXED), None)
    return int(held.facts["batch"]) if held is not None else None


def broken_shapes(
    graph: Graph, inputs: Sequence[InputChoice], broken: BrokenNode, known: Iterable[Finding] = ()
) -> Finding:
    """Return what to say of the first node that breaks; ``known`` are the findings of the eval graph."""
    facts: dict[str, Fact] = {"node": broken.node, "operation": broken.operation, "line": broken.reason}
    facts |= {"chosen": _chosen(inputs), "shapes": _both(broken)}
    held = _held(known) or _own_reshape(broken) or _reshape_before(graph, inputs, broken)
    batch = next((choice.shape[0] for choice in inputs if choice.shape), None)
    if held is None or held.batch == batch:
        return Finding("shapes.breaks", Severity.BLOCK, (broken.node,), facts, ("set_shape",))
    facts |= {"holder": held.node, "batch": held.batch, "wanted": _with_batch(inputs, held.batch)}
    nodes = tuple(dict.fromkeys((held.node, broken.node)))
    return Finding("shapes.batch_in_graph", Severity.BLOCK, nodes, facts, ("set_shape",))


def quiet_batch(inputs: Sequence[InputChoice], answer: PropagatedShapes, known: Iterable[Finding]) -> Finding | None:
    """Return what to say where nothing breaks, and yet an output has the batch of training and not the one chosen.

    One sample through ``Reshape [48, -1]`` becomes 48 rows, which convert without a word.
    """
    held = _held(known)
    batches = {choice.shape[0] for choice in inputs if choice.shape}
    if held is None or held.batch in batches:
        return None
    shape = answer.shapes.get(f"{held.node}:0")
    if not shape or shape[0] is None or shape[0] % held.batch:
        return None
    facts: dict[str, Fact] = {"holder": held.node, "batch": held.batch, "after": shape_text(shape)}
    facts |= {"chosen": _chosen(inputs), "wanted": _with_batch(inputs, held.batch)}
    return Finding("shapes.batch_taken_apart", Severity.BLOCK, (held.node,), facts, ("set_shape",))


def _chosen(inputs: Sequence[InputChoice]) -> str:
    return ", ".join(f"{choice.tensor} {shape_text(choice.shape or ())}" for choice in inputs)


def _both(broken: BrokenNode) -> str:
    """Return the shapes that meet at the node, each behind the tensor that has it; of a Reshape, what it is to give."""
    named = [
        f"{name} {'[?]' if shape is None else shape_text(shape)}"
        for name, shape in zip(broken.inputs, broken.input_shapes, strict=False)
    ]
    if broken.operation == "Reshape" and broken.wanted is not None and named:
        return f"{named[0]} → {shape_text(broken.wanted)}"
    return ", ".join(named)


def _with_batch(inputs: Sequence[InputChoice], batch: int) -> str:
    """Return the shapes as ``--input-shapes`` takes them, with another batch."""
    return ":".join(",".join(str(size) for size in (batch, *(choice.shape or ())[1:])) for choice in inputs)


def _held(known: Iterable[Finding]) -> _Baked | None:
    found = next((finding for finding in known if finding.code == BATCH_FIXED), None)
    return _Baked(str(found.facts["holder"]), int(found.facts["batch"])) if found is not None else None


def _own_reshape(broken: BrokenNode) -> _Baked | None:
    """Tell whether the broken node is a Reshape whose samples fit, and whose number of them does not."""
    wanted = broken.wanted
    before = broken.input_shapes[0] if broken.input_shapes else None
    if broken.operation != "Reshape" or not wanted or not before or not wanted[0] or wanted[0] < 2:
        return None
    return _Baked(broken.node, wanted[0]) if _fits(before[1:], wanted[1:]) else None


def _fits(sample: Shape, wanted: Shape) -> bool:
    """Whether one sample has the elements that a Reshape wants of it; one unknown size may be anything."""
    if sample is None or wanted is None or None in sample:
        return False
    elements = math.prod(size or 1 for size in sample)
    known = math.prod(size for size in wanted if size is not None)
    return known > 0 and (elements == known if None not in wanted else elements % known == 0)


def _reshape_before(graph: Graph, inputs: Sequence[InputChoice], broken: BrokenNode) -> _Baked | None:
    """Return the nearest Reshape before the broken node that has a batch of its own."""
    chosen: Mapping[TensorRef, Shape] = {TensorRef.parse(choice.tensor): choice.shape for choice in inputs}
    fed = {ref.node for ref in chosen}
    types = TensorTypes(graph, chosen)
    batches = {shape[0] for shape in chosen.values() if shape}
    for name in graph.ancestors([broken.node], stop=lambda node: node in fed) if broken.node in graph else ():
        dims = _written(graph, name) if graph[name].op == "Reshape" else None
        before = types.shape(graph.data_inputs(name)[0]) if dims else None
        if dims and before and dims[0] > 1 and dims[0] not in batches and before[0] in batches:
            return _Baked(name, dims[0])
    return None


def _written(graph: Graph, name: str) -> tuple[int, ...] | None:
    """Return the shape that is written into a Reshape as a constant."""
    inputs = graph.data_inputs(name)
    elements = TensorTypes(graph).constant_ints(inputs[1]) if len(inputs) == 2 else None
    known = tuple(element for element in elements or () if element is not None)
    return known if elements and len(known) == len(elements) else None
