"""Delayed quantization: the fake quantization is on, whatever step the checkpoint is from.

Source of the pattern: ``_InsertQuantOp`` of ``tensorflow/contrib/quantize/python/quantize.py``: with a ``quant_delay``
``cond(step >= delay, lambda: quantized, lambda: inputs)`` becomes ``<layer>/delayed_quant/{Switch_1,Switch_2,Merge}``,
on a counter of its own, ``fake_quantization_step``. ``create_eval_graph`` builds the quantized branch alone.

Recognised by structure: a Merge of a fake quantization and of the very tensor that it quantizes, each behind a Switch
on one predicate that a counter variable turns from the plain to the quantized side for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coldpress.eval_graph.change import Change, ChangeKind
from coldpress.eval_graph.expressions import SAME_VALUE, constant, operands, source
from coldpress.eval_graph.op_kinds import MERGE_OPS, SWITCH_OPS
from coldpress.eval_graph.passes import PassResult, bypass
from coldpress.eval_graph.stand_ins import StandIn, StandInKind
from coldpress.eval_graph.variable_access import variable_at, written_variable
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest
    from coldpress.eval_graph.variable_access import Nodes
    from coldpress.formats.protos import NodeDef

_QUANTIZERS = frozenset({"FakeQuantWithMinMaxVars", "FakeQuantWithMinMaxVarsPerChannel", "FakeQuantWithMinMaxArgs"})
_COMPARISONS = frozenset({"GreaterEqual", "Greater", "Less", "LessEqual"})
_PLAIN = SAME_VALUE - SWITCH_OPS
_COUNTING = frozenset({"AssignAdd", "AssignAddVariableOp"})


@dataclass(frozen=True, slots=True)
class Delay:
    """``merge`` passes the output of ``quantizer`` on once variable ``counter`` has reached ``step``.

    ``predicate`` is ``reached`` from then on.
    """

    merge: str
    quantizer: TensorRef
    counter: str
    step: int
    predicate: TensorRef
    reached: bool


def apply(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Let everything behind a delayed fake quantization read the quantized tensor."""
    changes = []
    stand_ins = []
    for delay in delays(editor):
        stand_ins.append(StandIn(StandInKind.STEP, delay.predicate, np.asarray(delay.reached)))
        _leave_branch(editor, delay.quantizer.node)
        bypass(editor, TensorRef(delay.merge), delay.quantizer, request)
        before = f"quantized from step {delay.step} of {delay.counter}"
        after = str(delay.quantizer)
        changes.append(Change(ChangeKind.QUANT_DELAY, delay.merge, before, after, "eval_graph.recognised.quant_delay"))
    return PassResult(tuple(changes), stand_ins=tuple(stand_ins))


def delays(nodes: Nodes) -> tuple[Delay, ...]:
    """Return every delayed fake quantization of the graph."""
    found = (_delay(nodes, node) for node in nodes if node.op in MERGE_OPS)
    return tuple(delay for delay in found if delay is not None)


def _delay(nodes: Nodes, merge: NodeDef) -> Delay | None:
    inputs = nodes.data_inputs(merge.name)
    if len(inputs) != 2:
        return None
    for quantized, plain in (inputs, inputs[::-1]):
        found = _quantizer(nodes, quantized)
        if found is None:
            continue
        quantizer, predicate, branch = found
        other = _switched(nodes, plain)
        tensor = _behind_switch(nodes, nodes.data_inputs(quantizer.node)[0])
        if other is None or other[1:] != (predicate, 1 - branch) or _behind_switch(nodes, other[0]) != tensor:
            continue
        counter = _counted(nodes, predicate, branch)
        if counter is not None:
            return Delay(merge.name, quantizer, *counter, predicate, bool(branch))
    return None


def _quantizer(nodes: Nodes, ref: TensorRef) -> tuple[TensorRef, TensorRef, int] | None:
    """Return the fake quantization of a branch, its predicate and the side: made before the branch, or inside it."""
    ref = source(nodes, ref, _PLAIN)
    if _is_quantizer(nodes, ref):
        inside = _switched(nodes, nodes.data_inputs(ref.node)[0])
        return None if inside is None else (ref, *inside[1:])
    outside = _switched(nodes, ref)
    if outside is None or not _is_quantizer(nodes, outside[0]):
        return None
    return outside


def _is_quantizer(nodes: Nodes, ref: TensorRef) -> bool:
    node = nodes.get(ref.node)
    return node is not None and node.op in _QUANTIZERS


def _switched(nodes: Nodes, ref: TensorRef) -> tuple[TensorRef, TensorRef, int] | None:
    """Return what a Switch passes, its predicate and the side taken; None where ``ref`` comes from no Switch.

    Of a variable that is read inside the branch, what passes is its handle.
    """
    ref = source(nodes, ref, _PLAIN | {"ReadVariableOp"})
    node = nodes.get(ref.node)
    if node is None or node.op not in SWITCH_OPS:
        return None
    inputs = nodes.data_inputs(node.name)
    if len(inputs) != 2:
        return None
    return source(nodes, inputs[0], _PLAIN), source(nodes, inputs[1], _PLAIN), ref.output


def _behind_switch(nodes: Nodes, ref: TensorRef) -> TensorRef:
    switched = _switched(nodes, ref)
    return source(nodes, ref, _PLAIN) if switched is None else switched[0]


def _counted(nodes: Nodes, predicate: TensorRef, branch: int) -> tuple[str, int] | None:
    """Return the counter and the step from which a predicate selects ``branch``; None where it is no such thing."""
    compared = operands(nodes, predicate, _COMPARISONS)
    node = nodes.get(predicate.node)
    for place, (counter, bound) in enumerate((compared, compared[::-1]) if compared else ()):
        variable = _counter(nodes, counter)
        step = constant(nodes, bound)
        if variable is None or node is None or step is None or step.size != 1 or step.dtype.kind not in "iuf":
            continue
        # ``counter > step`` is true in the end, and so is ``step < counter``.
        true_in_the_end = node.op.startswith("Greater") == (place == 0)
        if branch == int(true_in_the_end):
            return variable, int(step.item())
    return None


def _counter(nodes: Nodes, ref: TensorRef) -> str | None:
    """Return the variable that a counter is: its read, or the result of counting it up."""
    ref = source(nodes, ref, SAME_VALUE | {"ReadVariableOp"})
    node = nodes.get(ref.node)
    if node is None:
        return None
    variable = written_variable(nodes, node) or variable_at(nodes, ref)
    if variable is None:
        return None
    counts = any(_counts(nodes, reader, variable) for reader in nodes.readers(variable))
    return variable if counts else None


def _counts(nodes: Nodes, name: str, variable: str) -> bool:
    node = nodes.get(name)
    return node is not None and node.op in _COUNTING and written_variable(nodes, node) == variable


def _leave_branch(editor: GraphEditor, quantizer: str) -> None:
    """Let a fake quantization made inside the branch read what its Switches pass: tensors, or handles of ranges."""
    for tensor in editor.data_inputs(quantizer):
        switched = source(editor, tensor, _PLAIN | {"ReadVariableOp"})
        node = editor.get(switched.node)
        if node is not None and node.op in SWITCH_OPS:
            editor.redirect(switched, editor.data_inputs(node.name)[0])
