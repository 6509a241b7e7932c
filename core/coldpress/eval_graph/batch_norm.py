"""Fused batch norm in training mode: normalise by the moving statistics instead of the batch's.

Source of the pattern: ``FusedBatchNorm``, ``V2`` and ``V3`` with ``is_training`` (a missing attribute means true), as
made by ``tf.layers.batch_normalization``, ``tf.contrib.layers.batch_norm`` (slim), Keras and
``tf.nn.fused_batch_norm``. In training, inputs 3 and 4 are empty and outputs 1 and 2 are the batch's mean and its
variance with Bessel's correction; update operations move ``moving_mean`` and ``moving_variance`` towards them.

Recognised by those updates (``moving_averages``), in whatever scope they lie and whether they ever ran; or by inputs 3
and 4 themselves where ``exponential_avg_factor`` lets the operation average by itself; or, where a graph has no
updates at all, by the two variables that were created beside gamma and beta and start as zeros and ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.eval_graph.change import Change, ChangeKind
from coldpress.eval_graph.expressions import DIVIDE, is_bessel_factor, operands
from coldpress.eval_graph.loops import inside_loops
from coldpress.eval_graph.op_kinds import is_training_batch_norm
from coldpress.eval_graph.passes import PassResult
from coldpress.eval_graph.sibling_statistics import sibling_statistics
from coldpress.eval_graph.stand_ins import NormStandIn, StandIn, StandInKind, Stored
from coldpress.eval_graph.tracked_choice import Statistics
from coldpress.eval_graph.variable_access import read_of, variable_read, variable_shape
from coldpress.finding import Finding, Severity
from coldpress.graph.tensor_ref import TensorRef, is_control

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest
    from coldpress.eval_graph.tracked_choice import Choice
    from coldpress.eval_graph.variable_access import Nodes

_SCALE, _OFFSET, _MEAN, _VARIANCE = 1, 2, 3, 4
_SCALING = DIVIDE | {"Mul"}


@dataclass(frozen=True, slots=True)
class FusedBatchNorm:
    """A fused batch norm in training mode and the variables that hold its moving statistics."""

    node: str
    mean: str
    variance: str
    recognised: str


@dataclass(frozen=True, slots=True)
class FusedBatchNorms:
    """What was found on the path of the outputs."""

    found: tuple[FusedBatchNorm, ...]
    findings: tuple[Finding, ...]
    path: dict[str, None]


def apply(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Put every fused batch norm that the outputs need into inference mode."""
    norms = fused_batch_norms(editor, request)
    stand_ins = tuple(stand_in for norm in norms.found for stand_in in norm_stand_ins(editor, norm))
    changes = tuple(_rewrite(editor, norm, norms.path) for norm in norms.found)
    return PassResult(changes, norms.findings, stand_ins)


def norm_stand_ins(nodes: Nodes, norm: FusedBatchNorm) -> Iterator[StandIn | NormStandIn]:
    """Yield what stands in for a batch norm that was not rewritten yet: its result, and its statistics."""
    yield NormStandIn(norm.node, norm.mean, norm.variance)
    for tensor, variable in substitutes(nodes, norm.node, norm.mean, norm.variance):
        yield StandIn(StandInKind.STATISTIC, tensor, Stored(variable))


def fused_batch_norms(editor: GraphEditor, request: EvalRequest) -> FusedBatchNorms:
    """Find the fused batch norms in training mode on the path of the outputs, and their variables."""
    names = [node.name for node in editor if is_training_batch_norm(node) and len(editor.data_inputs(node.name)) == 5]
    if not names:
        return FusedBatchNorms((), (), {})
    statistics = Statistics(editor, request)
    found: list[FusedBatchNorm] = []
    findings: list[Finding] = []
    loops = inside_loops(editor)
    for name in names:
        if name not in statistics.path:
            continue
        if name in loops:
            findings.append(Finding("eval_graph.batch_norm_in_loop", Severity.BLOCK, (name,)))
            continue
        norm = _recognise(editor, statistics, name)
        if isinstance(norm, FusedBatchNorm):
            found.append(norm)
        elif norm is not None:
            findings.append(norm)
    assumed = [norm.node for norm in found if norm.recognised == "eval_graph.recognised.sibling_statistics"]
    if assumed:
        findings.append(Finding("eval_graph.batch_norm_without_updates", Severity.WARNING, tuple(assumed)))
    return FusedBatchNorms(tuple(found), tuple(findings), statistics.path)


