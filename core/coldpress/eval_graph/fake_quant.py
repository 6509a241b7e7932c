"""Fake quantization: the ranges become what training left in their variables.

Source of the pattern: ``tensorflow/contrib/quantize/python/quant_ops.py`` and ``tf.quantization.fake_quant_*`` written
by hand. In training ``FakeQuantWithMinMaxVars`` and ``...PerChannel`` read their range

- from the update itself: ``AssignMinLast`` (weights), ``AssignMinEma`` (activations), which ends in Assign since 1.13
  and in AssignSub before, in ``<scope>/AssignMinEma/...`` or ``AssignMinEma/<scope>/min/...``
- or, with resource variables, by a ReadVariableOp that waits for the update
- or from the batch (1.4: ``BatchMin`` less an epsilon), while an update on the side lets a variable follow

In inference they read the variable: the debiased average, not ``biased``. Recognised by what is written and what is
followed, never by name. A range that only variables and constants decide (trained by gradient, made symmetric,
``FakeQuantWithMinMaxArgs``) is right as it is; one that the batch still decides blocks (``range_check``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.change import Change, ChangeKind
from coldpress.eval_graph.expressions import ADD, DIVIDE, VIEWS
from coldpress.eval_graph.op_kinds import MERGE_OPS
from coldpress.eval_graph.passes import PassResult
from coldpress.eval_graph.stand_ins import StandIn, StandInKind, Stored
from coldpress.eval_graph.tracked_choice import Statistics
from coldpress.eval_graph.variable_access import read_of, variable_read, waits, written_variable
from coldpress.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest
    from coldpress.graph.tensor_ref import TensorRef

RANGED_OPS = frozenset({"FakeQuantWithMinMaxVars", "FakeQuantWithMinMaxVarsPerChannel"})
_ARITHMETIC = VIEWS | ADD | DIVIDE | MERGE_OPS | {"Minimum", "Maximum", "Neg", "Abs", "Mul", "Sub", "Pack"}
_FARTHEST = 30


def apply(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Let every fake quantization that the outputs need read its range from the variables."""
    names = [node.name for node in editor if node.op in RANGED_OPS and len(editor.data_inputs(node.name)) == 3]
    if not names:
        return PassResult()
    ranges = _Ranges(editor, request)
    changes = [change for name in names if name in ranges.path for change in ranges.settle(name)]
    return PassResult(tuple(changes), tuple(ranges.findings), tuple(ranges.stand_ins))


class _Ranges:
    """The ranges of the fake quantizations on the path of the outputs."""

    def __init__(self, editor: GraphEditor, request: EvalRequest) -> None:
        self._editor = editor
        self._statistics = Statistics(editor, request)
        self.path = self._statistics.path
        self.findings: list[Finding] = []
        self.stand_ins: list[StandIn] = []

    def settle(self, name: str) -> Iterator[Change]:
        """Redirect the range of one fake quantization to its variables; yield the change, if there was one."""
        before, recognised = [], ""
        for position in (1, 2):
            tensor = self._editor.data_inputs(name)[position]
            code = self._settle_writes(tensor) or self._settle_followed(name, position)
            if code:
                recognised = code
                before.append(str(tensor))
        if recognised:
            after = [self._described(tensor) for tensor in self._editor.data_inputs(name)[1:3]]
            yield Change(ChangeKind.FAKE_QUANT, name, ", ".join(before), ", ".join(after), recognised)

    def _described(self, tensor: TensorRef) -> str:
        return variable_read(self._editor, tensor) or str(tensor)

    def _settle_writes(self, tensor: TensorRef) -> str:
        """Let what reads the result of an update behind a range read the variable; return how it was recognised."""
        recognised = ""
        stack, seen = [tensor], set[str]()
        while stack and len(seen) < _FARTHEST:
            ref = stack.pop()
            node = self._editor.get(ref.node)
            if node is None or ref.node in seen:
                continue
            seen.add(ref.node)
            variable = written_variable(self._editor, node)
            if variable is not None:
                readers = [reader for reader in self._editor.readers(ref.node) if reader in self.path]
                self._editor.redirect(ref, read_of(self._editor, variable), only=readers)
                self.stand_ins.append(StandIn(StandInKind.RANGE, ref, Stored(variable)))
                recognised = "eval_graph.recognised.range_update"
            elif node.op == "ReadVariableOp" and waits(node):
                self._editor.drop_control_inputs(node.name)
                recognised = "eval_graph.recognised.range_wait"
            elif node.op in _ARITHMETIC:
                stack.extend(self._editor.data_inputs(node.name))
        return recognised

    def _settle_followed(self, name: str, position: int) -> str:
        """Let an end of a range that a variable follows come from that variable; return how it was recognised."""
        tensor = self._editor.data_inputs(name)[position]
        if variable_read(self._editor, tensor) is not None:
            return ""
        statistic, power = self._statistics.averages.statistic(self._editor, tensor)
        choice = self._statistics.choose(statistic, power=power)
        if len(choice.rivals) > 1:
            facts = {"tensor": str(tensor), "variables": ", ".join(choice.rivals)}
            nodes = (name, *choice.rivals)
            self.findings.append(Finding("eval_graph.range_ambiguous", Severity.BLOCK, nodes, facts))
        if choice.chosen is None:
            return ""
        self._editor.set_input(name, position, read_of(self._editor, choice.chosen.variable))
        self.stand_ins.append(StandIn(StandInKind.RANGE, tensor, Stored(choice.chosen.variable)))
        return "eval_graph.recognised.range_followed"
