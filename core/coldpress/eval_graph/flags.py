"""Training flags: which boolean switches the graph between training and inference, and which way.

Structure decides. A flag is a scalar placeholder or boolean variable that predicates read. Its inference value is the
one with which strictly less of training lies on the path of the outputs (random operations, batch statistics, writes
of variables, labels) and no trained variable falls away. Where that is not so, a name that says *training* decides if
structure does not contradict; else the flag is left, and blocks.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coldpress.eval_graph.constants import EVALUATED, Evaluator, truth
from coldpress.eval_graph.declared import declared_type
from coldpress.eval_graph.liveness import SELECT_OPS, Wiring, live_ancestors, liveness
from coldpress.eval_graph.op_kinds import (
    ASSIGN_OPS,
    CONDITIONAL_CALL_OPS,
    PLACEHOLDER_OPS,
    SWITCH_OPS,
    VARIABLE_OPS,
    is_optimizer,
    is_pipeline,
    is_random,
    is_training_batch_norm,
)
from coldpress.formats.tensors import dtype_name, numpy_dtype
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from coldpress.eval_graph.constants import Value
    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest

_BOOL = 10
_FLAG_TYPES = frozenset({_BOOL, 3, 4, 6, 9})  # bool, int32, uint8, int8, int64
_JOINT = 4
_TRAINING_NAME = re.compile(
    r"(^|/|_)(is_?train(ing)?|train(ing)?|phase_?train|learning_phase|train(ing)?_?(phase|mode))(_\d+)?$"
)


@dataclass(frozen=True, slots=True)
class Flag:
    """A candidate; ``tensors`` are where its value is read."""

    node: str
    tensors: tuple[TensorRef, ...]
    dtype: int

    def known(self, *, value: bool) -> dict[TensorRef, Value]:
        """Return the assumption that the flag has a value."""
        array = np.asarray(value, numpy_dtype(dtype_name(self.dtype)))
        return dict.fromkeys(self.tensors, array)


@dataclass(frozen=True, slots=True)
class Decision:
    """The value of a flag at inference, and how it was found (a code of the message catalogue)."""

    flag: Flag
    value: bool
    recognised: str


def predicates(editor: GraphEditor, wires: Wiring) -> tuple[TensorRef, ...]:
    """Return the tensors that decide conditionals, each once."""
    found: dict[TensorRef, None] = {}
    for name in wires.order:
        op = editor[name].op
        position = 1 if op in SWITCH_OPS else 0
        if op in SWITCH_OPS or op in SELECT_OPS or op in CONDITIONAL_CALL_OPS:
            inputs = editor.data_inputs(name)
            if len(inputs) > position:
                found[inputs[position]] = None
    return tuple(found)


def predicate_sources(editor: GraphEditor, tensors: Iterable[TensorRef]) -> dict[TensorRef, None]:
    """Return what predicates are computed from, beyond operations that are evaluated."""
    sources: dict[TensorRef, None] = {}
    seen: set[TensorRef] = set()
    stack = list(tensors)
    while stack:
        ref = stack.pop()
        if ref in seen or ref.node not in editor:
            continue
        seen.add(ref)
        node = editor[ref.node]
        if node.op in EVALUATED:
            inputs = editor.data_inputs(node.name)
            stack.extend(inputs[:1] if node.op in SWITCH_OPS else inputs)
        elif node.op != "Const":
            sources[ref] = None
    return sources


def find_flags(editor: GraphEditor, wires: Wiring, request: EvalRequest) -> tuple[Flag, ...]:
    """Return the scalar placeholders and boolean variables that predicates are computed from."""
    fed = {tensor.node for tensor in request.inputs}
    by_node: dict[str, list[TensorRef]] = {}
    for ref in predicate_sources(editor, predicates(editor, wires)):
        by_node.setdefault(_holder(editor, ref), []).append(ref)
    flags = []
    for node, refs in by_node.items():
        kind = declared_type(editor, TensorRef(node)) if node not in fed else None
        if kind is not None and kind.dtype in _FLAG_TYPES and not kind.shape:
            is_variable = editor[node].op in VARIABLE_OPS
            if editor[node].op in PLACEHOLDER_OPS or (is_variable and kind.dtype == _BOOL):
                flags.append(Flag(node, tuple(refs), kind.dtype))
    return tuple(flags)


def _holder(editor: GraphEditor, ref: TensorRef) -> str:
    """Return the variable that a read reads, else the node itself."""
    inputs = editor.data_inputs(ref.node)
    return inputs[0].node if editor[ref.node].op == "ReadVariableOp" and inputs else ref.node


@dataclass(frozen=True, slots=True)
class _Path:
    """What lies on the path of the outputs under an assumption."""

    training: frozenset[str]
    trained: frozenset[str]
    """Trained variables."""


class FlagJudge:
    """Decides flags; every question costs one walk over the graph."""

    def __init__(self, editor: GraphEditor, wires: Wiring, request: EvalRequest) -> None:
        self._editor = editor
        self._wires = wires
        self._outputs = tuple(output.node for output in request.outputs)
        self._fed = {tensor.node for tensor in request.inputs}
        self._trained = trained_variables(editor)

    def decide(self, flags: Sequence[Flag]) -> tuple[Decision, ...]:
        """Decide what can be decided, one flag at a time, then the rest together."""
        decisions: list[Decision] = []
        known: dict[TensorRef, Value] = {}
        open_ = list(flags)
        progress = True
        while open_ and progress:
            progress = False
            for flag in list(open_):
                decision = self._alone(flag, known)
                if decision is not None:
                    open_.remove(flag)
                    decisions.append(decision)
                    known |= flag.known(value=decision.value)
                    progress = True
        decisions += self._together(open_, known)
        return tuple(decisions)

    def _alone(self, flag: Flag, known: Mapping[TensorRef, Value]) -> Decision | None:
        off = self._path({**known, **flag.known(value=False)})
        on = self._path({**known, **flag.known(value=True)})
        named = bool(_TRAINING_NAME.search(flag.node))
        if off.training < on.training and (named or off.trained >= on.trained):
            return Decision(flag, value=False, recognised="eval_graph.recognised.flag_structure")
        if on.training < off.training and on.trained >= off.trained and not named:
            return Decision(flag, value=True, recognised="eval_graph.recognised.flag_structure")
        if off.training == on.training and named:
            return Decision(flag, value=False, recognised="eval_graph.recognised.flag_name")
        default = self._default(flag) if off.training == on.training else None
        return None if default is None else Decision(flag, default, "eval_graph.recognised.flag_default")

    def _default(self, flag: Flag) -> bool | None:
        node = self._editor[flag.node]
        if node.op != "PlaceholderWithDefault" or flag.dtype != _BOOL:
            return None
        return truth(Evaluator(self._editor).value(self._editor.data_inputs(node.name)[0]))

    def _together(self, flags: Sequence[Flag], known: Mapping[TensorRef, Value]) -> list[Decision]:
        """Try every combination of a few flags that only count together (``a or b``); take the one least of all."""
        if not 2 <= len(flags) <= _JOINT:
            return []
        paths = {}
        for values in itertools.product((False, True), repeat=len(flags)):
            assumed = dict(known)
            for flag, value in zip(flags, values, strict=True):
                assumed |= flag.known(value=value)
            paths[values] = self._path(assumed)
        for values, path in paths.items():
            others = [other for key, other in paths.items() if key != values]
            if all(path.training < other.training and path.trained >= other.trained for other in others):
                return [
                    Decision(flag, value, "eval_graph.recognised.flag_structure")
                    for flag, value in zip(flags, values, strict=True)
                ]
        return []

    def _path(self, known: Mapping[TensorRef, Value]) -> _Path:
        alive = liveness(self._editor, self._wires, known)
        names = live_ancestors(self._editor, self._outputs, alive)
        training = frozenset(name for name in names if self._is_training(name))
        return _Path(training, frozenset(name for name in names if name in self._trained))

    def _is_training(self, name: str) -> bool:
        node = self._editor[name]
        return (
            is_random(node.op)
            or is_training_batch_norm(node)
            or node.op in ASSIGN_OPS
            or is_pipeline(node.op)
            or (node.op in PLACEHOLDER_OPS and name not in self._fed and node.attr["dtype"].type != _BOOL)
            or (node.op in ("Mean", "Sum") and _reduces_batch(self._editor, name))
        )


def _reduces_batch(editor: GraphEditor, name: str) -> bool:
    """Tell whether a reduction runs over the first axis, where the batch is."""
    inputs = editor.data_inputs(name)
    axes = Evaluator(editor).value(inputs[1]) if len(inputs) > 1 else None
    return axes is not None and 0 in np.atleast_1d(axes)


def trained_variables(editor: GraphEditor) -> frozenset[str]:
    """Return the variables that an optimizer updates; where there is none, those that nothing counts or averages."""
    variables = [node.name for node in editor if node.op in VARIABLE_OPS]
    optimized = [name for name in variables if any(is_optimizer(editor[r].op) for r in editor.readers(name))]
    if optimized:
        return frozenset(optimized)
    updates = {"AssignSub", "AssignAdd", "AssignSubVariableOp", "AssignAddVariableOp"}
    return frozenset(name for name in variables if not any(editor[r].op in updates for r in editor.readers(name)))
