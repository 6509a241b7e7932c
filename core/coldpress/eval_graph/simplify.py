"""Taking multiplications by one and additions of zero out of the graph, where they are proven to be that."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coldpress.eval_graph.expressions import ADD, DIVIDE, RESHAPING, VIEWS, constant
from coldpress.eval_graph.op_kinds import MERGE_OPS
from coldpress.eval_graph.passes import bypass
from coldpress.eval_graph.value_numbers import ONE, ZERO
from coldpress.eval_graph.variable_access import variable_read, variable_shape
from coldpress.formats.protos import NodeDef
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest
    from coldpress.eval_graph.value_numbers import ValueNumbers
    from coldpress.eval_graph.variable_access import Nodes

_RANKS = {"Conv2D": 4, "DepthwiseConv2dNative": 4, "Conv2DBackpropInput": 4, "MatMul": 2, "Conv3D": 5}
_SAME_RANK = VIEWS - RESHAPING
_SAME_RANK |= {"FakeQuantWithMinMaxVars", "FakeQuantWithMinMaxVarsPerChannel", "BatchToSpaceND", "SpaceToBatchND"}
_SAME_RANK |= {"Rsqrt", "Sqrt", "Reciprocal", "Neg", "Relu", "Relu6"}
_ELEMENTWISE = ADD | DIVIDE | {"Mul", "Sub", "Maximum", "Minimum"}
_DEEPEST = 8


class Removed(NamedTuple):
    """An operation whose readers now read one of its operands."""

    node: str
    operation: str
    operand: TensorRef


def simplify(
    editor: GraphEditor, request: EvalRequest, numbers: ValueNumbers, path: Iterable[str]
) -> tuple[Removed, ...]:
    """Bypass what ``numbers`` proves to change nothing on ``path``.

    A one or a zero must follow from equal variables; a constant one that the model multiplies by is the model's own.
    Only right behind an operation that was taken out does a constant zero count too (the offset of a correction).
    """
    removed: list[Removed] = []
    stack = list(reversed(list(path)))
    behind: set[str] = set()
    while stack:
        name = stack.pop()
        if name not in editor:
            continue
        operand = _surviving(editor, numbers, name, constants=name in behind)
        if operand is None:
            continue
        removed.append(Removed(name, editor[name].op, operand))
        readers = editor.readers(name)
        bypass(editor, TensorRef(name), operand, request)
        behind.update(readers)
        stack.extend(readers)
    return tuple(removed)


def _surviving(editor: GraphEditor, numbers: ValueNumbers, name: str, *, constants: bool) -> TensorRef | None:
    """Return the operand that an operation's value equals, or None."""
    node = editor[name]
    inputs = editor.data_inputs(name) if node.op in _ELEMENTWISE else ()
    if len(inputs) != 2:
        return None
    first, last = inputs
    neutral = ONE if node.op == "Mul" or node.op in DIVIDE else ZERO if node.op in ADD or node.op == "Sub" else None
    if neutral is None:
        return None
    for idle, kept in ((last, first), (first, last)):
        if numbers[idle] != neutral or not (constants or numbers.follows(idle)):
            continue
        if not _fits(editor, idle, kept) or (idle == first and node.op in DIVIDE):
            continue
        return kept if idle == last or node.op != "Sub" else _negated(editor, name, kept)
    return None


def _negated(editor: GraphEditor, name: str, operand: TensorRef) -> TensorRef:
    """Return a tensor that is ``0 - operand``."""
    negative = NodeDef(name=editor.free_name(f"{name}/Neg"), op="Neg")
    negative.attr["T"].CopyFrom(editor[name].attr["T"])
    negative.input.append(operand.as_input)
    editor.add(negative)
    return TensorRef(negative.name)


def _fits(nodes: Nodes, idle: TensorRef, kept: TensorRef) -> bool:
    """Tell whether dropping ``idle`` keeps the shape: it must not be what broadcasting takes the shape from."""
    rank = _rank(nodes, idle)
    if rank is None:
        return False
    # A vector of channels or a scalar fits whatever it scales; something larger has to be compared.
    other = _rank(nodes, kept)
    return rank <= 1 or (other is not None and rank <= other)


def _rank(nodes: Nodes, ref: TensorRef, depth: int = 0) -> int | None:
    node = nodes.get(ref.node)
    if node is None or depth > _DEEPEST:
        return None
    if node.op in _RANKS:
        return _RANKS[node.op]
    variable = variable_read(nodes, ref)
    value = constant(nodes, ref) if variable is None else None
    if variable is not None:
        shape = variable_shape(nodes, variable)
        return None if shape is None else len(shape)
    if value is not None:
        return value.ndim
    return _computed_rank(nodes, node, depth)


def _computed_rank(nodes: Nodes, node: NodeDef, depth: int) -> int | None:
    inputs = nodes.data_inputs(node.name)
    if node.op == "Reshape":
        shape = constant(nodes, inputs[1]) if len(inputs) == 2 else None
        return None if shape is None else shape.size
    if node.op in _SAME_RANK and inputs:
        return _rank(nodes, inputs[0], depth + 1)
    if node.op in _ELEMENTWISE or node.op in MERGE_OPS:
        # Statistics of the batch have no rank of their own here; the variables beside them have theirs.
        ranks = [_rank(nodes, part, depth + 1) for part in inputs]
        return max((rank for rank in ranks if rank is not None), default=None)
    return None
