"""Batch renormalization: its corrections r and d are one and zero in inference.

Source of the pattern: ``tf.layers.batch_normalization(renorm=True)``, also through slim
(``_renorm_correction_and_moments`` of 1.4 to 1.15; https://arxiv.org/abs/1702.03275). In training

- ``r = clip(stddev / renorm_stddev)`` and ``d = clip((mean - renorm_mean) / renorm_stddev)``
- ``scale = r * gamma``, ``offset = d * gamma + beta``

Releases before 1.15 mix the batch in by ``renorm_*_weight``; the others bound ``renorm_stddev`` from below.
Recognised by structure: the numerator is the batch's standard deviation and the denominator reads a variable that
tracks it; or the numerator is the batch's mean less what reads a variable that tracks the mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coldpress.eval_graph.change import Change, ChangeKind
from coldpress.eval_graph.expressions import ADD, DIVIDE, VIEWS, operands
from coldpress.eval_graph.inference_path import inference_path
from coldpress.eval_graph.op_kinds import MERGE_OPS
from coldpress.eval_graph.passes import PassResult
from coldpress.eval_graph.simplify import simplify
from coldpress.eval_graph.stand_ins import StandIn, StandInKind
from coldpress.eval_graph.tracked_choice import Statistics
from coldpress.eval_graph.value_numbers import ONE, ZERO, ValueNumbers
from coldpress.eval_graph.variable_access import variable_read
from coldpress.finding import Finding, Severity
from coldpress.formats.tensors import dtype_name, numpy_dtype
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest
    from coldpress.eval_graph.variable_access import Nodes

_SUB = frozenset({"Sub"})
_ARITHMETIC = VIEWS | ADD | DIVIDE | {"Mul", "Sub", "Maximum", "Minimum", "Sqrt"}
_CLIPS = (VIEWS | MERGE_OPS | {"Maximum", "Minimum", "ClipByValue"}) - {"Enter", "RefEnter"}
_FARTHEST = 30


def apply(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Take the corrections of batch renormalization out."""
    statistics = Statistics(editor, request)
    known: dict[TensorRef, int] = {}
    stand_ins = []
    for name in statistics.path:
        value = _correction(editor, statistics, name)
        if value is not None:
            stand_ins.append(_stand_in(editor, name, value))
            known.update(_clipped(editor, statistics.path, name, value))
    if not known:
        return PassResult()
    removed = simplify(editor, request, ValueNumbers(editor, known=known), statistics.path)
    changes = tuple(
        Change(
            ChangeKind.BATCH_NORM_CORRECTION,
            each.node,
            f"{each.operation}, correction of batch renormalization",
            str(each.operand),
            "eval_graph.recognised.batch_renorm",
        )
        for each in removed
    )
    left = tuple(name for name in inference_path(editor, request) if TensorRef(name) in known)
    findings = (Finding("eval_graph.batch_renorm_unclear", Severity.BLOCK, left),) if left else ()
    return PassResult(changes, findings, tuple(stand_ins))


def _stand_in(editor: GraphEditor, name: str, value: int) -> StandIn:
    dtype = numpy_dtype(dtype_name(editor[name].attr["T"].type))
    return StandIn(StandInKind.CORRECTION, TensorRef(name), np.asarray(1 if value == ONE else 0, dtype))


def _correction(editor: GraphEditor, statistics: Statistics, name: str) -> int | None:
    """Return ``ONE`` where a node is r, ``ZERO`` where it is d, else None."""
    quotient = operands(editor, TensorRef(name), DIVIDE)
    if quotient is None:
        return None
    above, power = statistics.averages.statistic(editor, quotient[0])
    if power == -1:
        return ONE if _reads_tracker(editor, statistics, quotient[1], above, power) else None
    difference = operands(editor, quotient[0], _SUB)
    if difference is None:
        return None
    mean, power = statistics.averages.statistic(editor, difference[0])
    return ZERO if power == 0 and _reads_tracker(editor, statistics, difference[1], mean, power) else None


def _reads_tracker(nodes: Nodes, statistics: Statistics, ref: TensorRef, statistic: TensorRef, power: int) -> bool:
    """Tell whether the arithmetic behind ``ref`` reads a variable that tracks ``statistic``."""
    trackers = {found.variable for found in statistics.averages.of(statistic) if found.power == power}
    stack, seen = [ref], set[TensorRef]()
    while trackers and stack and len(seen) < _FARTHEST:
        tensor = stack.pop()
        if tensor in seen:
            continue
        seen.add(tensor)
        if variable_read(nodes, tensor) in trackers:
            return True
        node = nodes.get(tensor.node)
        if node is not None and node.op in _ARITHMETIC:
            stack.extend(nodes.data_inputs(node.name))
    return False


def _clipped(editor: GraphEditor, path: dict[str, None], name: str, value: int) -> dict[TensorRef, int]:
    """Return the correction and its forms behind clipping, each with its value in inference."""
    known: dict[TensorRef, int] = {}
    stack = [name]
    while stack:
        ref = TensorRef(stack.pop())
        if ref in known:
            continue
        known[ref] = value
        for reader in editor.readers(ref.node):
            # A control input only says when: the mean is read anew after r and d are known.
            clips = reader in path and editor[reader].op in _CLIPS and ref in editor.data_inputs(reader)
            stack.extend([reader] if clips else [])
    return known
