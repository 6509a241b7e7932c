"""Noise layers: bypassed where they leave the mean alone.

Sources of the patterns: Keras's ``GaussianNoise`` and ``GaussianDropout``, ``x + tf.random_normal(tf.shape(x))`` and
``x + tf.random_uniform(tf.shape(x), -a, a)`` with a constant deviation. They are recognised by what they compute
(``random_layers``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coldpress.eval_graph.change import Change, ChangeKind
from coldpress.eval_graph.passes import PassResult, bypass
from coldpress.eval_graph.random_draws import distribution_mean
from coldpress.eval_graph.random_layers import RandomLayer, find_random_layers
from coldpress.eval_graph.stand_ins import StandIn, StandInKind
from coldpress.formats.tensors import dtype_name, numpy_dtype
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest

KINDS = frozenset({RandomLayer.ADDITIVE_NOISE, RandomLayer.MULTIPLICATIVE_NOISE})


def apply(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Let the readers of every noise layer read its input."""
    changes = []
    stand_ins = []
    for match in find_random_layers(editor, request):
        if match.kind in KINDS:
            stand_ins.append(_mean_of(editor, match.random))
            bypass(editor, match.output, match.source, request)
            before = f"{match.kind.value} on {match.source}"
            after = str(match.source)
            recognised = "eval_graph.recognised.noise"
            changes.append(Change(ChangeKind.NOISE, match.output.node, before, after, recognised))
    return PassResult(tuple(changes), stand_ins=tuple(stand_ins))


def _mean_of(editor: GraphEditor, random: str) -> StandIn:
    """Return the mean of what a random operation draws, one number for all of it."""
    dtype = numpy_dtype(dtype_name(editor[random].attr["dtype"].type))
    return StandIn(StandInKind.RANDOM, TensorRef(random), np.asarray(distribution_mean(editor[random].op), dtype))
