"""What reads a variable becomes what reads a constant.

A reference (``VariableV2``) turns into its value wherever it is read, so only operations that insist on a reference
change; a handle (``VarHandleOp``) is followed through the control flow of TF 1.x to every operation that reads it.
The rules are those of TensorFlow's ``convert_to_constants.py``, and go on where that one gives up: references in
``tf.cond`` and ``tf.while_loop``, ``ResourceGather`` with ``batch_dims``, ``VariableShape``.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coldpress.errors import BlockedError
from coldpress.finding import Finding, Severity
from coldpress.formats.protos import AttrValue, NodeDef
from coldpress.formats.tensors import dtype_number
from coldpress.freeze.unsupported import DirectFreezeUnsupported
from coldpress.graph.op_defs import op_def
from coldpress.graph.tensor_ref import TensorRef, is_control

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from coldpress.formats.protos import OpDef
    from coldpress.freeze.variables import GraphVariable
    from coldpress.graph.graph import Consumer, Graph

_CONTROL_FLOW = {"Identity": (0,), "Enter": (0,), "Exit": (0,), "NextIteration": (0,), "Switch": (0, 1), "Merge": (0,)}
"""Operation that hands on what it gets -> the outputs that carry it."""

_REFERENCE_FORM = {f"Ref{op}": op for op in _CONTROL_FLOW}


@dataclass(slots=True)
class Readers:
    """The nodes that changed, by name, and the nodes that are new."""

    changed: dict[str, NodeDef] = field(default_factory=dict)
    added: list[NodeDef] = field(default_factory=list)


def rewrite_readers(graph: Graph, kept: Collection[str], variables: Iterable[GraphVariable]) -> Readers:
    """Return what becomes of the operations in ``kept`` that read ``variables``.

    Raises ``DirectFreezeUnsupported`` where a handle goes into a function, and ``BlockedError`` where an operation
    changes a variable: a frozen graph has none to change.
    """
    rewriting = _Rewriting(graph, kept)
    for variable in variables:
        rewriting.follow(variable)
    rewriting.complain()
    return rewriting.result


@dataclass(slots=True)
class _Rewriting:
    """Follows every handle and reference from its variable on."""

    graph: Graph
    kept: Collection[str]
    result: Readers = field(default_factory=Readers)
    changing: list[str] = field(default_factory=list)
    calling: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def follow(self, variable: GraphVariable) -> None:
        """Rewrite whatever gets the handle of, or the reference to, one variable."""
        dtype = dtype_number(variable.dtype)
        step = self._from_handle if variable.is_resource else self._from_reference
        queue = deque([TensorRef(variable.name)])
        seen = set(queue)
        while queue:
            for consumer in self.graph.consumers(queue.popleft()):
                if consumer.node in self.kept:
                    reached = [ref for ref in step(consumer, dtype) if ref not in seen]
                    seen.update(reached)
                    queue.extend(reached)

    def complain(self) -> None:
        """Raise what was found to stand in the way."""
        if self.changing:
            nodes = tuple(dict.fromkeys(self.changing))
            raise BlockedError([Finding("freeze.changes_variable", Severity.BLOCK, nodes, remedies=("eval_graph",))])
        if self.calling:
            raise DirectFreezeUnsupported("function", tuple(dict.fromkeys(self.calling)))
        if self.unknown:
            raise DirectFreezeUnsupported("reader", tuple(dict.fromkeys(self.unknown)))

    def _from_handle(self, consumer: Consumer, dtype: int) -> tuple[TensorRef, ...]:
        """Rewrite one operation that gets a handle; return the outputs that hand it on."""
        node = self.graph[consumer.node]
        if node.op in _CONTROL_FLOW:
            return self._hand_on(node, node.op, dtype)
        if node.op == "IdentityN":
            own = self._own(node)
            own.attr["T"].list.type[consumer.position] = dtype
            own.attr.pop("_output_shapes", None)
            return (TensorRef(node.name, consumer.position),)
        rewrite = _HANDLE_READERS.get(node.op)
        if rewrite is not None:
            self._put(rewrite(node, self.graph, dtype))
        elif node.op in self.graph.functions or _takes_function(node):
            self.calling.append(node.name)
        elif _changes_state(node.op):
            self.changing.append(node.name)
        else:
            self.unknown.append(node.name)
        return ()

    def _from_reference(self, consumer: Consumer, dtype: int) -> tuple[TensorRef, ...]:
        """Rewrite one operation that gets a reference, if it insists on one; return the outputs that hand it on."""
        node = self.graph[consumer.node]
        if node.op in _REFERENCE_FORM:
            return self._hand_on(node, _REFERENCE_FORM[node.op], dtype)
        if node.op == "IsVariableInitialized":
            self._put([_true(node)])
        elif _insists_on_reference(op_def(node.op), consumer.position):
            self.changing.append(node.name)
        return ()

    def _hand_on(self, node: NodeDef, op: str, dtype: int) -> tuple[TensorRef, ...]:
        own = self._own(node)
        own.op = op
        own.attr["T"].type = dtype
        own.attr.pop("_output_shapes", None)
        return tuple(TensorRef(node.name, output) for output in _CONTROL_FLOW[op])

    def _own(self, node: NodeDef) -> NodeDef:
        """Return the copy of a node that may be changed."""
        if node.name not in self.result.changed:
            copy = NodeDef()
            copy.CopyFrom(node)
            self.result.changed[node.name] = copy
        return self.result.changed[node.name]

    def _put(self, nodes: list[NodeDef]) -> None:
        """Put the first node in place of the one of its name, and add the others once."""
        first, *others = nodes
        if first.name not in self.result.changed:
            self.result.changed[first.name] = first
            self.result.added.extend(others)


def _takes_function(node: NodeDef) -> bool:
    return any(value.WhichOneof("value") == "func" or value.list.func for value in node.attr.values())


def _changes_state(op: str) -> bool:
    """Whether an operation that gets a handle writes to it: those are stateful, and return nothing."""
    definition = op_def(op)
    return definition is not None and definition.is_stateful and not definition.output_arg


def _insists_on_reference(definition: OpDef | None, position: int) -> bool:
    """Whether an operation's input must be a variable itself. What reads one takes its value instead.

    In every such operation the references come first, one argument an input.
    """
    return definition is not None and position < len(definition.input_arg) and definition.input_arg[position].is_ref


def _like(node: NodeDef, op: str, inputs: Iterable[str], attributes: Mapping[str, AttrValue]) -> NodeDef:
    """Return a node in place of ``node``: its control inputs stay, and the nodes that it is colocated with."""
    control = [text for text in node.input if is_control(text)]
    new = NodeDef(name=node.name, op=op, input=[*inputs, *control])
    for key, value in attributes.items():
        new.attr[key].CopyFrom(value)
    if "_class" in node.attr:
        new.attr["_class"].CopyFrom(node.attr["_class"])
    return new


def _read(node: NodeDef, _graph: Graph, _dtype: int) -> list[NodeDef]:
    return [_like(node, "Identity", node.input[:1], {"T": node.attr["dtype"]})]


def _gather(node: NodeDef, graph: Graph, _dtype: int) -> list[NodeDef]:
    """``GatherV2`` wants its axis as an input; with batch dimensions, the axis follows them."""
    batch_dims = node.attr["batch_dims"].i if "batch_dims" in node.attr else 0
    axis = _scalar(_free_name(graph, f"{node.name}/axis"), node.attr["Tindices"].type, batch_dims)
    indices = node.attr["Tindices"]
    attributes = {"Tparams": node.attr["dtype"], "Tindices": indices, "Taxis": indices}
    if batch_dims:
        attributes["batch_dims"] = node.attr["batch_dims"]
    return [_like(node, "GatherV2", [*node.input[:2], axis.name], attributes), axis]


def _gather_nd(node: NodeDef, _graph: Graph, _dtype: int) -> list[NodeDef]:
    attributes = {"Tparams": node.attr["dtype"], "Tindices": node.attr["Tindices"]}
    return [_like(node, "GatherNd", node.input[:2], attributes)]


def _shape(node: NodeDef, _graph: Graph, dtype: int) -> list[NodeDef]:
    attributes = {"T": AttrValue(type=dtype)}
    if "out_type" in node.attr:
        attributes["out_type"] = node.attr["out_type"]
    return [_like(node, "Shape", node.input[:1], attributes)]


def _is_initialized(node: NodeDef, _graph: Graph, _dtype: int) -> list[NodeDef]:
    return [_true(node)]


def _free_name(graph: Graph, wanted: str) -> str:
    name, number = wanted, 0
    while name in graph:
        number += 1
        name = f"{wanted}_{number}"
    return name


def _scalar(name: str, dtype: int, value: int) -> NodeDef:
    node = NodeDef(name=name, op="Const")
    node.attr["dtype"].type = dtype
    tensor = node.attr["value"].tensor
    tensor.dtype = dtype
    tensor.tensor_shape.SetInParent()
    values = tensor.int64_val if dtype == dtype_number("int64") else tensor.int_val
    values.append(value)
    return node


def _true(node: NodeDef) -> NodeDef:
    """Return what a question for initialization becomes: a constant always is."""
    boolean = AttrValue(type=dtype_number("bool"))
    new = _like(node, "Const", (), {"dtype": boolean})
    tensor = new.attr["value"].tensor
    tensor.dtype = boolean.type
    tensor.tensor_shape.SetInParent()
    tensor.bool_val.append(True)
    return new


_HANDLE_READERS: Mapping[str, Callable[[NodeDef, Graph, int], list[NodeDef]]] = {
    "ReadVariableOp": _read,
    "ResourceGather": _gather,
    "ResourceGatherNd": _gather_nd,
    "VariableShape": _shape,
    "VarIsInitializedOp": _is_initialized,
}
