"""Which tensors are statistics over the batch: reductions whose axes hold the first one."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from coldpress.eval_graph.expressions import ADD, DIVIDE, VIEWS, constant
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from coldpress.eval_graph.variable_access import Nodes
    from coldpress.formats.protos import NodeDef

REDUCTIONS = frozenset({"Mean", "Sum", "Max", "Min", "Prod", "EuclideanNorm"})
_ELEMENTWISE = VIEWS | ADD | DIVIDE | {"Mul", "Sub", "Neg", "Square", "Sqrt", "Rsqrt", "Maximum", "Minimum", "AddN"}
_ELEMENTWISE |= {"Reciprocal", "Select", "SelectV2", "Abs", "Pow", "Merge", "SquaredDifference", "Relu"}
_ELEMENTWISE |= {"NcclAllReduce", "CollectiveReduce", "CrossReplicaSum", "HorovodAllreduce"}
_FARTHEST = 40


def axes_of(nodes: Nodes, node: NodeDef) -> tuple[int, ...] | None:
    """Return the axes of a reduction as the graph names them (negative ones too); None where they are computed."""
    inputs = nodes.data_inputs(node.name)
    return _integers(nodes, inputs[1]) if len(inputs) == 2 else None


def _integers(nodes: Nodes, ref: TensorRef) -> tuple[int, ...] | None:
    node = nodes.get(ref.node)
    if node is not None and node.op == "Range":
        bounds = [_integers(nodes, tensor) for tensor in nodes.data_inputs(node.name)]
        plain = [bound[0] for bound in bounds if bound is not None and len(bound) == 1]
        return tuple(range(*plain)) if len(plain) == len(bounds) == 3 and plain[2] else None
    value = constant(nodes, ref)
    if value is None or value.dtype.kind not in "iu":
        return None
    return tuple(int(axis) for axis in value.reshape(-1))


def keeps_dimensions(node: NodeDef) -> bool:
    """Tell whether a reduction leaves the axes in place with size one."""
    return "keep_dims" in node.attr and node.attr["keep_dims"].b


def is_statistic(nodes: Nodes, ref: TensorRef) -> bool:
    """Tell whether a tensor is a reduction, or simple arithmetic on reductions."""
    return reduction_behind(nodes, ref) is not None


def reduces_batch(nodes: Nodes, ref: TensorRef) -> bool:
    """Tell whether a tensor is a statistic over the batch.

    Axes that the graph computes count as the batch's: to take them for harmless would be a guess. Negative axes reach
    the batch from -4 on, as in images; nearer ones are the image's or the sequence's own.
    """
    node = reduction_behind(nodes, ref)
    if node is None:
        return False
    axes = axes_of(nodes, node)
    return axes is None or any(axis == 0 or axis <= -4 for axis in axes)


def reduction_behind(nodes: Nodes, ref: TensorRef) -> NodeDef | None:
    """Return the nearest reduction that a tensor is computed from by arithmetic alone."""
    queue, seen = deque([ref]), set[TensorRef]()
    while queue and len(seen) < _FARTHEST:
        tensor = queue.popleft()
        node = nodes.get(tensor.node)
        if tensor in seen or node is None:
            continue
        seen.add(tensor)
        if node.op in REDUCTIONS:
            return node
        if node.op in _ELEMENTWISE:
            queue.extend(nodes.data_inputs(node.name))
    return None
