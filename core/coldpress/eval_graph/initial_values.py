"""The value that a variable starts with, where it is one number everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.expressions import VIEWS, constant, source
from coldpress.eval_graph.variable_access import written_variable

if TYPE_CHECKING:
    from coldpress.eval_graph.variable_access import Nodes
    from coldpress.graph.tensor_ref import TensorRef

_INITIALIZERS = frozenset({"Assign", "AssignVariableOp"})


def initial_value(nodes: Nodes, variable: str) -> float | None:
    """Return the number that every element of a variable starts with, as its initializers say; None if they do not."""
    found = set()
    for reader in nodes.readers(variable):
        node = nodes.get(reader)
        if node is None or node.op not in _INITIALIZERS or written_variable(nodes, node) != variable:
            continue
        value = _uniform(nodes, nodes.data_inputs(reader)[1])
        if value is not None:
            found.add(value)
    return found.pop() if len(found) == 1 else None


def _uniform(nodes: Nodes, ref: TensorRef) -> float | None:
    ref = source(nodes, ref, VIEWS)
    node = nodes.get(ref.node)
    inputs = nodes.data_inputs(ref.node) if node is not None and node.op == "Fill" else ()
    value = constant(nodes, inputs[1] if len(inputs) == 2 else ref)
    if value is None or not value.size or value.dtype.kind in "OcSU":
        return None
    flat = value.reshape(-1)
    return float(flat[0]) if bool((flat == flat[0]).all()) else None
