"""Checks, prints and gradient stops: nodes that hand their input on unchanged, taken away.

``tf.check_numerics``, ``tf.Print``, ``tf.stop_gradient``, ``tf.gradients`` guards, debugger identities. Assert,
``tf.print`` and summaries have no tensor that an output could read; they go with the control inputs (``cleanup``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.change import Change, ChangeKind
from coldpress.eval_graph.passes import PassResult, bypass
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest

_HANDING_ON = frozenset(
    {
        *("CheckNumerics", "CheckNumericsV2", "Print", "StopGradient", "PreventGradient"),
        *("DebugGradientIdentity", "DebugIdentity", "DebugIdentityV2", "DebugIdentityV3"),
        *("Copy", "CopyHost", "Snapshot"),
    }
)


def apply(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Bypass every node that only checks, prints or stops gradients."""
    changes = []
    for name in editor.ancestors(output.node for output in request.outputs):
        op = editor[name].op
        if op in _HANDING_ON:
            source = editor.data_inputs(name)[0]
            bypass(editor, TensorRef(name), source, request)
            changes.append(Change(ChangeKind.CHECK, name, op, str(source), "eval_graph.recognised.operation"))
    return PassResult(tuple(changes))
