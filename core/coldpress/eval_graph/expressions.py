"""Small questions about the arithmetic around a tensor: what it is a view of, whether it is a constant or a factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.errors import InputError
from coldpress.eval_graph.op_kinds import SWITCH_OPS
from coldpress.eval_graph.variable_access import variable_read
from coldpress.formats.tensors import to_array

if TYPE_CHECKING:
    import numpy as np

    from coldpress.eval_graph.variable_access import Nodes
    from coldpress.formats.protos import NodeDef
    from coldpress.graph.tensor_ref import TensorRef

SAME_VALUE = (
    frozenset(
        {
            *("Identity", "RefIdentity", "StopGradient", "PreventGradient", "Snapshot", "CheckNumerics"),
            *("Enter", "RefEnter", "Cast", "DeepCopy"),
        }
    )
    | SWITCH_OPS
)
"""Operations whose output has the value of their first input (Cast: but for precision)."""

RESHAPING = frozenset({"Reshape", "Squeeze", "ExpandDims"})
"""Operations whose output has the elements of their first input in another shape."""

VIEWS = SAME_VALUE | RESHAPING

ADD = frozenset({"Add", "AddV2"})
_ZEROS = frozenset({"ZerosLike", "Fill"})
SELECT = frozenset({"Select", "SelectV2", "Where"})
DIVIDE = frozenset({"RealDiv", "Div"})


def source(nodes: Nodes, ref: TensorRef, through: frozenset[str] = SAME_VALUE) -> TensorRef:
    """Return the tensor that ``ref`` comes from by operations of ``through`` alone (their first inputs)."""
    node = nodes.get(ref.node)
    while node is not None and node.op in through:
        inputs = nodes.data_inputs(node.name)
        if not inputs:
            break
        ref = inputs[0]
        node = nodes.get(ref.node)
    return ref


def operands(nodes: Nodes, ref: TensorRef, ops: frozenset[str]) -> tuple[TensorRef, TensorRef] | None:
    """Return the two inputs of the operation behind ``ref`` where it is one of ``ops``, else None."""
    node = nodes.get(ref.node)
    if node is None or node.op not in ops or ref.output:
        return None
    inputs = nodes.data_inputs(node.name)
    return (inputs[0], inputs[1]) if len(inputs) == 2 else None


def constant(nodes: Nodes, ref: TensorRef) -> np.ndarray | None:
    """Return the value of a constant, also behind an Identity or a Cast; None where it is none or lies in the file."""
    node = nodes.get(source(nodes, ref).node)
    return None if node is None else constant_value(node)


def constant_value(node: NodeDef) -> np.ndarray | None:
    """Return the value of a Const node, or None where ``node`` is none or its content is not in memory."""
    if node.op != "Const" or "value" not in node.attr:
        return None
    try:
        return to_array(node.attr["value"].tensor)
    except InputError:
        return None


def is_bessel_factor(nodes: Nodes, ref: TensorRef) -> bool:
    """Tell whether a tensor is Bessel's correction (n - 1) / n, or n / (n - 1), written out as such.

    ``n`` may be counted while the graph runs or be a constant of a fixed batch: what counts is the form.
    """
    quotient = operands(nodes, source(nodes, ref, VIEWS), DIVIDE)
    if quotient is None:
        return False
    above, below = (source(nodes, part, VIEWS) for part in quotient)
    return _is_one_less(nodes, above, below) or _is_one_less(nodes, below, above)


def _is_one_less(nodes: Nodes, ref: TensorRef, than: TensorRef) -> bool:
    difference = operands(nodes, ref, frozenset({"Sub"}))
    if difference is None or source(nodes, difference[0], VIEWS) != than:
        return False
    one = constant(nodes, difference[1])
    # Keras (keras-team, all releases) subtracts 1 + epsilon.
    return one is not None and one.size == 1 and one.dtype != object and 0.9 < float(one.item()) < 1.1


def guarded_value(nodes: Nodes, ref: TensorRef) -> TensorRef | None:
    """Return x where ``ref`` is ``where(condition, x, zeros)``, else None."""
    node = nodes.get(ref.node)
    if node is None or node.op not in SELECT:
        return None
    inputs = nodes.data_inputs(node.name)
    return inputs[1] if len(inputs) == 3 and is_zeros(nodes, inputs[2]) else None


def is_zeros(nodes: Nodes, ref: TensorRef) -> bool:
    """Tell whether a tensor is plainly zero everywhere: a constant, ZerosLike, or a Fill with zero."""
    ref = source(nodes, ref, VIEWS)
    node = nodes.get(ref.node)
    if node is not None and node.op in _ZEROS:
        inputs = nodes.data_inputs(node.name)
        return node.op == "ZerosLike" or (len(inputs) == 2 and is_zeros(nodes, inputs[1]))
    value = constant(nodes, ref)
    return value is not None and value.dtype != object and not value.any()


def squared(nodes: Nodes, ref: TensorRef) -> TensorRef | None:
    """Return x where ``ref`` is ``square(x)`` or ``x * x``, else None."""
    product = operands(nodes, ref, frozenset({"Mul"}))
    if product is not None and (product[0] == product[1] or _is_one_variable(nodes, *product)):
        return product[0]
    node = nodes.get(ref.node)
    inputs = nodes.data_inputs(node.name) if node is not None and node.op == "Square" else ()
    return inputs[0] if inputs else None


def _is_one_variable(nodes: Nodes, left: TensorRef, right: TensorRef) -> bool:
    """Tell whether two tensors are reads of one variable; a resource variable is read anew by every reader."""
    variable = variable_read(nodes, left)
    return variable is not None and variable == variable_read(nodes, right)
