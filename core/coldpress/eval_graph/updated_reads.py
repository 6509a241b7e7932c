"""Variables that are read after an update: the eval graph drops the update, which is right only for training's own.

An average or a quantization range is read as the checkpoint has it; that is what inference does. An update of another
form (a counter, a state) may be part of the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.op_kinds import READ_OPS
from coldpress.eval_graph.passes import PassResult
from coldpress.eval_graph.variable_access import variable_read, written_variable
from coldpress.eval_graph.variable_updates import updates
from coldpress.finding import Finding, Severity
from coldpress.graph.tensor_ref import TensorRef, is_control

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest

_FARTHEST = 200


def apply(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Block where a read on the path of the outputs waits for an update of its variable that is not understood."""
    waiting = list(_waiting(editor, request))
    if not waiting:
        return PassResult()
    known = {update.operation for update in updates(editor)}
    reads = [
        name
        for name, variable, waits in waiting
        if any(
            update not in known and written_variable(editor, editor[update]) == variable
            for update in _updates(editor, waits)
        )
    ]
    if not reads:
        return PassResult()
    return PassResult(findings=(Finding("eval_graph.left_updated_read", Severity.BLOCK, tuple(reads)),))


def _waiting(editor: GraphEditor, request: EvalRequest) -> Iterator[tuple[str, str, list[str]]]:
    """Yield every read that waits for something: its name, its variable, what it waits for."""
    for name in editor.ancestors(output.node for output in request.outputs):
        waits = [text[1:] for text in editor[name].input if is_control(text)]
        variable = variable_read(editor, TensorRef(name)) if waits else None
        if variable is not None:
            yield name, variable, waits


def _updates(editor: GraphEditor, waits: list[str]) -> Iterator[str]:
    """Yield what a node waits for, directly or by way of others."""
    seen: set[str] = set()
    stack = list(waits)
    while stack and len(seen) < _FARTHEST:
        name = stack.pop()
        if name in seen or name not in editor:
            continue
        seen.add(name)
        yield name
        stack.extend(text[1:] for text in editor[name].input if is_control(text))
        if editor[name].op in READ_OPS:  # whoever waits for a value waits for the read that made it
            stack.extend(tensor.node for tensor in editor.data_inputs(name))
