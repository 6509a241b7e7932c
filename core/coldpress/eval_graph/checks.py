"""Checks, prints, gradient stops and defaults: nodes that hand their input on unchanged, taken away.

``tf.check_numerics``, ``tf.Print``, ``tf.stop_gradient``, ``tf.gradients`` guards, debugger identities; a
``placeholder_with_default`` that is no input gives its default. Assert, ``tf.print`` and summaries have no tensor that
an output could read; they go with the control inputs (``cleanup``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.change import Change, ChangeKind
from coldpress.eval_graph.passes import PassResult, bypass
from coldpress.eval_graph.stand_ins import StandIn, StandInKind
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest
    from coldpress.formats.protos import NodeDef

_BOOL = 10
_HANDING_ON = frozenset(
    {
        *("CheckNumerics", "CheckNumericsV2", "Print", "StopGradient", "PreventGradient"),
        *("DebugGradientIdentity", "DebugIdentity", "DebugIdentityV2", "DebugIdentityV3"),
        *("Copy", "CopyHost", "Snapshot"),
    }
)


def apply(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Bypass every node that only hands its input on."""
    changes = []
    stand_ins = []
    for name in editor.ancestors(output.node for output in request.outputs):
        kind = _kind(editor[name], request)
        inputs = editor.data_inputs(name)
        if kind is not None and inputs:
            before = editor[name].op
            bypass(editor, TensorRef(name), inputs[0], request)
            changes.append(Change(kind, name, before, str(inputs[0]), "eval_graph.recognised.operation"))
            if kind is ChangeKind.CHECK:
                stand_ins.append(StandIn(StandInKind.PASSED, TensorRef(name), inputs[0]))
    return PassResult(tuple(changes), stand_ins=tuple(stand_ins))


def _kind(node: NodeDef, request: EvalRequest) -> ChangeKind | None:
    if node.op in _HANDING_ON:
        return ChangeKind.CHECK
    # A boolean one may be a training flag of unknown role; it is left for the guard.
    if node.op == "PlaceholderWithDefault" and node.attr["dtype"].type != _BOOL:
        return None if any(tensor.node == node.name for tensor in request.inputs) else ChangeKind.INPUT
    return None
