"""contrib.quantize's batch norm corrections: multiplications by one and additions of zero in inference.

Source of the pattern: ``tensorflow/contrib/quantize/python/fold_batch_norms.py`` (1.5 to 1.15), fused and unfused. To
quantize weights scaled by the moving variance while the batch is still normalised by its own, the train graph has

- ``correction_mult = correction_scale * weights`` with ``correction_scale = rsqrt(moving + e) / rsqrt(batch + e)``
- ``post_conv_mul = correction_recip * conv`` with ``correction_recip = 1 / correction_scale``
- ``correction_add = post_conv_mul + offset`` with zeros, or ``gamma * (mean * rsqrt(batch + e) - moving_mean *
  rsqrt(moving + e))`` once ``freeze_bn_delay`` steps are over (a ``Switch``/``Merge`` pair chooses)

Recognised by algebra: with the moving statistics in the place of the batch's, the quotient and its reciprocal are
provably one and the offset zero (``value_numbers``), in both branches of a conditional. No name is looked at, so an
operation called ``correction_mult`` that is not one stays. What remains is exactly the graph that
``create_eval_graph`` builds, operand order included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.batch_norm import fused_batch_norms, norm_stand_ins, substitutes
from coldpress.eval_graph.change import Change, ChangeKind
from coldpress.eval_graph.inference_path import inference_path
from coldpress.eval_graph.passes import PassResult
from coldpress.eval_graph.simplify import simplify
from coldpress.eval_graph.unfused_statistics import statistic_stand_ins, unfused_statistics
from coldpress.eval_graph.value_numbers import ValueNumbers
from coldpress.eval_graph.variable_access import read_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coldpress.eval_graph.batch_norm import FusedBatchNorm
    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest
    from coldpress.eval_graph.unfused_statistics import UnfusedStatistic
    from coldpress.graph.tensor_ref import TensorRef


def apply(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Take the corrections out; the statistics themselves are the batch norm passes' work."""
    norms = fused_batch_norms(editor, request).found
    statistics = unfused_statistics(editor, request)[0]
    stand_ins = (
        *(stand_in for norm in norms for stand_in in norm_stand_ins(editor, norm)),
        *(stand_in for statistic in statistics for stand_in in statistic_stand_ins(editor, statistic)),
    )
    equal = dict(_moving_statistics(editor, norms, statistics))
    path = inference_path(editor, request)
    removed = simplify(editor, request, ValueNumbers(editor, equal), path)
    return PassResult(
        changes=tuple(
            Change(
                ChangeKind.BATCH_NORM_CORRECTION,
                each.node,
                f"{each.operation}, correction by the statistics of the batch",
                str(each.operand),
                "eval_graph.recognised.batch_norm_correction",
            )
            for each in removed
        ),
        stand_ins=stand_ins,
    )


def _moving_statistics(
    editor: GraphEditor, norms: Iterable[FusedBatchNorm], statistics: Iterable[UnfusedStatistic]
) -> Iterator[tuple[TensorRef, TensorRef]]:
    """Yield the statistics of the batch with the moving ones that will take their place."""
    for norm in norms:
        for tensor, variable in substitutes(editor, norm.node, norm.mean, norm.variance):
            yield tensor, read_of(editor, variable)
    for statistic in statistics:
        moving = read_of(editor, statistic.variable)
        yield from ((held.tensor, moving) for held in statistic.held)
