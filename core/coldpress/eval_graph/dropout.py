"""Dropout: bypassed.

Sources of the patterns: ``tf.nn.dropout`` up to TF 1.12 (``x / keep_prob * floor(keep_prob + uniform)``), from TF 1.13
(``x * scale * cast(uniform >= rate)``) and in TF 2 (``where(uniform >= rate, x * scale, 0)``); ``tf.layers``, slim and
Keras dropout, spatial noise shapes, DropConnect and stochastic depth with the same arithmetic;
``tf.contrib.nn.alpha_dropout`` and Keras's ``AlphaDropout``. They are recognised by what they compute
(``random_layers``). contrib.quantize puts fake quants behind the products of a dropout
(``activation_Mul_quant``); an eval graph has no such product, so they go with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.change import Change, ChangeKind
from coldpress.eval_graph.op_kinds import FAKE_QUANT_OPS
from coldpress.eval_graph.passes import PassResult, bypass
from coldpress.eval_graph.random_layers import RandomLayer, RandomMatch, find_random_layers
from coldpress.eval_graph.stand_ins import StandIn, StandInKind
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest

KINDS = frozenset({RandomLayer.DROPOUT, RandomLayer.ALPHA_DROPOUT})


def apply(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Let the readers of every dropout read its input."""
    changes = []
    stand_ins: list[StandIn] = []
    for match in find_random_layers(editor, request):
        if match.kind in KINDS:
            removed = _remove(editor, match, request)
            stand_ins += [StandIn(StandInKind.PASSED, tensor, match.source) for tensor in removed]
            changes.append(_change(match))
    return PassResult(tuple(changes), stand_ins=tuple(stand_ins))


def _remove(editor: GraphEditor, match: RandomMatch, request: EvalRequest) -> tuple[TensorRef, ...]:
    """Bypass a dropout and the fake quants behind it; return what was bypassed."""
    removed = (*(TensorRef(quant) for quant in _quantizers(editor, match.output.node)), match.output)
    for tensor in removed:
        bypass(editor, tensor, match.source, request)
    return removed


def _quantizers(editor: GraphEditor, product: str) -> list[str]:
    """Return the fake quants that contrib.quantize put behind a product, in the product's own scope."""
    return [
        reader
        for reader in editor.readers(product)
        if editor[reader].op in FAKE_QUANT_OPS
        and reader.startswith(f"{product}/activation_")
        and editor.data_inputs(reader)[0] == TensorRef(product)
    ]


def _change(match: RandomMatch) -> Change:
    before = f"{match.kind.value}({match.source}), keep_prob {match.keep:.3g}"
    return Change(ChangeKind.DROPOUT, match.output.node, before, str(match.source), "eval_graph.recognised.dropout")
