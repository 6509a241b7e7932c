"""What a choice of inputs and outputs means, in figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coldpress.freeze.variables import GraphVariable
    from coldpress.pipeline.model import Model
    from coldpress.route import Derived

_MOST_COMMON = 6
_SIZES = {
    "float32": 4,
    "float64": 8,
    "int64": 8,
    "int32": 4,
    "float16": 2,
    "bfloat16": 2,
    "uint8": 1,
    "int8": 1,
    "bool": 1,
}
_PLUMBING = frozenset(
    {"Const", "Identity", "Placeholder", "VariableV2", "Variable", "VarHandleOp", "ReadVariableOp", "NoOp"}
)


@dataclass(frozen=True, slots=True)
class Consequence:
    """Nodes before and kept, values that will be frozen, the commonest operations."""

    before: int
    kept: int
    parameters: int
    nbytes: int
    operations: tuple[tuple[str, int], ...]


def consequence_of(model: Model, derived: Derived) -> Consequence:
    """Return the figures of a choice."""
    graph = derived.eval_graph.graph
    variables = [] if model.match is None else [v for v in model.match.matched if v.name in graph]
    parameters = sum(_elements(v) for v in variables)
    nbytes = sum(_elements(v) * _SIZES.get(v.dtype, 4) for v in variables)
    operations = Counter(node.op for node in graph if node.op not in _PLUMBING)
    return Consequence(len(model.graph), len(graph), parameters, nbytes, tuple(operations.most_common(_MOST_COMMON)))


def _elements(variable: GraphVariable) -> int:
    return prod(size for size in variable.shape or () if size is not None)
