"""Noise layers: bypassed where they leave the mean alone.

Sources of the patterns: Keras's ``GaussianNoise`` and ``GaussianDropout``, ``x + tf.random_normal(tf.shape(x))`` with a
constant deviation. They are recognised by what they compute (``random_layers``). Uniform noise is not taken away: where
it stands for rounding (learned compression), inference rounds instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.change import Change, ChangeKind
from coldpress.eval_graph.passes import PassResult, bypass
from coldpress.eval_graph.random_layers import RandomLayer, find_random_layers

if TYPE_CHECKING:
    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest

KINDS = frozenset({RandomLayer.ADDITIVE_NOISE, RandomLayer.MULTIPLICATIVE_NOISE})


def apply(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Let the readers of every noise layer read its input."""
    changes = []
    for match in find_random_layers(editor, request):
        if match.kind in KINDS:
            bypass(editor, match.output, match.source, request)
            before = f"{match.kind.value} on {match.source}"
            after = str(match.source)
            recognised = "eval_graph.recognised.noise"
            changes.append(Change(ChangeKind.NOISE, match.output.node, before, after, recognised))
    return PassResult(tuple(changes))
