"""Which parts of a graph run, given the predicates that are known: TensorFlow's own rule for dead tensors.

A Switch whose predicate is known makes one of its outputs dead; a node with a dead input, by data or by control, is
dead; a Merge is dead where all its inputs are. Nested conditionals need nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coldpress.eval_graph.constants import Evaluator, is_loop_merge, truth
from coldpress.eval_graph.op_kinds import MERGE_OPS, SWITCH_OPS
from coldpress.graph.tensor_ref import TensorRef, is_control, operation_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from coldpress.eval_graph.constants import Value
    from coldpress.eval_graph.editor import GraphEditor

SELECT_OPS = frozenset({"Select", "SelectV2"})
_NEXT = frozenset({"NextIteration", "RefNextIteration"})


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the outputs need by data or control, sources first; the edges that close a loop are left out."""

    order: tuple[str, ...]
    inputs: Mapping[str, tuple[tuple[TensorRef, bool], ...]]
    """Of every node: its tensors, and whether each is a control input."""

    def having(self, editor: GraphEditor, ops: frozenset[str]) -> tuple[str, ...]:
        """Return the nodes of some operations."""
        return tuple(name for name in self.order if editor[name].op in ops)


def wiring(editor: GraphEditor, outputs: Iterable[str]) -> Wiring:
    """Order what ``outputs`` need."""
    order: list[str] = []
    inputs: dict[str, tuple[tuple[TensorRef, bool], ...]] = {}
    roots = [name for name in outputs if name in editor]
    while roots:
        stack = [(roots.pop(), False)]
        while stack:
            name, finished = stack.pop()
            if finished:
                order.append(name)
            elif name not in inputs:
                inputs[name], later = _split(editor, name)
                roots.extend(later)
                stack.append((name, True))
                stack.extend((ref.node, False) for ref, _ in inputs[name] if ref.node not in inputs)
    return Wiring(tuple(order), inputs)


def _split(editor: GraphEditor, name: str) -> tuple[tuple[tuple[TensorRef, bool], ...], list[str]]:
    """Return the inputs of a node, and apart from them the nodes that close a loop into it.

    A control input is followed only where there is nothing else: so a constant belongs to its branch. Other nodes of a
    branch are dead by their data, and wait for all of training besides.
    """
    node = editor[name]
    data = tuple(ref for ref in editor.data_inputs(name) if ref.node in editor)
    if node.op in MERGE_OPS and is_loop_merge(editor, node):
        later = [ref.node for ref in data if editor[ref.node].op in _NEXT]
        return tuple((ref, False) for ref in data if ref.node not in later), later
    if data:
        return tuple((ref, False) for ref in data), []
    waits = (operation_name(text) for text in node.input if is_control(text))
    return tuple((TensorRef(source), True) for source in waits if source in editor), []


@dataclass(frozen=True, slots=True)
class Liveness:
    """Which predicates are known, and what is dead by them."""

    predicates: Mapping[str, bool]
    """Switch, or Select with a scalar condition -> its predicate, where known."""
    dead: set[str] = field(default_factory=set)

    def is_dead(self, tensor: TensorRef, editor: GraphEditor) -> bool:
        """Tell whether a tensor is never made."""
        if tensor.node in self.dead:
            return True
        known = self.predicates.get(tensor.node)
        return known is not None and editor[tensor.node].op in SWITCH_OPS and tensor.output != int(known)


def liveness(editor: GraphEditor, wires: Wiring, known: Mapping[TensorRef, Value] | None = None) -> Liveness:
    """Find what is dead, with the tensors in ``known`` taken for granted."""
    evaluator = Evaluator(editor, known, limit=10 * len(wires.order) + 1000)
    result = Liveness(_predicates(editor, wires, evaluator))
    if result.predicates:
        for name in wires.order:
            if _dies(editor, wires.inputs[name], name, result):
                result.dead.add(name)
    return result


def _predicates(editor: GraphEditor, wires: Wiring, evaluator: Evaluator) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for name in wires.order:
        op = editor[name].op
        if op in SWITCH_OPS or op in SELECT_OPS:
            inputs = editor.data_inputs(name)
            value = truth(evaluator.value(inputs[1 if op in SWITCH_OPS else 0])) if len(inputs) > 1 else None
            if value is not None:
                found[name] = value
    return found


def _dies(editor: GraphEditor, inputs: Sequence[tuple[TensorRef, bool]], name: str, so_far: Liveness) -> bool:
    if editor[name].op in MERGE_OPS:
        data = [ref for ref, control in inputs if not control]
        return bool(data) and all(so_far.is_dead(ref, editor) for ref in data)
    return any(ref.node in so_far.dead if control else so_far.is_dead(ref, editor) for ref, control in inputs)


def live_inputs(editor: GraphEditor, name: str, alive: Liveness) -> tuple[TensorRef, ...]:
    """Return the data inputs that a node really reads: of a decided conditional, only the chosen ones."""
    node = editor[name]
    inputs = editor.data_inputs(name)
    if node.op in MERGE_OPS:
        return tuple(ref for ref in inputs if not alive.is_dead(ref, editor))
    predicate = alive.predicates.get(name)
    if predicate is None:
        return inputs
    return inputs[:1] if node.op in SWITCH_OPS else (inputs[1 if predicate else 2],)


def live_ancestors(editor: GraphEditor, outputs: Iterable[str], alive: Liveness) -> dict[str, None]:
    """Return what the outputs need by data, given what is known (an ordered set)."""
    seen = dict.fromkeys(name for name in outputs if name in editor)
    stack = list(seen)
    while stack:
        for ref in live_inputs(editor, stack.pop(), alive):
            if ref.node not in seen and ref.node in editor:
                seen[ref.node] = None
                stack.append(ref.node)
    return seen
