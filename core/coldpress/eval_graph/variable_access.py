"""Variables of either kind, ref (``VariableV2``) and resource (``VarHandleOp``), seen the same way.

A ref variable is read through an Identity or directly and passed to Assign by reference; a resource variable is a
handle, read by ReadVariableOp. Both may pass through Switch or Enter on their way into a conditional or a loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from coldpress.eval_graph.op_kinds import SWITCH_OPS, VARIABLE_OPS
from coldpress.formats.protos import NodeDef
from coldpress.graph.tensor_ref import TensorRef, is_control

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.eval_graph.editor import GraphEditor

_RESOURCE = 20
_REF = 100
_CARRIERS = frozenset({"Identity", "RefIdentity", "Enter", "RefEnter"}) | SWITCH_OPS
"""Operations whose outputs are their first input, by value or by reference."""

UPDATE_OPS = frozenset({"Assign", "AssignSub", "AssignAdd"})
RESOURCE_UPDATE_OPS = frozenset({"AssignVariableOp", "AssignSubVariableOp", "AssignAddVariableOp"})


class Nodes(Protocol):
    """What a Graph and a GraphEditor have in common."""

    def __iter__(self) -> Iterator[NodeDef]:
        """Iterate over the nodes."""

    def get(self, name: str) -> NodeDef | None:
        """Return the node called ``name``, or None."""

    def data_inputs(self, name: str) -> tuple[TensorRef, ...]:
        """Return the tensors that a node reads, in order."""

    def readers(self, name: str) -> tuple[str, ...]:
        """Return the operations that read ``name``."""


def variable_at(nodes: Nodes, ref: TensorRef) -> str | None:
    """Return the variable that a ref tensor or a resource handle stands for, or None."""
    node = nodes.get(ref.node)
    while node is not None and node.op in _CARRIERS:
        inputs = nodes.data_inputs(node.name)
        node = nodes.get(inputs[0].node) if inputs else None
    return node.name if node is not None and node.op in VARIABLE_OPS else None


def variable_read(nodes: Nodes, ref: TensorRef) -> str | None:
    """Return the variable whose value a tensor is, unchanged; None for anything else."""
    node = nodes.get(ref.node)
    while node is not None and node.op in _CARRIERS:
        inputs = nodes.data_inputs(node.name)
        node = nodes.get(inputs[0].node) if inputs else None
    if node is None:
        return None
    if node.op == "ReadVariableOp":
        inputs = nodes.data_inputs(node.name)
        return variable_at(nodes, inputs[0]) if inputs else None
    return node.name if node.op in VARIABLE_OPS and not is_resource(node) else None


def is_resource(variable: NodeDef) -> bool:
    """Tell whether a variable is a resource handle."""
    return variable.op == "VarHandleOp"


def variable_shape(nodes: Nodes, variable: str) -> tuple[int, ...] | None:
    """Return the shape of a variable where its node says it completely."""
    node = nodes.get(variable)
    if node is None or "shape" not in node.attr:
        return None
    shape = node.attr["shape"].shape
    sizes = tuple(dim.size for dim in shape.dim)
    return None if shape.unknown_rank or any(size < 0 for size in sizes) else sizes


def written_variable(nodes: Nodes, node: NodeDef) -> str | None:
    """Return the variable that an update writes, or None where ``node`` is no Assign, AssignSub or AssignAdd."""
    if node.op not in UPDATE_OPS and node.op not in RESOURCE_UPDATE_OPS:
        return None
    inputs = nodes.data_inputs(node.name)
    return variable_at(nodes, inputs[0]) if len(inputs) == 2 else None


def read_of(editor: GraphEditor, variable: str) -> TensorRef:
    """Return a tensor that reads a variable and waits for nothing; add one where the graph has none."""
    node = editor[variable]
    operation = "ReadVariableOp" if is_resource(node) else "Identity"
    free = [name for name in editor.readers(variable) if _plain_read(editor, name, variable, operation)]
    if free:
        # The read that the variable came with, where there are several.
        return TensorRef(min(free, key=lambda name: (not name.startswith(f"{variable}/"), len(name), name)))
    suffix = "Read/ReadVariableOp" if is_resource(node) else "read"
    read = NodeDef(name=editor.free_name(f"{variable}/{suffix}"), op=operation)
    read.attr["dtype" if is_resource(node) else "T"].type = node.attr["dtype"].type % _REF
    read.input.append(variable)
    editor.add(read)
    return TensorRef(read.name)


def _plain_read(editor: GraphEditor, name: str, variable: str, operation: str) -> bool:
    node = editor[name]
    if node.op != operation or list(node.input) != [variable]:
        return False
    # An Identity of a handle is a handle.
    return operation == "ReadVariableOp" or node.attr["T"].type % _REF != _RESOURCE


def waits(node: NodeDef) -> bool:
    """Tell whether a node has control inputs."""
    return any(is_control(text) for text in node.input)
