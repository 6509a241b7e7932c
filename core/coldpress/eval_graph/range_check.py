"""A fake quantization whose range still comes from the data blocks: another batch would be quantized differently.

It looks after the batch norm passes: until then folded weights depend on the batch's statistics, and so do ranges that
are taken from the weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.fake_quant import RANGED_OPS
from coldpress.eval_graph.inference_path import data_path, inference_path
from coldpress.eval_graph.passes import PassResult
from coldpress.finding import Finding, Severity

if TYPE_CHECKING:
    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest


def apply(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Find fake quantizations on the path of the outputs whose range depends on the inputs."""
    if not any(node.op in RANGED_OPS for node in editor):
        return PassResult()
    path = inference_path(editor, request)
    data = data_path(editor, request, path)
    names = [name for name in path if editor[name].op in RANGED_OPS]
    left = tuple(name for name in names if any(end.node in data for end in editor.data_inputs(name)[1:3]))
    return PassResult(findings=(Finding("eval_graph.range_from_batch", Severity.BLOCK, left),) if left else ())
