"""The ranges that quantization-aware training left in the graph, with their values from the checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coldpress.eval_graph.variable_access import variable_read
from coldpress.formats.tensors import to_array
from coldpress.worker.fake_quant import FAKE_QUANTS, FakeQuant

if TYPE_CHECKING:
    from coldpress.findings.context import FindingContext
    from coldpress.formats.protos import NodeDef
    from coldpress.graph.tensor_ref import TensorRef


def trained_ranges(context: FindingContext) -> tuple[FakeQuant, ...]:
    """Return the fake quant nodes of the eval graph whose range is known, in graph order."""
    nodes = [node for node in context.graph if node.op in FAKE_QUANTS]
    varying = context.graph.descendants(ref.node for ref in context.inputs) if nodes else {}
    found = (_fake_quant(context, node, constant=_source(context, node) not in varying) for node in nodes)
    return tuple(quant for quant in found if quant is not None)


def _source(context: FindingContext, node: NodeDef) -> str:
    inputs = context.graph.data_inputs(node.name)
    return inputs[0].node if inputs else ""


def _fake_quant(context: FindingContext, node: NodeDef, *, constant: bool) -> FakeQuant | None:
    if node.op == "FakeQuantWithMinMaxArgs":
        # The defaults of the attributes, which a GraphDef may leave out.
        low = (node.attr["min"].f if "min" in node.attr else -6.0,)
        high = (node.attr["max"].f if "max" in node.attr else 6.0,)
        return FakeQuant(node.name, low, high, narrow=node.attr["narrow_range"].b, constant=constant)
    ends = [_value(context, ref) for ref in context.graph.data_inputs(node.name)[1:3]]
    if len(ends) < 2 or ends[0] is None or ends[1] is None or len(ends[0]) != len(ends[1]):
        return None
    return FakeQuant(node.name, ends[0], ends[1], narrow=node.attr["narrow_range"].b, constant=constant)


def _value(context: FindingContext, ref: TensorRef) -> tuple[float, ...] | None:
    """Return the value of a constant or a variable, seen through Identity; None where it is computed or missing."""
    graph = context.graph
    variable = variable_read(graph, ref)
    if variable is not None:
        place = context.match.saved.get(variable) if context.match else None
        key = place.key if place else variable
        if context.checkpoint is None or key not in context.checkpoint:
            return None
        return tuple(float(value) for value in np.ravel(context.checkpoint.read(key)))
    node = graph.producer(ref)
    while node is not None and node.op == "Identity":
        node = graph.producer(graph.data_inputs(node.name)[0])
    if node is None or node.op != "Const":
        return None
    value = graph.attribute(node.name, "value")
    return None if value is None else tuple(float(item) for item in np.ravel(to_array(value.tensor)))
