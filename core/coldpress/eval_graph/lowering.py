"""Conditionals and loops of TF 2 (If, While) as the Switch and Merge that TensorFlow runs.

Lowered, a conditional on a training flag can be folded and a dropout inside a loop can be seen. The forms are those of
TensorFlow's own ``lower_if_op.cc`` and ``lower_while_op.cc``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.inlining import FunctionBody, stand_in
from coldpress.formats.protos import NodeDef
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest
    from coldpress.formats.protos import FunctionDef

_BOOL = 10


def lower_if(editor: GraphEditor, name: str, request: EvalRequest) -> bool:
    """Turn an If into the Switch and Merge nodes that TensorFlow would run; tell whether that was possible."""
    node = editor[name]
    branches = [editor.source.functions.get(node.attr[key].func.name) for key in ("else_branch", "then_branch")]
    if node.attr["Tcond"].type != _BOOL or None in branches:
        return False
    condition, *arguments = editor.data_inputs(name)
    switches = [
        _switch(editor, f"{name}/Switch", ref, condition, dtype)
        for ref, dtype in zip(arguments, node.attr["Tin"].list.type, strict=True)
    ]
    pivot = _switch(editor, f"{name}/pred_id", condition, condition, _BOOL)
    results = []
    for port, (branch, label) in enumerate(zip(branches, ("else", "then"), strict=True)):
        gate = _add(editor, f"{name}/{label}_pivot", "Identity", (TensorRef(pivot, port),), _BOOL)
        body = FunctionBody(editor, branch, f"{name}/{label}", node) if branch is not None else None
        made = body.insert([TensorRef(switch, port) for switch in switches], (f"^{gate}",)) if body else None
        if made is None:
            return False
        results.append(made)
    merges = [
        _merge(editor, f"{name}/Merge", pair, dtype)
        for *pair, dtype in zip(*results, node.attr["Tout"].list.type, strict=True)
    ]
    stand_in(editor, name, [TensorRef(merge) for merge in merges], node.attr["Tout"].list.type, request)
    return True


def _switch(editor: GraphEditor, name: str, data: TensorRef, condition: TensorRef, dtype: int) -> str:
    return _add(editor, name, "Switch", (data, condition), dtype)


def _merge(editor: GraphEditor, name: str, inputs: Sequence[TensorRef], dtype: int) -> str:
    merge = _add(editor, name, "Merge", inputs, dtype)
    editor.own(merge).attr["N"].i = len(inputs)
    return merge


def _add(editor: GraphEditor, name: str, op: str, inputs: Iterable[TensorRef], dtype: int) -> str:
    node = NodeDef(name=editor.free_name(name), op=op, input=[ref.as_input for ref in inputs])
    node.attr["T"].type = dtype
    editor.add(node)
    return node.name


def lower_while(editor: GraphEditor, name: str, request: EvalRequest) -> bool:
    """Turn a While into a loop of Enter, Merge, Switch, NextIteration and Exit; tell whether that was possible."""
    node = editor[name]
    condition, body = (editor.source.functions.get(node.attr[key].func.name) for key in ("cond", "body"))
    if condition is None or body is None or [out.type for out in condition.signature.output_arg] != [_BOOL]:
        return False
    loop = _Loop(editor, node, body)
    if not loop.merges or not loop.close(condition, body):
        return False
    stand_in(editor, name, loop.results(), node.attr["T"].list.type, request)
    return True


class _Loop:
    """A While on its way to being a loop. What the body hands on unchanged (variables above all) enters as constant."""

    def __init__(self, editor: GraphEditor, node: NodeDef, body: FunctionDef) -> None:
        self._editor = editor
        self._node = node
        self._types = list(node.attr["T"].list.type)
        self._arguments = editor.data_inputs(node.name)
        signature = body.signature
        pairs = zip(signature.input_arg, signature.output_arg, strict=True)
        self._constant = [body.ret[output.name] == argument.name for argument, output in pairs]
        self._enters = [self._enter(*entry) for entry in zip(self._arguments, self._types, self._constant, strict=True)]
        self.merges = {
            k: _merge(editor, f"{node.name}/Merge", (enter, enter), self._types[k])
            for k, enter in enumerate(self._enters)
            if not self._constant[k]
        }
        self._exits: dict[int, TensorRef] = {}

    def _enter(self, argument: TensorRef, dtype: int, constant: bool) -> TensorRef:  # noqa: FBT001 - one of a tuple
        enter = self._editor.own(_add(self._editor, f"{self._node.name}/Enter", "Enter", (argument,), dtype))
        enter.attr["frame_name"].s = self._node.name.encode()
        enter.attr["is_constant"].b = constant
        enter.attr["parallel_iterations"].i = 10
        return TensorRef(enter.name)

    def close(self, condition: FunctionDef, body: FunctionDef) -> bool:
        """Put the condition and the body in, and lead the body's results back; tell whether that was possible."""
        editor, name = self._editor, self._node.name
        merged = self._with(lambda k: TensorRef(self.merges[k]))
        pivot = next(iter(self.merges.values()))
        made = FunctionBody(editor, condition, f"{name}/cond", self._node).insert(merged, (f"^{pivot}",))
        if made is None:
            return False
        loop_condition = NodeDef(name=editor.free_name(f"{name}/LoopCond"), op="LoopCond", input=[made[0].as_input])
        editor.add(loop_condition)
        decision = TensorRef(loop_condition.name)
        switches = {
            k: _switch(editor, f"{name}/Switch", TensorRef(merge), decision, self._types[k])
            for k, merge in self.merges.items()
        }
        first = next(iter(switches))
        gate = _add(editor, f"{name}/body_pivot", "Identity", (TensorRef(switches[first], 1),), self._types[first])
        inside = self._with(lambda k: TensorRef(switches[k], 1))
        results = FunctionBody(editor, body, f"{name}/body", self._node).insert(inside, (f"^{gate}",))
        if results is None:
            return False
        for k, merge in self.merges.items():
            following = _add(editor, f"{name}/NextIteration", "NextIteration", (results[k],), self._types[k])
            editor.set_input(merge, 1, TensorRef(following))
            left = _add(editor, f"{name}/Exit", "Exit", (TensorRef(switches[k]),), self._types[k])
            self._exits[k] = TensorRef(left)
        return True

    def _with(self, variant: Callable[[int], TensorRef]) -> list[TensorRef]:
        return [variant(k) if k in self.merges else enter for k, enter in enumerate(self._enters)]

    def results(self) -> list[TensorRef]:
        """Return what the loop leaves behind: of a constant, what went in."""
        return [self._exits.get(k, argument) for k, argument in enumerate(self._arguments)]