def _recognise(editor: GraphEditor, statistics: Statistics, name: str) -> FusedBatchNorm | Finding | None:
    """Return the batch norm with its variables, a finding where they are not clear, None where there are none."""
    own = _own_statistics(editor, name)
    if own is not None:
        return own
    shape = _channels(editor, name)
    mean = statistics.choose(TensorRef(name, 1), shape=shape)
    variance = statistics.choose(TensorRef(name, 2), shape=shape)
    if len(mean.rivals) > 1 or len(variance.rivals) > 1:
        return _ambiguous(name, mean, variance)
    if mean.chosen is None or variance.chosen is None:
        return _beside(editor, statistics, name, mean, variance)
    if mean.chosen.variable == variance.chosen.variable:
        return _ambiguous(name, mean, variance)
    debiased = bool(mean.chosen.through or variance.chosen.through)
    code = "eval_graph.recognised.debiased_statistics" if debiased else "eval_graph.recognised.moving_statistics"
    return FusedBatchNorm(name, mean.chosen.variable, variance.chosen.variable, code)


def _own_statistics(editor: GraphEditor, name: str) -> FusedBatchNorm | None:
    """Return the variables that the operation averages into by itself (``exponential_avg_factor``)."""
    node, inputs = editor[name], editor.data_inputs(name)
    if "exponential_avg_factor" not in node.attr:
        return None
    if node.attr["exponential_avg_factor"].f == 1.0:
        return None
    mean, variance = variable_read(editor, inputs[_MEAN]), variable_read(editor, inputs[_VARIANCE])
    if mean is None or variance is None or mean == variance:
        return None
    return FusedBatchNorm(name, mean, variance, "eval_graph.recognised.statistic_inputs")


def _beside(
    editor: GraphEditor, statistics: Statistics, name: str, mean: Choice, variance: Choice
) -> FusedBatchNorm | None:
    """Fall back on the variables beside gamma and beta; what updates did say must agree with them."""
    inputs = editor.data_inputs(name)
    pair = sibling_statistics(editor, statistics, inputs[_SCALE : _OFFSET + 1])
    if pair is None:
        return None
    for choice, sibling in ((mean, pair[0]), (variance, pair[1])):
        if choice.chosen is not None and choice.chosen.variable != sibling:
            return None
    return FusedBatchNorm(name, *pair, "eval_graph.recognised.sibling_statistics")


def _ambiguous(name: str, mean: Choice, variance: Choice) -> Finding:
    rivals = dict.fromkeys((*mean.rivals, *variance.rivals))
    facts = {"batch_norm": name, "variables": ", ".join(rivals)}
    return Finding("eval_graph.batch_norm_ambiguous", Severity.BLOCK, (name, *rivals), facts)


def _channels(nodes: Nodes, name: str) -> tuple[int, ...] | None:
    """Return the shape of gamma or beta, which is that of the statistics."""
    for tensor in nodes.data_inputs(name)[_SCALE : _OFFSET + 1]:
        variable = variable_read(nodes, tensor)
        shape = None if variable is None else variable_shape(nodes, variable)
        if shape is not None:
            return shape
    return None


def _rewrite(editor: GraphEditor, norm: FusedBatchNorm, path: dict[str, None]) -> Change:
    mean, variance = read_of(editor, norm.mean), read_of(editor, norm.variance)
    reads = {norm.mean: mean, norm.variance: variance}
    for tensor, variable in substitutes(editor, norm.node, norm.mean, norm.variance):
        readers = [reader for reader in editor.readers(tensor.node) if reader in path]
        editor.redirect(tensor, reads[variable], only=readers)
    inputs = list(editor[norm.node].input)
    data = [text for text in inputs if not is_control(text)]
    control = [text for text in inputs if is_control(text)]
    editor.set_inputs(norm.node, [*data[:_MEAN], mean.as_input, variance.as_input, *control])
    node = editor.own(norm.node)
    node.attr["is_training"].b = False
    if "exponential_avg_factor" in node.attr:
        del node.attr["exponential_avg_factor"]
    before = f"{node.op}, statistics of the batch"
    return Change(ChangeKind.BATCH_NORM, norm.node, before, f"{norm.mean}, {norm.variance}", norm.recognised)


def substitutes(nodes: Nodes, name: str, mean: str, variance: str) -> Iterator[tuple[TensorRef, str]]:
    """Yield what reads the batch's statistics of a batch norm, with the variable to read instead.

    contrib.quantize multiplies the variance by (n - 1) / n to undo Bessel's correction; that product is a variance of
    the batch too.
    """
    for reader in nodes.readers(name):
        node = nodes.get(reader)
        scaled = operands(nodes, TensorRef(reader), _SCALING) if node is not None else None
        for value, factor in (scaled, scaled[::-1]) if scaled else ():
            if value == TensorRef(name, 2) and is_bessel_factor(nodes, factor):
                yield TensorRef(reader), variance
                break
    yield TensorRef(name, 1), mean
    yield TensorRef(name, 2), variance
