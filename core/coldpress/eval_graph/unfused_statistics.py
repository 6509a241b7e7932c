"""The statistics of the batch on the path of the outputs that variables track, and putting those in their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coldpress.eval_graph.batch_mixing import BatchMixing
from coldpress.eval_graph.batch_reduction import axes_of, is_statistic, keeps_dimensions, reduction_behind
from coldpress.eval_graph.expressions import RESHAPING, VIEWS
from coldpress.eval_graph.loops import inside_loops
from coldpress.eval_graph.op_kinds import BATCH_NORM_OPS
from coldpress.eval_graph.stand_ins import StandIn, StandInKind, Stored
from coldpress.eval_graph.tracked_choice import Statistics
from coldpress.eval_graph.variable_access import read_of, variable_shape
from coldpress.eval_graph.variable_updates import Form
from coldpress.finding import Finding, Severity
from coldpress.formats.protos import NodeDef
from coldpress.formats.tensors import from_array
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.moving_averages import Held, Tracked
    from coldpress.eval_graph.passes import EvalRequest

_FUSED = BATCH_NORM_OPS - {"BatchNormWithGlobalNormalization"}
_REF = 100


@dataclass(frozen=True, slots=True)
class UnfusedStatistic:
    """``variable`` takes the place of ``statistic`` and of what training made of it, the ``held`` tensors."""

    statistic: TensorRef
    variable: str
    held: tuple[Held, ...]
    recognised: str


def unfused_statistics(
    editor: GraphEditor, request: EvalRequest
) -> tuple[tuple[UnfusedStatistic, ...], tuple[Finding, ...]]:
    """Return the tracked statistics that come back to the samples, and findings where tracking is not clear."""
    statistics = Statistics(editor, request)
    mixing = BatchMixing(editor, request)
    found: list[UnfusedStatistic] = []
    findings: list[Finding] = []
    loops = inside_loops(editor)
    for statistic, tracked in _mixed_in(editor, statistics, mixing):
        if statistic.node in loops:
            findings.append(Finding("eval_graph.batch_norm_in_loop", Severity.BLOCK, (statistic.node,)))
            continue
        if not is_statistic(editor, statistic):
            findings += _unclear(statistic, tracked)
            continue
        power = 0 if any(each.power == 0 for each in tracked) else tracked[0].power
        choice = statistics.choose(statistic, power=power)
        if choice.chosen is None:
            facts = {"statistic": str(statistic), "variables": ", ".join(choice.rivals)}
            nodes = (statistic.node, *choice.rivals)
            findings.append(Finding("eval_graph.statistic_ambiguous", Severity.BLOCK, nodes, facts))
            continue
        found.append(_statistic(choice.chosen))
    return tuple(found), tuple(findings)


def _mixed_in(
    editor: GraphEditor, statistics: Statistics, mixing: BatchMixing
) -> Iterator[tuple[TensorRef, list[Tracked]]]:
    """Yield every tracked statistic that comes back to the samples, with what tracks it."""
    groups: dict[TensorRef, list[Tracked]] = {}
    for tracked in statistics.averages:
        if tracked.statistic.node in mixing.mixed_in and editor[tracked.statistic.node].op not in _FUSED:
            groups.setdefault(tracked.statistic, []).append(tracked)
    yield from groups.items()


def _unclear(statistic: TensorRef, tracked: list[Tracked]) -> list[Finding]:
    """Block on a moving average of what is no statistic; what is merely stored (the state of an RNN) is no average."""
    averages = [each.variable for each in tracked if each.form is Form.AVERAGE]
    if not averages:
        return []
    facts = {"statistic": str(statistic), "variables": ", ".join(averages)}
    return [Finding("eval_graph.tracked_unclear", Severity.BLOCK, (statistic.node, *averages), facts)]


def _statistic(chosen: Tracked) -> UnfusedStatistic:
    code = "eval_graph.recognised.debiased_statistics" if chosen.through else "eval_graph.recognised.moving_statistics"
    return UnfusedStatistic(chosen.statistic, chosen.variable, chosen.held, code)


def put_in_place(editor: GraphEditor, statistic: UnfusedStatistic, held: Held, path: Container[str]) -> bool:
    """Let what reads a tensor on ``path`` read the variable that holds it; tell whether the shape was clear."""
    stored = _stored(editor, statistic, held)
    if stored is None:
        return False
    moving = _formed(editor, statistic, held, stored)
    editor.redirect(held.tensor, moving, only=[name for name in editor.readers(held.tensor.node) if name in path])
    return True


def statistic_stand_ins(editor: GraphEditor, statistic: UnfusedStatistic) -> Iterator[StandIn]:
    """Yield what stands in for the tensors that the variable of a statistic holds."""
    for held in statistic.held:
        stored = _stored(editor, statistic, held)
        if stored is not None:
            yield StandIn(StandInKind.STATISTIC, held.tensor, stored)


def _stored(editor: GraphEditor, statistic: UnfusedStatistic, held: Held) -> Stored | None:
    """Return the variable in the shape and type of a tensor, or None where that shape is not clear."""
    variable = statistic.variable
    if not held.reshaped:
        return Stored(variable)
    reduction = reduction_behind(editor, held.tensor)
    own = variable_shape(editor, variable)
    if reduction is None:
        return None
    shape = None
    if keeps_dimensions(reduction) and not _is_flat(editor, held.tensor):
        axes = axes_of(editor, reduction)
        if axes is None or own is None:
            return None
        # A variable that kept the dimensions has a size for every axis.
        kept = own if len(own) > len(axes) else _kept_shape(axes, own)
        shape = None if kept == own else kept
    return Stored(variable, shape, _other_type(editor, variable, held))


def _other_type(editor: GraphEditor, variable: str, held: Held) -> int | None:
    """Return the type of a tensor where it is not the variable's: half precision networks keep float variables."""
    node = editor[held.tensor.node]
    wanted = node.attr["DstT" if node.op == "Cast" else "T"].type
    return None if wanted in (0, editor[variable].attr["dtype"].type % _REF) else wanted


