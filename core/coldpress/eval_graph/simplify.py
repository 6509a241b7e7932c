"""Taking multiplications by one and additions of zero out of the graph, where they are proven to be that."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coldpress.eval_graph.broadcasting import fits
from coldpress.eval_graph.expressions import ADD, DIVIDE
from coldpress.eval_graph.passes import bypass
from coldpress.eval_graph.value_numbers import ONE, ZERO
from coldpress.formats.protos import NodeDef
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest
    from coldpress.eval_graph.value_numbers import ValueNumbers

_ELEMENTWISE = ADD | DIVIDE | {"Mul", "Sub"}


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
        if not fits(editor, idle, kept) or (idle == first and node.op in DIVIDE):
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
