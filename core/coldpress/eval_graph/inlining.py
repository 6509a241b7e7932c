"""Putting a function's body in the place of its call.

TensorFlow does the same when it runs a graph ("function inlining"); here it brings what a function holds within reach
of the passes, and lets the variables be frozen directly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.op_kinds import CALL_OPS
from coldpress.formats.protos import NodeDef
from coldpress.graph.graph import Graph
from coldpress.graph.op_defs import attribute, output_types, signature
from coldpress.graph.order import topological
from coldpress.graph.tensor_ref import TensorRef, is_control

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest
    from coldpress.formats.protos import FunctionDef, OpDef


def inline_call(editor: GraphEditor, name: str, request: EvalRequest) -> bool:
    """Put the body of the called function in the place of a call; tell whether that was possible."""
    node = editor[name]
    function = _callee(editor.source, node)
    if function is None:
        return False
    arguments = editor.data_inputs(name)
    gate = (f"^{arguments[0].node}",) if arguments else tuple(text for text in node.input if is_control(text))
    results = FunctionBody(editor, function, name, node).insert(arguments, gate)
    if results is None:
        return False
    stand_in(editor, name, results, output_types(node, function.signature), request)
    return True


def _callee(graph: Graph, node: NodeDef) -> FunctionDef | None:
    if node.op in CALL_OPS:
        return graph.functions.get(node.attr["f"].func.name)
    return graph.functions.get(node.op)


def stand_in(
    editor: GraphEditor, name: str, results: Sequence[TensorRef], types: Sequence[int], request: EvalRequest
) -> None:
    """Let the readers of a node read ``results`` instead; where it is a requested output, keep its name."""
    for output, result in enumerate(results):
        editor.redirect(TensorRef(name, output), result)
    if all(output.node != name for output in request.outputs):
        editor.remove(name)
        return
    node = NodeDef(name=name, op="IdentityN", input=[result.as_input for result in results])
    node.attr["T"].list.type.extend(types)
    editor.replace(node)


class FunctionBody:
    """The body of a function, to be put into a graph under the name of its caller."""

    def __init__(self, editor: GraphEditor, function: FunctionDef, prefix: str, caller: NodeDef) -> None:
        self._editor = editor
        self._function = function
        self._attributes = caller.attr
        self._nodes = {node.name: node for node in function.node_def}
        self._names = {name: editor.free_name(f"{prefix}/{name}") for name in self._nodes}

    def insert(self, arguments: Sequence[TensorRef], gate: tuple[str, ...]) -> list[TensorRef] | None:
        """Add the nodes; return the tensors that the function returns, or None where an operation is unknown.

        ``gate`` are control inputs for nodes without any other input, which would leave their branch or loop.
        """
        named = {
            argument.name: ref for argument, ref in zip(self._function.signature.input_arg, arguments, strict=False)
        }
        if len(named) != len(self._function.signature.input_arg):
            return None
        inputs = {name: self._inputs(node, named) for name, node in self._nodes.items()}
        results = [
            self._resolve(self._function.ret[output.name], named) for output in self._function.signature.output_arg
        ]
        if any(None in entries for entries in inputs.values()) or None in results or self._is_circular():
            return None
        for name, node in self._nodes.items():
            self._editor.add(self._copy(node, [entry for entry in inputs[name] if entry is not None] or gate))
        return [result for result in results if result is not None]

    def _is_circular(self) -> bool:
        """Tell whether nodes wait for each other: a damaged body, which no pass could follow."""
        plain = [NodeDef(name=name, op=node.op) for name, node in self._nodes.items()]
        for copy in plain:
            copy.input.extend(text.lstrip("^").partition(":")[0] for text in self._nodes[copy.name].input)
        return bool(topological(Graph(plain)).stuck)

    def _inputs(self, node: NodeDef, named: Mapping[str, TensorRef]) -> list[str | None]:
        entries: list[str | None] = []
        for text in node.input:
            if is_control(text):
                # A control input on an argument says nothing: the argument is there when the body runs.
                entries += [f"^{self._names[text[1:]]}"] if text[1:] in self._names else []
            else:
                ref = self._resolve(text, named)
                entries.append(None if ref is None else ref.as_input)
        return entries

    def _resolve(self, text: str, named: Mapping[str, TensorRef]) -> TensorRef | None:
        """Read ``argument`` or ``node:output argument:index`` as a tensor of the graph."""
        name, _, rest = text.partition(":")
        if name in named:
            return named[name]
        node = self._nodes.get(name)
        definition = None if node is None else signature(self._editor.source, node)
        if node is None or definition is None:
            return None
        argument, _, index = rest.partition(":")
        offset = _offset(node, definition, argument)
        return None if offset is None else TensorRef(self._names[name], offset + int(index or 0))

    def _copy(self, node: NodeDef, inputs: Iterable[str]) -> NodeDef:
        copy = NodeDef()
        copy.CopyFrom(node)
        copy.name = self._names[node.name]
        del copy.input[:]
        copy.input.extend(inputs)
        for key, value in copy.attr.items():
            if value.placeholder and value.placeholder in self._attributes:
                copy.attr[key].CopyFrom(self._attributes[value.placeholder])
        return copy


def _offset(node: NodeDef, definition: OpDef, argument: str) -> int | None:
    """Return the index of the first output tensor that belongs to an output argument."""
    offset = 0
    for output in definition.output_arg:
        if output.name == argument:
            return offset
        value = attribute(node, output.type_list_attr or output.number_attr)
        if output.type_list_attr:
            offset += len(value.list.type) if value is not None else 0
        else:
            offset += value.i if value is not None else 1
    return None
