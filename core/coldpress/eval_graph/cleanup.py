"""Pruning to the outputs, and taking off what only the training run needed: devices, colocation, control inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.change import Change, ChangeKind
from coldpress.eval_graph.constants import is_loop_merge
from coldpress.eval_graph.op_kinds import MERGE_OPS, SWITCH_OPS
from coldpress.eval_graph.passes import PassResult
from coldpress.graph.tensor_ref import is_control, operation_name

if TYPE_CHECKING:
    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest

_RECOGNISED = "eval_graph.recognised.cleanup"
_LOOP_ENDS = frozenset({"Exit", "RefExit"})


def apply(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Keep what the outputs need; drop control inputs, devices and private attributes."""
    before = len(editor)
    scope = editor.ancestors(output.node for output in request.outputs)
    gated = _gated(editor)
    dropped = sum(_drop_control_inputs(editor, name, gated) for name in scope)
    editor.keep_only(_needed(editor, request))
    for node in editor:
        _strip(editor, node.name)
    return PassResult(changes=_changes(request, before - len(editor), dropped))


def _gated(editor: GraphEditor) -> set[str]:
    """Return the nodes inside a conditional or a loop that stays: there a control input says *when*, not *after what*.

    A constant of a loop body belongs to the loop only by its control input.
    """
    gated: set[str] = set()
    stack = [node.name for node in editor if node.op in SWITCH_OPS or node.op in ("Enter", "RefEnter")]
    while stack:
        name = stack.pop()
        if name in gated:
            continue
        gated.add(name)
        stack.extend(reader for reader in editor.readers(name) if not _leaves(editor, reader, name))
    return gated


def _leaves(editor: GraphEditor, reader: str, name: str) -> bool:
    """Tell whether ``reader`` ends the conditional or the loop that ``name`` is in."""
    node = editor[reader]
    if f"^{name}" in node.input:
        return False
    return node.op in _LOOP_ENDS or (node.op in MERGE_OPS and not is_loop_merge(editor, node))


def _drop_control_inputs(editor: GraphEditor, name: str, gated: set[str]) -> bool:
    inputs = list(editor[name].input)
    kept = [text for text in inputs if not is_control(text) or operation_name(text) in gated]
    if kept == inputs:
        return False
    editor.set_inputs(name, kept)
    return True


def _needed(editor: GraphEditor, request: EvalRequest) -> dict[str, None]:
    """Return the outputs and what they need, by data or by a control input that was kept."""
    seen = dict.fromkeys(output.node for output in request.outputs if output.node in editor)
    stack = list(seen)
    while stack:
        for text in editor[stack.pop()].input:
            source = operation_name(text)
            if source not in seen and source in editor:
                seen[source] = None
                stack.append(source)
    return seen


def _strip(editor: GraphEditor, name: str) -> None:
    """Take off the device and the private attributes (``_class``, ``_output_shapes``, ``_gradient_op_type``)."""
    node = editor[name]
    private = [key for key in node.attr if key.startswith("_")]
    if not private and not node.device:
        return
    node = editor.own(name)
    node.device = ""
    for key in private:
        del node.attr[key]


def _changes(request: EvalRequest, removed: int, dropped: int) -> tuple[Change, ...]:
    outputs = ", ".join(output.node for output in request.outputs)
    changes = []
    if removed:
        changes.append(
            Change(ChangeKind.CLEANUP, outputs, f"{removed} nodes that the outputs do not need", "removed", _RECOGNISED)
        )
    if dropped:
        changes.append(
            Change(ChangeKind.CLEANUP, outputs, f"control inputs of {dropped} nodes", "removed", _RECOGNISED)
        )
    return tuple(changes)
