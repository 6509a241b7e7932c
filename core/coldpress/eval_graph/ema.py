"""Averaged weights (``tf.train.ExponentialMovingAverage``): used where asked for, offered where there are any.

A shadow is recognised by its update, which lets it follow a variable (``variable_updates``), in any scope and under any
name; without an update in the graph, by TensorFlow's name for it, ``<variable>/ExponentialMovingAverage``, as a node or
as a checkpoint key. The readers of the variable read the shadow instead, so that the checkpoint's own keys stay good.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coldpress.eval_graph.change import Change, ChangeKind
from coldpress.eval_graph.op_kinds import VARIABLE_OPS
from coldpress.eval_graph.passes import PassResult
from coldpress.eval_graph.stand_ins import StandIn, StandInKind, Stored
from coldpress.eval_graph.variable_access import is_resource, variable_read
from coldpress.eval_graph.variable_updates import Form, updates
from coldpress.finding import Finding, Severity
from coldpress.formats.protos import NodeDef
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest

_NAME = re.compile(r"(?P<variable>.+)/(ExponentialMovingAverage|\w*moving_average\w*)(_\d+)?", re.IGNORECASE)


def apply(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Read shadows instead of variables where the request says so; otherwise say that there are some."""
    scope = editor.ancestors(output.node for output in request.outputs)
    shadows = _shadows(editor, request, [name for name in scope if editor[name].op in VARIABLE_OPS])
    if not request.use_ema:
        return PassResult(findings=_offer(shadows))
    doubtful = [variable for variable, found in shadows.items() if len(found) > 1]
    if doubtful or not shadows:
        code = "eval_graph.ema_ambiguous" if doubtful else "eval_graph.ema_missing"
        return PassResult(findings=(Finding(code, Severity.BLOCK, tuple(doubtful)),))
    changes = [_use(editor, variable, found[0], scope) for variable, found in shadows.items()]
    stand_ins = (
        StandIn(StandInKind.AVERAGE, TensorRef(variable), Stored(found[0])) for variable, found in shadows.items()
    )
    return PassResult(tuple(changes), stand_ins=tuple(stand_ins))


def _offer(shadows: dict[str, list[str]]) -> tuple[Finding, ...]:
    if not shadows:
        return ()
    return (Finding("eval_graph.ema_available", Severity.NOTE, tuple(shadows), remedies=("use_ema",)),)


def _shadows(editor: GraphEditor, request: EvalRequest, variables: Iterable[str]) -> dict[str, list[str]]:
    """Return the shadows of each variable that has any, by structure first, else by name."""
    wanted = dict.fromkeys(variables)
    found: dict[str, list[str]] = {}
    # As training wrote it: in the rewritten graph a batch's mean may have become the variable that tracks it.
    for update in updates(editor.source):
        followed = variable_read(editor.source, update.tensor) if update.form is Form.AVERAGE else None
        if followed in wanted and followed is not None and _is_alike(editor, followed, update.variable):
            found.setdefault(followed, []).append(update.variable)
    named = _named(editor, request)
    for variable in wanted:
        if variable not in found and variable in named:
            found[variable] = [named[variable]]
    return {variable: list(dict.fromkeys(found[variable])) for variable in wanted if variable in found}


def _named(editor: GraphEditor, request: EvalRequest) -> dict[str, str]:
    """Return variable -> shadow as TensorFlow names it, from variables of the graph and keys of the checkpoint."""
    keys = () if request.checkpoint is None else tuple(request.checkpoint.variables)
    nodes = [node.name for node in editor if node.op in VARIABLE_OPS]
    matches = [match for name in (*keys, *nodes) if (match := _NAME.fullmatch(name)) is not None]
    return {match["variable"]: match[0] for match in matches}


def _is_alike(editor: GraphEditor, variable: str, shadow: str) -> bool:
    """Tell whether a shadow holds what the variable holds: another variable of the same dtype and shape."""
    left, right = editor[variable].attr, editor[shadow].attr
    return variable != shadow and left["dtype"].type == right["dtype"].type and left["shape"] == right["shape"]


def _use(editor: GraphEditor, variable: str, shadow: str, scope: dict[str, None]) -> Change:
    recognised = "eval_graph.recognised.ema_update"
    if shadow not in editor:
        recognised = "eval_graph.recognised.ema_key"
        editor.add(_copy(editor[variable], shadow))
    readers = [reader for reader in editor.readers(variable) if reader in scope]
    editor.redirect(TensorRef(variable), TensorRef(shadow), only=readers)
    return Change(ChangeKind.MOVING_AVERAGE, variable, variable, shadow, recognised)


def _copy(variable: NodeDef, name: str) -> NodeDef:
    """Return a variable like another one; its name is its checkpoint key."""
    node = NodeDef()
    node.CopyFrom(variable)
    node.name = name
    if is_resource(node):
        node.attr["shared_name"].s = name.encode()
    return node
