"""Whether an operand of an elementwise operation can go without changing the shape of the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.expressions import ADD, DIVIDE, RESHAPING, VIEWS, constant
from coldpress.eval_graph.op_kinds import MERGE_OPS
from coldpress.eval_graph.variable_access import variable_read, variable_shape

if TYPE_CHECKING:
    from coldpress.eval_graph.variable_access import Nodes
    from coldpress.formats.protos import NodeDef
    from coldpress.graph.tensor_ref import TensorRef

_Shape = tuple[int | None, ...]

_RANKS = {"Conv2D": 4, "DepthwiseConv2dNative": 4, "Conv2DBackpropInput": 4, "MatMul": 2, "Conv3D": 5}
_SAME_SHAPE = VIEWS - RESHAPING
_SAME_SHAPE |= {"FakeQuantWithMinMaxVars", "FakeQuantWithMinMaxVarsPerChannel", "Rsqrt", "Sqrt", "Reciprocal", "Neg"}
_SAME_SHAPE |= {"Relu", "Relu6", "Square"}
_SAME_RANK = frozenset({"BatchToSpaceND", "SpaceToBatchND"})
_ELEMENTWISE = ADD | DIVIDE | MERGE_OPS | {"Mul", "Sub", "Maximum", "Minimum"}
_DEEPEST = 8


def fits(nodes: Nodes, idle: TensorRef, kept: TensorRef) -> bool:
    """Tell whether ``kept`` alone has the shape that ``idle`` and ``kept`` have together.

    A vector fits the channels that it scales. Anything larger must be seen to fit, size by size.
    """
    shape = _Shapes(nodes, guess=True).of(idle)
    other = _Shapes(nodes, guess=False).of(kept)
    if shape is None:
        return False
    if other is None:
        return len(shape) <= 1
    if len(shape) > len(other):
        return False
    pairs = zip(reversed(shape), reversed(other), strict=False)
    return all(size in (1, own) if own is not None and size is not None else len(shape) <= 1 for size, own in pairs)


class _Shapes:
    """Shapes as far as the graph says them.

    With ``guess``, a statistic of the batch, whose shape the graph does not say, has that of the variables beside it.
    """

    def __init__(self, nodes: Nodes, *, guess: bool) -> None:
        self._nodes = nodes
        self._guess = guess

    def of(self, ref: TensorRef, depth: int = 0) -> _Shape | None:
        """Return the shape of a tensor, None for an unknown rank."""
        node = self._nodes.get(ref.node)
        if node is None or depth > _DEEPEST:
            return None
        variable = variable_read(self._nodes, ref)
        if variable is not None:
            return variable_shape(self._nodes, variable)
        value = constant(self._nodes, ref)
        if value is not None:
            return value.shape
        if node.op in _RANKS:
            return (None,) * _RANKS[node.op]
        return self._computed(node, depth + 1)

    def _computed(self, node: NodeDef, depth: int) -> _Shape | None:
        inputs = self._nodes.data_inputs(node.name)
        if node.op == "Reshape":
            sizes = constant(self._nodes, inputs[1]) if len(inputs) == 2 else None
            return None if sizes is None else tuple(None if size < 0 else int(size) for size in sizes.reshape(-1))
        if node.op in _SAME_SHAPE and inputs:
            return self.of(inputs[0], depth)
        if node.op in _SAME_RANK and inputs:
            shape = self.of(inputs[0], depth)
            return None if shape is None else (None,) * len(shape)
        return self._broadcast(inputs, depth) if node.op in _ELEMENTWISE else None

    def _broadcast(self, inputs: tuple[TensorRef, ...], depth: int) -> _Shape | None:
        shapes = [self.of(part, depth) for part in inputs]
        known = [shape for shape in shapes if shape is not None]
        return max(known, key=len, default=None) if self._guess or len(known) == len(shapes) else None
