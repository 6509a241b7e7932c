"""Batch norm built of single operations: the statistics of the batch become the moving ones.

Source of the pattern: ``tf.nn.moments`` and ``tf.nn.batch_normalization`` (``x * inv + (offset - mean * inv)``), as
made by ``tf.layers`` and slim with ``fused=False``, by Keras, by ``batch_weights`` and virtual batches, and by hand
with whatever formula. In training the formula reads the mean and the variance of the batch; in inference it reads
the variables that track them.

Recognised by the tracking alone (``moving_averages``): a statistic that an update moves a variable towards, and that
comes back to the samples on the path of the outputs, is replaced by that variable; neither the formula nor a name
matters. A mean over the batch that nothing tracks blocks. Instance, layer and group norm have moments too, but not
over the batch: they stay.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from coldpress.eval_graph.batch_mixing import BatchMixing
from coldpress.eval_graph.batch_reduction import reduces_batch, reduction_behind
from coldpress.eval_graph.change import Change, ChangeKind
from coldpress.eval_graph.expressions import VIEWS, source
from coldpress.eval_graph.inference_path import inference_path
from coldpress.eval_graph.passes import PassResult
from coldpress.eval_graph.unfused_statistics import put_in_place, statistic_stand_ins, unfused_statistics
from coldpress.finding import Finding, Severity
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.moving_averages import Held
    from coldpress.eval_graph.passes import EvalRequest
    from coldpress.eval_graph.unfused_statistics import UnfusedStatistic

_FLOATS = frozenset({1, 2, 14, 19})
"""DT_FLOAT, DT_DOUBLE, DT_BFLOAT16, DT_HALF."""
_DEVIATION = VIEWS | {"SquaredDifference", "Square", "Sub"}
"""What lies between a tensor and the mean that is its variance."""


def apply(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Let everything that reads a tracked statistic of the batch read its variable."""
    statistics, findings = unfused_statistics(editor, request)
    path = inference_path(editor, request)
    stand_ins = tuple(stand_in for statistic in statistics for stand_in in statistic_stand_ins(editor, statistic))
    groups = _groups(editor, statistics)
    changes = _changes(groups, path)
    # The nearest to the update first: only then is it clear what is read in another form too, as a variance reads its
    # own mean.
    for statistic in statistics:
        for held in _on_path(statistic, path)[:1]:
            put_in_place(editor, statistic, held, path)
    path = inference_path(editor, request)
    unclear = [
        held.tensor.node
        for statistic in statistics
        for held in _on_path(statistic, path)
        if not put_in_place(editor, statistic, held, path)
    ]
    left = inference_path(editor, request)
    unclear = [name for name in dict.fromkeys(unclear) if name in left]
    if unclear:
        findings += (Finding("eval_graph.batch_norm_shape_unclear", Severity.BLOCK, tuple(unclear)),)
    return PassResult(changes, findings + _alone(groups) + _untracked(editor, request), stand_ins)


def _on_path(statistic: UnfusedStatistic, path: Container[str]) -> list[Held]:
    return [held for held in statistic.held if held.tensor.node in path]


def _groups(editor: GraphEditor, statistics: Sequence[UnfusedStatistic]) -> tuple[list[UnfusedStatistic], ...]:
    """Put together what one batch norm has: statistics of variables of one scope, or of one tensor."""
    scopes = Counter(_scope(statistic) for statistic in statistics)
    groups: dict[object, list[UnfusedStatistic]] = {}
    for statistic in statistics:
        scope = _scope(statistic)
        key = scope if scopes[scope] > 1 else _described(editor, statistic.statistic)
        groups.setdefault(key, []).append(statistic)
    return tuple(groups.values())


def _changes(groups: Iterable[list[UnfusedStatistic]], path: Container[str]) -> tuple[Change, ...]:
    """Return one change a batch norm."""
    return tuple(
        Change(
            ChangeKind.BATCH_NORM,
            _replaced(group[0], path).node,
            ", ".join(dict.fromkeys(str(_replaced(statistic, path)) for statistic in group)),
            ", ".join(dict.fromkeys(statistic.variable for statistic in group)),
            group[0].recognised,
        )
        for group in groups
    )


def _alone(groups: Iterable[list[UnfusedStatistic]]) -> tuple[Finding, ...]:
    """Warn where one statistic stands alone: a mean-only batch norm, or a mean that was averaged for a summary."""
    return tuple(
        Finding(
            "eval_graph.statistic_alone",
            Severity.WARNING,
            (group[0].statistic.node, group[0].variable),
            {"statistic": str(group[0].statistic), "variable": group[0].variable},
        )
        for group in groups
        if len(group) == 1
    )


def _replaced(statistic: UnfusedStatistic, path: Container[str]) -> TensorRef:
    """Return the tensor that the variable is read for: the nearest to its update."""
    return next((held.tensor for held in _on_path(statistic, path)), statistic.statistic)


def _scope(statistic: UnfusedStatistic) -> str:
    return statistic.variable.rpartition("/")[0]


def _described(editor: GraphEditor, statistic: TensorRef) -> TensorRef:
    """Return the tensor that a statistic describes: of a mean what it averages, of a variance the same."""
    reduction = reduction_behind(editor, statistic)
    if reduction is None:
        return statistic
    return source(editor, editor.data_inputs(reduction.name)[0], _DEVIATION)


def _untracked(editor: GraphEditor, request: EvalRequest) -> tuple[Finding, ...]:
    """Find the means over the batch that still come back to the samples."""
    mixing = BatchMixing(editor, request)
    mixed_in = mixing.mixed_in - mixing.single
    names = tuple(name for name in mixing.path if name in mixed_in and _is_batch_mean(editor, name))
    return (Finding("eval_graph.batch_statistics_untracked", Severity.BLOCK, names),) if names else ()


def _is_batch_mean(editor: GraphEditor, name: str) -> bool:
    node = editor[name]
    return node.op == "Mean" and node.attr["T"].type in _FLOATS and reduces_batch(editor, TensorRef(name))
