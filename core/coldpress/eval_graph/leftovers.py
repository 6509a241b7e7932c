"""What is left on the path of the outputs and was not understood: each kind blocks, naming its nodes.

This is the guard that makes a rewrite right or refused. It looks at operations alone, never at names, and into the
functions that the path calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.functions import used_functions
from coldpress.eval_graph.op_kinds import (
    ASSIGN_OPS,
    CALL_OPS,
    CONDITIONAL_CALL_OPS,
    LOOP_CALL_OPS,
    PLACEHOLDER_OPS,
    VARIABLE_OPS,
    is_optimizer,
    is_pipeline,
    is_random,
    is_training_batch_norm,
)
from coldpress.eval_graph.passes import PassResult
from coldpress.finding import Finding, Severity
from coldpress.graph.op_defs import is_stateful

if TYPE_CHECKING:
    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest
    from coldpress.formats.protos import NodeDef

_BOOL = 10
_HARMLESS = frozenset(
    {
        *VARIABLE_OPS,
        *CALL_OPS,
        *CONDITIONAL_CALL_OPS,
        *LOOP_CALL_OPS,
        *("ReadVariableOp", "ResourceGather", "ResourceGatherNd", "VariableShape"),
    }
)
"""Stateful by registration, but reading a variable or calling a function changes nothing."""


def apply(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Look at every node that the outputs need."""
    fed = {tensor.node for tensor in request.inputs}
    found: dict[str, list[str]] = {}
    for name in editor.ancestors(output.node for output in request.outputs):
        for code in suspicions(editor, editor[name], fed):
            found.setdefault(code, []).append(name)
    unused = [name for name in fed if name not in editor]
    if unused:
        found["eval_graph.input_unused"] = unused
    return PassResult(findings=tuple(Finding(code, Severity.BLOCK, tuple(names)) for code, names in found.items()))


def suspicions(editor: GraphEditor, node: NodeDef, fed: set[str]) -> set[str]:
    """Return the codes of the findings that a node makes, or the functions that it calls; ``fed`` are the inputs."""
    inner = (body for function in used_functions(editor.source, [node]) for body in function.node_def)
    codes = {code for part in inner if (code := _suspicion(part)) is not None}
    own = _placeholder(node, fed) if node.op in PLACEHOLDER_OPS else _suspicion(node)
    return codes if own is None else {own, *codes}


def _suspicion(node: NodeDef) -> str | None:
    """Return the code of the finding that a node makes, or None for an innocent one."""
    tests = (
        ("eval_graph.left_batch_norm", is_training_batch_norm(node)),
        ("eval_graph.left_random", is_random(node.op)),
        ("eval_graph.left_assign", node.op in ASSIGN_OPS),
        ("eval_graph.left_pipeline", is_pipeline(node.op)),
        ("eval_graph.left_optimizer", is_optimizer(node.op)),
        ("eval_graph.left_lookup", _looks_up(node.op)),
        ("eval_graph.left_stateful", _changes_state(node.op) and not _is_table(node.op)),
    )
    return next((code for code, found in tests if found), None)


def _looks_up(op: str) -> bool:
    return op.startswith("LookupTable")


def _is_table(op: str) -> bool:
    """Tell whether an operation is a lookup table: what looks up in it is named."""
    return "HashTable" in op


def _changes_state(op: str) -> bool:
    """Tell whether an operation may give another answer at each run. The arrays and stacks of a loop do not."""
    return is_stateful(op) and op not in _HARMLESS and not op.startswith(("TensorArray", "Stack", "TensorList"))


def _placeholder(node: NodeDef, fed: set[str]) -> str | None:
    dtype = node.attr["dtype"].type if "dtype" in node.attr else 0
    if dtype == _BOOL and (node.name not in fed or _is_scalar(node)):
        return "eval_graph.left_bool_placeholder"
    return None if node.name in fed else "eval_graph.left_placeholder"


def _is_scalar(node: NodeDef) -> bool:
    """Tell whether a placeholder may be a scalar: a mask that is fed as data is none."""
    return "shape" not in node.attr or not node.attr["shape"].shape.dim
