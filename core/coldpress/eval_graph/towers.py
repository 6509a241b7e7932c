"""Towers: a model that training copies over parts of the batch (``tower_0/``, ``clone_0/``, ``replica_1/``).

The outputs belong to one tower; its part of the batch becomes the whole. Recognised by structure: a Split along the
batch whose parts are read in the same way, and, where the outputs are put together again, a concatenation of towers
that are node for node alike and share their variables.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from coldpress.eval_graph.change import Change, ChangeKind
from coldpress.eval_graph.constants import Evaluator
from coldpress.eval_graph.op_kinds import VARIABLE_OPS
from coldpress.eval_graph.passes import PassResult, bypass
from coldpress.eval_graph.stand_ins import StandIn, StandInKind
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest
    from coldpress.formats.protos import NodeDef

_SPLIT_OPS = frozenset({"Split", "SplitV"})
_CONCAT_OPS = frozenset({"Concat", "ConcatV2"})
_PRIVATE = ("_class", "_output_shapes", "_gradient_op_type", "seed", "seed2")
"""Attributes in which copies of one node differ."""
_TOWER = re.compile(r"(?:^|.*/)(?P<tower>(?:tower|clone|replica)_?\d+)(?:/|$)", re.IGNORECASE)


def apply(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Take one tower: merge concatenations of towers, then let the tower read the whole batch."""
    scope = editor.ancestors(output.node for output in request.outputs)
    merged = [taken for name in scope if (taken := _take_first(editor, name, request)) is not None]
    whole = unsplit(editor, request)
    changes = (*(change for change, _ in merged), *whole.changes, *_chosen(editor, request))
    return PassResult(changes, stand_ins=(*(stand_in for _, stand_in in merged), *whole.stand_ins))