def _formed(editor: GraphEditor, statistic: UnfusedStatistic, held: Held, stored: Stored) -> TensorRef:
    """Return a read of the variable, in another shape and type where that is asked for."""
    read = read_of(editor, stored.variable)
    if stored.shape is not None:
        read = _reshape(editor, statistic, read, stored.shape)
    return read if stored.dtype is None else _cast(editor, stored.dtype, held, read)


def _is_flat(editor: GraphEditor, tensor: TensorRef) -> bool:
    """Tell whether a reduction's kept dimensions were dropped before a tensor."""
    node = editor.get(tensor.node)
    while node is not None and node.op in VIEWS:
        if node.op in RESHAPING:
            return True
        node = editor.get(editor.data_inputs(node.name)[0].node)
    return False


def _kept_shape(axes: tuple[int, ...], own: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of a reduction that keeps its dimensions: ``own`` on the other axes, one on ``axes``."""
    rank = len(axes) + len(own)
    reduced = {axis % rank for axis in axes}
    sizes = iter(own)
    return tuple(1 if axis in reduced else next(sizes) for axis in range(rank))


def _reshape(editor: GraphEditor, statistic: UnfusedStatistic, read: TensorRef, shape: tuple[int, ...]) -> TensorRef:
    scope = f"{statistic.statistic.node}/moving"
    sizes = NodeDef(name=editor.free_name(f"{scope}/shape"), op="Const")
    sizes.attr["dtype"].type = 3
    sizes.attr["value"].tensor.CopyFrom(from_array(np.array(shape, np.int32)))
    editor.add(sizes)
    reshape = NodeDef(name=editor.free_name(scope), op="Reshape")
    reshape.attr["T"].type = editor[statistic.variable].attr["dtype"].type % _REF
    reshape.attr["Tshape"].type = 3
    reshape.input.extend([read.as_input, sizes.name])
    editor.add(reshape)
    return TensorRef(reshape.name)


def _cast(editor: GraphEditor, wanted: int, held: Held, read: TensorRef) -> TensorRef:
    node = editor[read.node]
    cast = NodeDef(name=editor.free_name(f"{held.tensor.node}/moving/cast"), op="Cast")
    cast.attr["SrcT"].type = node.attr["dtype" if node.op == "ReadVariableOp" else "T"].type % _REF
    cast.attr["DstT"].type = wanted
    cast.input.append(read.as_input)
    editor.add(cast)
    return TensorRef(cast.name)
