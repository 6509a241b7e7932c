"""What the updates of a training graph do to variables: which tensor each one lets its variable follow.

The forms, whatever their scope or name (``tensorflow/python/training/moving_averages.py``, ``tf.layers``, slim, Keras
and code written by hand):

- ``AssignSub(V, (V - x) * decay)``, ref or resource, guarded or not by ``where(size > 0, ..., zeros)``
- ``AssignAdd(V, (x - V) * rate)``
- ``Assign(V, V * m + x * (1 - m))``, ``Assign(V, V - (V - x) * decay)``, ``Assign(V, V + (x - V) * rate)``
- ``AssignSub(V, V - x)`` and ``Assign(V, x)``, where ``x`` is often a zero-debiased average itself

The ``V`` inside the arithmetic must be a read of the variable that is written. A gradient holds ``Sub(x, bn:1)`` too
(``FoldFusedBatchNormGrad``); there the left operand is an activation.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from coldpress.eval_graph.expressions import ADD, VIEWS, constant, guarded_value, operands, source
from coldpress.eval_graph.variable_access import variable_read, written_variable

if TYPE_CHECKING:
    from coldpress.eval_graph.variable_access import Nodes
    from coldpress.formats.protos import NodeDef
    from coldpress.graph.tensor_ref import TensorRef

_SUB = frozenset({"Sub"})
_MUL = frozenset({"Mul"})


class Form(Enum):
    """How a variable follows a tensor."""

    AVERAGE = "average"
    LAST_VALUE = "last_value"


@dataclass(frozen=True, slots=True)
class Update:
    """``operation`` lets ``variable`` follow ``tensor``."""

    variable: str
    operation: str
    tensor: TensorRef
    form: Form


def updates(nodes: Nodes) -> tuple[Update, ...]:
    """Return every update of the graph whose form is known, in graph order."""
    found = (_update(nodes, node) for node in nodes)
    return tuple(update for update in found if update is not None)


def _update(nodes: Nodes, node: NodeDef) -> Update | None:
    variable = written_variable(nodes, node)
    if variable is None:
        return None
    value = nodes.data_inputs(node.name)[1]
    if "Sub" in node.op:
        followed = _shrinking(nodes, variable, value)
    elif "Add" in node.op:
        followed = _growing(nodes, variable, value)
    else:
        return _assigned(nodes, variable, node.name, value)
    return None if followed is None else Update(variable, node.name, followed, _form(nodes, value))


def _form(nodes: Nodes, delta: TensorRef) -> Form:
    """``V -= V - x`` puts ``x`` in the place of ``V``; with a factor it is an average."""
    whole = operands(nodes, _unguarded(nodes, delta), _SUB) is not None
    return Form.LAST_VALUE if whole else Form.AVERAGE


def _assigned(nodes: Nodes, variable: str, operation: str, value: TensorRef) -> Update:
    followed = _interpolated(nodes, variable, _unguarded(nodes, value))
    if followed is not None:
        return Update(variable, operation, followed, Form.AVERAGE)
    return Update(variable, operation, value, Form.LAST_VALUE)


def _interpolated(nodes: Nodes, variable: str, value: TensorRef) -> TensorRef | None:
    """Return x where ``value`` is an average of ``variable`` and x."""
    difference = operands(nodes, value, _SUB)
    if difference is not None and variable_read(nodes, difference[0]) == variable:
        return _shrinking(nodes, variable, difference[1])
    total = operands(nodes, value, ADD | {"AddN"})
    if total is None:
        return None
    for old, other in (total, total[::-1]):
        if variable_read(nodes, old) == variable:
            return _growing(nodes, variable, other)
        kept = _scaled_read(nodes, variable, old)
        if kept is not None:
            return _complement(nodes, kept, other)
    return None


def _shrinking(nodes: Nodes, variable: str, delta: TensorRef) -> TensorRef | None:
    """Return x where ``delta`` is ``(V - x) * k`` or ``V - x``."""
    for part in _factors(nodes, _unguarded(nodes, delta)):
        difference = operands(nodes, _unguarded(nodes, part), _SUB)
        if difference is not None and variable_read(nodes, difference[0]) == variable:
            return difference[1]
    return None


def _growing(nodes: Nodes, variable: str, delta: TensorRef) -> TensorRef | None:
    """Return x where ``delta`` is ``(x - V) * k`` or ``x - V``."""
    for part in _factors(nodes, _unguarded(nodes, delta)):
        difference = operands(nodes, _unguarded(nodes, part), _SUB)
        if difference is not None and variable_read(nodes, difference[1]) == variable:
            return difference[0]
    return None


def _factors(nodes: Nodes, ref: TensorRef) -> tuple[TensorRef, ...]:
    """Return the factors of a product, or the tensor itself."""
    return operands(nodes, ref, _MUL) or (ref,)


def _scaled_read(nodes: Nodes, variable: str, ref: TensorRef) -> TensorRef | None:
    """Return m where ``ref`` is ``V * m``."""
    product = operands(nodes, source(nodes, ref), _MUL)
    for read, factor in (product, product[::-1]) if product else ():
        if variable_read(nodes, read) == variable:
            return factor
    return None


def _complement(nodes: Nodes, kept: TensorRef, ref: TensorRef) -> TensorRef | None:
    """Return x where ``ref`` is ``x * (1 - kept)``; anything else is an accumulation, not an average."""
    product = operands(nodes, source(nodes, ref), _MUL)
    for factor, followed in (product, product[::-1]) if product else ():
        if _adds_to_one(nodes, kept, factor):
            return followed
    return None


def _adds_to_one(nodes: Nodes, kept: TensorRef, factor: TensorRef) -> bool:
    values = constant(nodes, kept), constant(nodes, factor)
    if values[0] is not None and values[1] is not None and values[0].size == values[1].size == 1:
        return abs(float(values[0].item()) + float(values[1].item()) - 1.0) < 1e-4
    for one, other in ((kept, factor), (factor, kept)):
        difference = operands(nodes, source(nodes, one), _SUB)
        whole = None if difference is None else constant(nodes, difference[0])
        if difference is None or whole is None or whole.size != 1 or float(whole.item()) != 1.0:
            continue
        if source(nodes, difference[1]) == source(nodes, other):
            return True
    return False


def _unguarded(nodes: Nodes, ref: TensorRef) -> TensorRef:
    """Return what a value is when the batch is not empty: ``where(size > 0, x, zeros)`` is ``x``."""
    while True:
        ref = source(nodes, ref, VIEWS)
        guarded = guarded_value(nodes, ref)
        if guarded is None:
            return ref
        ref = guarded
