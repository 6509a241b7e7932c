"""Cutting the input pipeline: the chosen tensors become Placeholders of the same name, dtype and shape.

Recognised by the person's choice (or the best suggestion), whatever makes the tensor: an iterator of any kind, a
queue, a decoder, a staging area, a Split across towers, a PlaceholderWithDefault.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.eval_graph.change import Change, ChangeKind
from coldpress.eval_graph.declared import declared_type
from coldpress.finding import Finding, Severity
from coldpress.formats.protos import NodeDef
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from coldpress.eval_graph.declared import TensorType
    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest


@dataclass(frozen=True, slots=True)
class CutInputs:
    """What the cut did; ``placeholders`` are the new inputs, in the order of the request."""

    placeholders: tuple[TensorRef, ...]
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()


def cut_inputs(editor: GraphEditor, request: EvalRequest) -> CutInputs:
    """Put a Placeholder in the place of every requested input."""
    placed: dict[TensorRef, TensorRef] = {}
    changes: list[Change] = []
    findings: list[Finding] = []
    # The first output last: its Placeholder takes the operation's name.
    for tensor in sorted(set(request.inputs), key=lambda ref: -ref.output):
        kind = declared_type(editor, tensor)
        if editor[tensor.node].op in ("Placeholder", "PlaceholderV2"):
            placed[tensor] = tensor
        elif kind is None:
            placed[tensor] = tensor
            findings.append(Finding("eval_graph.input_type_unknown", Severity.BLOCK, (tensor.node,)))
        else:
            placed[tensor] = _cut(editor, tensor, kind)
            changes.append(_change(editor, tensor, placed[tensor], kind))
    return CutInputs(tuple(placed[tensor] for tensor in request.inputs), tuple(changes), tuple(findings))


def _cut(editor: GraphEditor, tensor: TensorRef, kind: TensorType) -> TensorRef:
    if tensor.output:
        placeholder = _placeholder(editor.free_name(f"{tensor.node}_{tensor.output}"), kind)
        editor.add(placeholder)
        editor.redirect(tensor, TensorRef(placeholder.name))
        return TensorRef(placeholder.name)
    _move_other_outputs(editor, tensor)
    editor.replace(_placeholder(tensor.node, kind))
    return tensor


def _move_other_outputs(editor: GraphEditor, tensor: TensorRef) -> None:
    """Keep the operation under another name for the readers of its other outputs, which a Placeholder lacks."""
    readers = [name for name in editor.readers(tensor.node) if name != tensor.node]
    others = sorted({ref for name in readers for ref in editor.data_inputs(name) if ref.node == tensor.node} - {tensor})
    if not others:
        return
    copy = NodeDef()
    copy.CopyFrom(editor[tensor.node])
    copy.name = editor.free_name(f"{tensor.node}_uncut")
    editor.add(copy)
    for other in others:
        editor.redirect(other, TensorRef(copy.name, other.output))


def _placeholder(name: str, kind: TensorType) -> NodeDef:
    node = NodeDef(name=name, op="Placeholder")
    node.attr["dtype"].type = kind.dtype
    shape = node.attr["shape"].shape
    if kind.shape is None:
        shape.unknown_rank = True
    else:
        shape.SetInParent()
        for size in kind.shape:
            shape.dim.add(size=-1 if size is None else size)
    return node


def _change(editor: GraphEditor, tensor: TensorRef, placeholder: TensorRef, kind: TensorType) -> Change:
    source = editor.source[tensor.node].op
    return Change(
        ChangeKind.INPUT,
        placeholder.node,
        f"{tensor} of {source}",
        f"Placeholder {kind}",
        "eval_graph.recognised.input",
    )
