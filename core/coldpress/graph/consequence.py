"""What a choice of inputs and outputs means: what is kept, what it weighs, which operations it is made of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.formats.tensors import dtype_name, numpy_dtype
from coldpress.graph.op_sets import CONSTANTS, READS, VARIABLES
from coldpress.graph.shape_rules.shapes import count, from_proto
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coldpress.formats.protos import NodeDef
    from coldpress.graph.graph import Graph
    from coldpress.graph.inference import TensorTypes
    from coldpress.graph.shape_rules.shapes import Shape

_ENTRY_BYTES = 64
"""About what a Const adds to the values it holds: its name, dtype and shape."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """Figures of the part of a graph between inputs and outputs.

    ``parameters`` are the elements of its variables and of its larger constants, ``nbytes`` about the size of the
    frozen graph. ``unknown`` are variables whose shape the graph does not tell. ``operations`` counts the operations
    that compute, the commonest first.
    """

    before: int
    kept: int
    parameters: int
    nbytes: int
    unknown: tuple[str, ...]
    operations: Mapping[str, int]
    unreached: tuple[TensorRef, ...]
    """Inputs that the outputs do not depend on."""


def consequence(
    graph: Graph, types: TensorTypes, inputs: Iterable[TensorRef], outputs: Iterable[TensorRef]
) -> Consequence:
    """Return the figures for ``outputs`` computed from ``inputs``; nothing above the inputs counts."""
    cut = tuple(inputs)
    kept = _between(graph, frozenset(cut), outputs)
    nodes = [graph[name] for name in kept]
    holders = [node for node in nodes if node.op in VARIABLES or node.op in CONSTANTS]
    fed = {ref.node for ref in cut}
    values = {node.name: _values(node, types) for node in holders if node.name not in fed}
    known = [entry for entry in values.values() if entry is not None]
    compute = Counter(node.op for node in nodes if node.op not in VARIABLES | CONSTANTS | READS | {"Identity"})
    return Consequence(
        before=len(graph),
        kept=len(nodes),
        parameters=sum(elements for elements, _ in known if elements > 1),
        nbytes=sum(size for _, size in known) + sum(_ENTRY_BYTES + len(node.name) for node in nodes),
        unknown=tuple(name for name, entry in values.items() if entry is None),
        operations=dict(compute.most_common()),
        unreached=tuple(ref for ref in cut if ref.node not in kept),
    )


def _between(graph: Graph, cut: frozenset[TensorRef], outputs: Iterable[TensorRef]) -> dict[str, None]:
    """Return what the outputs need, walking up from each tensor unless it is cut."""
    wanted = [ref for ref in outputs if ref.node in graph]
    kept = dict.fromkeys(ref.node for ref in wanted)
    stack = [ref.node for ref in wanted if ref not in cut]
    while stack:
        for ref in graph.data_inputs(stack.pop()):
            if ref.node in kept or ref.node not in graph:
                continue
            kept[ref.node] = None
            if ref not in cut:
                stack.append(ref.node)
    return kept


def _values(node: NodeDef, types: TensorTypes) -> tuple[int, int] | None:
    """Return elements and bytes of a variable or constant, None where its shape is not known."""
    shape, dtype = _held(node, types)
    elements = count(shape)
    if elements is None or dtype is None:
        return None
    try:
        width = numpy_dtype(dtype).itemsize
    except KeyError:
        width = 1
    return elements, elements * width


def _held(node: NodeDef, types: TensorTypes) -> tuple[Shape, str | None]:
    if node.op != "VarHandleOp":
        ref = TensorRef(node.name)
        return types.shape(ref), types.dtype(ref)
    shape, dtype = node.attr.get("shape"), node.attr.get("dtype")
    return (from_proto(shape.shape) if shape is not None else None), (dtype_name(dtype.type) if dtype else None)
