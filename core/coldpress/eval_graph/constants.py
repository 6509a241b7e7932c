"""Values that a graph computes from constants alone: predicates of conditionals, probabilities, scales.

Nothing is executed: a few dozen element-wise operations are evaluated with numpy, with TensorFlow's meaning. What an
operation outside that list makes is unknown (None), or is asked of ``leaf``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from coldpress.eval_graph.op_kinds import MERGE_OPS, SWITCH_OPS
from coldpress.formats.tensors import dtype_name, numpy_dtype, to_array

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.formats.protos import NodeDef
    from coldpress.graph.tensor_ref import TensorRef

Value = np.ndarray[Any, Any]
_LARGEST = 64
_UNARY: Mapping[str, Callable[[Value], Any]] = {
    "Abs": np.abs,
    "Ceil": np.ceil,
    "Exp": np.exp,
    "Expm1": np.expm1,
    "Floor": np.floor,
    "Inv": lambda x: 1 / x,
    "Log": np.log,
    "Log1p": np.log1p,
    "LogicalNot": np.logical_not,
    "Neg": np.negative,
    "Reciprocal": lambda x: 1 / x,
    "Rint": np.rint,
    "Round": np.rint,
    "Rsqrt": lambda x: 1 / np.sqrt(x),
    "Sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "Sign": np.sign,
    "Sqrt": np.sqrt,
    "Square": np.square,
    "Tanh": np.tanh,
}
_BINARY: Mapping[str, Callable[[Value, Value], Any]] = {
    "Add": np.add,
    "AddV2": np.add,
    "Div": lambda x, y: x / y if x.dtype.kind not in "iu" else np.trunc(x / y).astype(x.dtype),
    "DivNoNan": lambda x, y: np.where(y == 0, 0, x / np.where(y == 0, 1, y)).astype(x.dtype),
    "Equal": np.equal,
    "FloorDiv": np.floor_divide,
    "FloorMod": np.mod,
    "Greater": np.greater,
    "GreaterEqual": np.greater_equal,
    "Less": np.less,
    "LessEqual": np.less_equal,
    "LogicalAnd": np.logical_and,
    "LogicalOr": np.logical_or,
    "Maximum": np.maximum,
    "Minimum": np.minimum,
    "Mul": np.multiply,
    "NotEqual": np.not_equal,
    "Pow": np.power,
    "RealDiv": lambda x, y: x / y,
    "SquaredDifference": lambda x, y: np.square(x - y),
    "Sub": np.subtract,
}
_PASS_THROUGH = frozenset(
    {"Identity", "StopGradient", "PreventGradient", "Enter", "RefEnter", "RefIdentity", "Snapshot", *SWITCH_OPS}
)
_SELECT = frozenset({"Select", "SelectV2"})
# In an element-wise view of tensors these change nothing: of a tensor of one value repeated, of a simulated rounding.
_VIEWS = frozenset(
    {"Reshape", "Squeeze", "ExpandDims", "BroadcastTo", "FakeQuantWithMinMaxVars", "FakeQuantWithMinMaxArgs"}
)
_FILLED = {"ZerosLike": 0.0, "OnesLike": 1.0}
EVALUATED = frozenset({*_UNARY, *_BINARY, *_PASS_THROUGH, *_SELECT, *_VIEWS, "Cast"})
"""Element-wise operations that an evaluator follows."""


class Evaluator:
    """Evaluates tensors of a graph; ``known`` gives the values of some, ``leaf`` is asked for what is not computable.

    With ``elementwise`` every tensor is looked at as one element of it: constants must hold one value repeated, and
    operations that only change the shape are followed. ``limit`` bounds the nodes visited in all.
    """

    def __init__(
        self,
        editor: GraphEditor,
        known: Mapping[TensorRef, Value] | None = None,
        *,
        leaf: Callable[[TensorRef], Value | None] = lambda _tensor: None,
        elementwise: bool = False,
        limit: int = 10_000,
    ) -> None:
        self._editor = editor
        self._values: dict[TensorRef, Value | None] = dict(known or {})
        self._leaf = leaf
        self._elementwise = elementwise
        self._left = limit

    def value(self, tensor: TensorRef) -> Value | None:
        """Return the value of a tensor, or None where it is not known."""
        stack = [tensor]
        open_: set[TensorRef] = set()
        while stack:
            current = stack[-1]
            if current not in self._values and current not in open_ and self._left > 0:
                self._left -= 1
                open_.add(current)
                # An operand that is open is an ancestor of itself: a damaged graph; it stays unknown.
                stack.extend(ref for ref in self._operands(current) if ref not in self._values and ref not in open_)
                continue
            stack.pop()
            if current not in self._values:
                self._values[current] = self._compute(current)
        return self._values[tensor]

    def _operands(self, tensor: TensorRef) -> tuple[TensorRef, ...]:
        node = self._editor.producer(tensor)
        if node is None:
            return ()
        inputs = self._editor.data_inputs(node.name)
        if node.op in _PASS_THROUGH or node.op == "Cast":
            return inputs[:1]
        if node.op in _UNARY or node.op in _BINARY or node.op in _SELECT:
            return inputs
        if node.op in _VIEWS:
            return inputs[:1]
        return inputs[1:] if self._elementwise and node.op == "Fill" else ()

    def _compute(self, tensor: TensorRef) -> Value | None:
        node = self._editor.producer(tensor)
        if node is None:
            return None
        operands = [self._values.get(ref) for ref in self._operands(tensor)]
        with np.errstate(all="ignore"):
            value = self._apply(node, operands)
        return self._leaf(tensor) if value is None else value

    def _apply(self, node: NodeDef, operands: Sequence[Value | None]) -> Value | None:
        if node.op == "Const":
            return self._constant(node)
        if self._elementwise and node.op in _FILLED:
            return np.asarray(_FILLED[node.op])
        if node.op in ("LogicalAnd", "LogicalOr"):
            return _logical(node.op, operands)
        if node.op in _SELECT:
            return _select(operands)
        known = [value for value in operands if value is not None]
        if not known or len(known) != len(operands):
            return None
        if node.op in _VIEWS and not self._elementwise and (known[0].size != 1 or node.op.startswith("Fake")):
            return None
        return _calculate(node, known)

    def _constant(self, node: NodeDef) -> Value | None:
        """Return a small constant; element-wise, the one value that a constant of any shape repeats."""
        proto = node.attr["value"].tensor
        size = int(np.prod([dim.size for dim in proto.tensor_shape.dim], dtype=np.int64))
        if size > _LARGEST and not self._elementwise:
            return None
        if size > _LARGEST * _LARGEST or not size or node.name in self._editor.source.payloads:
            return None
        value = to_array(proto)
        if not self._elementwise:
            return value
        return value.flat[:1].reshape(()) if (value == value.flat[0]).all() else None


def _calculate(node: NodeDef, operands: Sequence[Value]) -> Value | None:
    if node.op in _UNARY:
        return np.asarray(_UNARY[node.op](operands[0]))
    if node.op in _BINARY and len(operands) == 2:
        return _binary(node.op, operands[0], operands[1])
    if node.op == "Cast":
        number = node.attr["DstT"].type
        return operands[0].astype(numpy_dtype(dtype_name(number))) if number else None
    return operands[0]


def _binary(op: str, left: Value, right: Value) -> Value | None:
    try:
        return np.asarray(_BINARY[op](left, right))
    except ValueError:  # shapes that do not fit: a tensor that is no scalar
        return None


def _logical(op: str, operands: Sequence[Value | None]) -> Value | None:
    """Return AND or OR; one operand can be enough."""
    deciding = op == "LogicalOr"
    if any(value is not None and value.size == 1 and bool(value.all()) is deciding for value in operands):
        return np.asarray(deciding)
    if any(value is None for value in operands):
        return None
    left, right = (value for value in operands if value is not None)
    return _binary(op, left, right)


def _select(operands: Sequence[Value | None]) -> Value | None:
    condition, if_true, if_false = operands if len(operands) == 3 else (None, None, None)
    if condition is not None and condition.size == 1:
        return if_true if condition.all() else if_false
    if condition is None or if_true is None or if_false is None:
        return None
    return np.where(condition, if_true, if_false)


def truth(value: Value | None) -> bool | None:
    """Read a scalar predicate; None where it is unknown or no scalar."""
    if value is None or value.size != 1 or value.dtype.kind not in "biu":
        return None
    return bool(value.reshape(())[()])


def is_loop_merge(editor: GraphEditor, node: NodeDef) -> bool:
    """Tell whether a Merge begins a loop rather than ends a conditional."""
    return node.op in MERGE_OPS and any(
        source.node in editor and editor[source.node].op in ("NextIteration", "RefNextIteration")
        for source in editor.data_inputs(node.name)
    )
