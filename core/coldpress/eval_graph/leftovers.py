"""What is left on the path of the outputs and was not understood: each kind blocks, naming its nodes.

This is the guard that makes a rewrite right or refused. It looks at operations alone, never at names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.op_kinds import (
    ASSIGN_OPS,
    PLACEHOLDER_OPS,
    is_optimizer,
    is_pipeline,
    is_random,
    is_training_batch_norm,
)
from coldpress.eval_graph.passes import PassResult
from coldpress.finding import Finding, Severity

if TYPE_CHECKING:
    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest
    from coldpress.formats.protos import NodeDef

_BOOL = 10


def apply(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Look at every node that the outputs need."""
    fed = {tensor.node for tensor in request.inputs}
    found: dict[str, list[str]] = {}
    for name in editor.ancestors(output.node for output in request.outputs):
        code = _suspicion(editor[name], fed)
        if code is not None:
            found.setdefault(code, []).append(name)
    unused = [name for name in fed if name not in editor]
    if unused:
        found["eval_graph.input_unused"] = unused
    return PassResult(findings=tuple(Finding(code, Severity.BLOCK, tuple(names)) for code, names in found.items()))


def _suspicion(node: NodeDef, fed: set[str]) -> str | None:
    """Return the code of the finding that a node makes, or None for an innocent one."""
    if node.op in PLACEHOLDER_OPS:
        return _placeholder(node, fed)
    tests = (
        ("eval_graph.left_batch_norm", is_training_batch_norm(node)),
        ("eval_graph.left_random", is_random(node.op)),
        ("eval_graph.left_assign", node.op in ASSIGN_OPS),
        ("eval_graph.left_pipeline", is_pipeline(node.op)),
        ("eval_graph.left_optimizer", is_optimizer(node.op)),
    )
    return next((code for code, found in tests if found), None)


def _placeholder(node: NodeDef, fed: set[str]) -> str | None:
    dtype = node.attr["dtype"].type if "dtype" in node.attr else 0
    if dtype == _BOOL:
        return "eval_graph.left_bool_placeholder"
    return None if node.name in fed else "eval_graph.left_placeholder"