def unsplit(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Let the tower that is read take the whole batch.

    A pass of its own, for towers that share the statistics of their batch norms need each other until those are gone.
    """
    changes: list[Change] = []
    stand_ins = []
    scope = editor.ancestors(output.node for output in request.outputs)
    for name in scope:
        split = _lone_part(editor, name, scope)
        if split is None:
            continue
        resized = {change.node for change in changes}
        changes += _unsplit(editor, split, replace(request, inputs=_others(request.inputs, resized)))
        stand_ins.append(StandIn(StandInKind.PASSED, split.part, split.value))
    return PassResult(tuple(changes), stand_ins=tuple(stand_ins))


def _others(inputs: Iterable[TensorRef], names: Container[str]) -> tuple[TensorRef, ...]:
    return tuple(tensor for tensor in inputs if tensor.node not in names)


def _take_first(editor: GraphEditor, name: str, request: EvalRequest) -> tuple[Change, StandIn] | None:
    """Replace a concatenation of the outputs of all towers by the first tower's output."""
    node = editor[name]
    parts = _parts(editor, node) if node.op in _CONCAT_OPS else ()
    if len(parts) < 2 or not all(_is_same_tower(editor, parts[0], part) for part in parts[1:]):
        return None
    bypass(editor, TensorRef(name), parts[0], request)
    change = Change(ChangeKind.TOWER, name, f"{len(parts)} towers", str(parts[0]), "eval_graph.recognised.tower")
    return change, StandIn(StandInKind.PASSED, TensorRef(name), parts[0])


def _parts(editor: GraphEditor, node: NodeDef) -> tuple[TensorRef, ...]:
    """Return what is concatenated along the first axis; nothing for another axis."""
    inputs = editor.data_inputs(node.name)
    axis, parts = (inputs[-1], inputs[:-1]) if node.op == "ConcatV2" else (inputs[0], inputs[1:])
    return parts if _number(editor, axis) == 0 else ()


def _number(editor: GraphEditor, tensor: TensorRef) -> int | None:
    value = Evaluator(editor).value(tensor)
    return int(value.reshape(())[()]) if value is not None and value.size == 1 else None


def _is_same_tower(editor: GraphEditor, first: TensorRef, other: TensorRef) -> bool:
    """Tell whether two tensors are computed alike from different parts of one Split."""
    split = False
    seen = {(first, other)}
    stack = [(first, other)]
    while stack:
        left, right = stack.pop()
        if left.node == right.node:
            if left.output != right.output:
                if editor[left.node].op not in _SPLIT_OPS:
                    return False
                split = True
            continue
        if not _is_alike(editor, left, right):
            return False
        pairs = set(zip(editor.data_inputs(left.node), editor.data_inputs(right.node), strict=True)) - seen
        seen |= pairs
        stack.extend(pairs)
    return split


def _is_alike(editor: GraphEditor, left: TensorRef, right: TensorRef) -> bool:
    """Tell whether two nodes do the same to their inputs. Nodes without inputs are alike if they are constants."""
    one, other = editor.producer(left), editor.producer(right)
    if one is None or other is None or one.op != other.op or left.output != right.output:
        return False
    count = len(editor.data_inputs(one.name))
    if count != len(editor.data_inputs(other.name)) or (not count and one.op != "Const"):
        return False
    keys = (set(one.attr) | set(other.attr)) - set(_PRIVATE)
    return all(key in one.attr and key in other.attr and one.attr[key] == other.attr[key] for key in keys)


class _LonePart(NamedTuple):
    """``part`` of ``value`` is the only one that the path of the outputs reads."""

    part: TensorRef
    value: TensorRef


def _lone_part(editor: GraphEditor, name: str, scope: dict[str, None]) -> _LonePart | None:
    """Return what the one tower that is read takes of a Split over towers, or None."""
    node = editor[name]
    value = _split_value(editor, node) if node.op in _SPLIT_OPS else None
    if value is None:
        return None
    readers = [reader for reader in editor.readers(name) if reader in scope]
    parts = {ref for reader in readers for ref in editor.data_inputs(reader) if ref.node == name}
    if len(parts) != 1 or not _is_raw(editor, value) or not _is_split_over_towers(editor, name, readers):
        return None
    return _LonePart(parts.pop(), value)


def _unsplit(editor: GraphEditor, split: _LonePart, request: EvalRequest) -> list[Change]:
    """Let the one tower that is read take the whole batch."""
    part, value = split
    resized = _resize_inputs(editor, value, editor[part.node].attr["num_split"].i, request)
    bypass(editor, part, value, request)
    before = f"{part}, a part of the batch"
    return [Change(ChangeKind.TOWER, part.node, before, str(value), "eval_graph.recognised.tower"), *resized]


def _resize_inputs(editor: GraphEditor, value: TensorRef, count: int, request: EvalRequest) -> list[Change]:
    """Give the inputs the batch of one tower: what it wrote into its Reshapes is its own share, not the whole."""
    changes = []
    made_of = editor.ancestors([value.node])
    for tensor in request.inputs:
        dims = editor[tensor.node].attr["shape"].shape.dim if tensor.node in made_of else ()
        whole = dims[0].size if dims else 0
        if whole < count or whole % count:
            continue
        editor.own(tensor.node).attr["shape"].shape.dim[0].size = whole // count
        before, after = f"a batch of {whole}", f"a batch of {whole // count}"
        changes.append(Change(ChangeKind.TOWER, tensor.node, before, after, "eval_graph.recognised.tower"))
    return changes


def _is_raw(editor: GraphEditor, value: TensorRef) -> bool:
    """Tell whether a tensor is data before the model: no weights, nothing put together."""
    made_of = (editor[name].op for name in editor.ancestors([value.node]))
    return not any(op in VARIABLE_OPS or op in _CONCAT_OPS or op in ("Pack", "ReadVariableOp") for op in made_of)


def _split_value(editor: GraphEditor, node: NodeDef) -> TensorRef | None:
    """Return what is split along the batch into equal parts."""
    inputs = editor.data_inputs(node.name)
    if len(inputs) != (2 if node.op == "Split" else 3):
        return None
    axis, value = (inputs[0], inputs[1]) if node.op == "Split" else (inputs[2], inputs[0])
    sizes = None if node.op == "Split" else Evaluator(editor).value(inputs[1])
    if _number(editor, axis) != 0 or (sizes is not None and np.unique(sizes).size != 1):
        return None
    return value


def _is_split_over_towers(editor: GraphEditor, split: str, forward: Iterable[str]) -> bool:
    """Tell whether all parts are read as the one on the path is, as copies of one model read them.

    Parts may have more readers, those of back propagation.
    """
    wanted = _ways(editor, split, forward)
    ways = _ways(editor, split, editor.readers(split))
    taken = {(op, position) for _, op, position in wanted}
    others = range(editor[split].attr["num_split"].i)
    return len(others) > 1 and all((part, *way) in ways for part in others for way in taken)


def _ways(editor: GraphEditor, split: str, readers: Iterable[str]) -> set[tuple[int, str, int]]:
    """Return how the parts are read: part, operation of the reader, position among its inputs."""
    return {
        (ref.output, editor[reader].op, position)
        for reader in readers
        for position, ref in enumerate(editor.data_inputs(reader))
        if ref.node == split
    }


def _chosen(editor: GraphEditor, request: EvalRequest) -> tuple[Change, ...]:
    """Say which tower the outputs belong to, where scopes name several."""
    taken = {match["tower"] for output in request.outputs if (match := _TOWER.match(output.node))}
    if len(taken) != 1:
        return ()
    tower = taken.pop()
    stem = tower.rstrip("0123456789")
    named = {match["tower"] for node in editor if (match := _TOWER.match(node.name))}
    towers = sorted(name for name in named if name.rstrip("0123456789") == stem)
    if len(towers) < 2:
        return ()
    return (Change(ChangeKind.TOWER, tower, ", ".join(towers), tower, "eval_graph.recognised.tower_scope"),)
