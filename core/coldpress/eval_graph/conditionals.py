"""Conditionals on training flags: folded exactly to their inference branch, dead branches gone.

The patterns: ``tf.cond`` of TF 1.x (Switch and Merge), slim's and ``tf.layers``' ``smart_cond`` on an ``is_training``
placeholder or variable, Keras's ``keras_learning_phase``, ``tf.cond`` of compat.v1 (If, StatelessIf), ``tf.where`` on
a scalar. Predicates may be constants or expressions of flags. The Switch and Merge of a loop stay, and so does a
conditional on data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coldpress.eval_graph.change import Change, ChangeKind
from coldpress.eval_graph.constants import is_loop_merge
from coldpress.eval_graph.flags import Decision, FlagJudge, find_flags, predicate_sources
from coldpress.eval_graph.functions import trains
from coldpress.eval_graph.inlining import inline_call
from coldpress.eval_graph.liveness import SELECT_OPS, Liveness, live_ancestors, liveness, wiring
from coldpress.eval_graph.lowering import lower_if, lower_while
from coldpress.eval_graph.op_kinds import (
    ASSIGN_OPS,
    CALL_OPS,
    CONDITIONAL_CALL_OPS,
    LOOP_CALL_OPS,
    MERGE_OPS,
    SWITCH_OPS,
    VARIABLE_OPS,
)
from coldpress.eval_graph.passes import PassResult, bypass
from coldpress.eval_graph.stand_ins import StandIn, StandInKind
from coldpress.finding import Finding, Severity
from coldpress.formats.protos import NodeDef
from coldpress.formats.tensors import from_array
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from coldpress.eval_graph.constants import Value
    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest

_CALL = "eval_graph.recognised.function"
_RESOURCE = 20
_ROUNDS = 50
"""More than conditionals are ever nested as functions in functions; a graph that needs more is left as it is."""


def apply(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Fold what can be folded, until nothing is left to fold."""
    changes: list[Change] = []
    decisions: list[Decision] = []
    if not _has_conditionals(editor, request):
        return PassResult()
    for _ in range(_ROUNDS):
        opened = _open_functions(editor, request)
        decided = _decide_flags(editor, request)
        flags = [_set(editor, decision) for decision in decided]
        folded = _fold(editor, request)
        changes += [*opened, *flags, *folded]
        decisions += decided
        if not (opened or decided or folded):
            break
    stand_ins = tuple(
        StandIn(StandInKind.FLAG, tensor, value)
        for decision in decisions
        for tensor, value in decision.flag.known(value=decision.value).items()
    )
    return PassResult(tuple(changes), _dead_outputs(editor, request), stand_ins)


def _has_conditionals(editor: GraphEditor, request: EvalRequest) -> bool:
    """Tell whether anything on the path of the outputs depends on a predicate or calls a function."""
    wanted = SWITCH_OPS | MERGE_OPS | SELECT_OPS | CALL_OPS | CONDITIONAL_CALL_OPS | LOOP_CALL_OPS
    scope = editor.ancestors(output.node for output in request.outputs)
    return any(editor[name].op in wanted or editor[name].op in editor.source.functions for name in scope)


def _dead_outputs(editor: GraphEditor, request: EvalRequest) -> tuple[Finding, ...]:
    """Block where an output lies in a branch that is never taken."""
    alive = liveness(editor, wiring(editor, [output.node for output in request.outputs]))
    dead = tuple(output.node for output in request.outputs if alive.is_dead(output, editor))
    return (Finding("eval_graph.output_dead", Severity.BLOCK, dead),) if dead else ()


def _open_functions(editor: GraphEditor, request: EvalRequest) -> list[Change]:
    """Bring the bodies of calls into the graph, and of conditionals whose predicate is no matter of data."""
    changes = []
    room = _room(editor)
    for name in editor.ancestors(output.node for output in request.outputs):
        if name not in editor or len(editor) > room:
            continue
        op = editor[name].op
        opened = None
        if (op in CALL_OPS or op in editor.source.functions) and inline_call(editor, name, request):
            opened = "the function's body"
        elif op in CONDITIONAL_CALL_OPS and _opens(editor, name) and lower_if(editor, name, request):
            opened = "Switch and Merge"
        elif op in LOOP_CALL_OPS and _opens(editor, name) and lower_while(editor, name, request):
            opened = "a loop in the graph"
        if opened is not None:
            changes.append(Change(ChangeKind.CONDITIONAL, name, f"{op}, a call of functions", opened, _CALL))
    return changes


def _opens(editor: GraphEditor, name: str) -> bool:
    """Tell whether a conditional or a loop has to be looked into. One on data without any training in it stays."""
    node = editor[name]
    if trains(editor.source, node):
        return True
    if node.op in LOOP_CALL_OPS:
        # A freezer reaches variables in the graph, not in the bodies of functions.
        return _RESOURCE in node.attr["T"].list.type
    return _RESOURCE in node.attr["Tin"].list.type or _is_decidable(editor, name)


def _room(editor: GraphEditor) -> int:
    """Return how many nodes the graph may grow to: a function that calls itself would never end."""
    library = sum(len(function.node_def) for function in editor.source.functions.values())
    return len(editor.source) + 100 * library


def _is_decidable(editor: GraphEditor, name: str) -> bool:
    """Tell whether a predicate rests on placeholders, variables and constants alone."""
    predicate = editor.data_inputs(name)[0]
    return all(
        editor[source.node].op.startswith("Placeholder") or editor[source.node].op in (*VARIABLE_OPS, "ReadVariableOp")
        for source in predicate_sources(editor, [predicate])
    )


def _decide_flags(editor: GraphEditor, request: EvalRequest) -> tuple[Decision, ...]:
    wires = wiring(editor, [output.node for output in request.outputs])
    flags = find_flags(editor, wires, request)
    return FlagJudge(editor, wires, request).decide(flags) if flags else ()


def _set(editor: GraphEditor, decision: Decision) -> Change:
    """Put a constant in the place of a flag."""
    flag = decision.flag
    before = editor[flag.node].op
    value = next(iter(flag.known(value=decision.value).values()))
    if before in VARIABLE_OPS:
        constant = _constant(editor.free_name(f"{flag.node}/inference"), value)
        editor.add(constant)
        for tensor in flag.tensors:
            readers = [name for name in editor.readers(tensor.node) if editor[name].op not in ASSIGN_OPS]
            editor.redirect(tensor, TensorRef(constant.name), only=readers)
    else:
        editor.replace(_constant(flag.node, value))
    return Change(ChangeKind.CONDITIONAL, flag.node, before, f"Const {value}", decision.recognised)


def _constant(name: str, value: Value) -> NodeDef:
    proto = from_array(value)
    node = NodeDef(name=name, op="Const")
    node.attr["dtype"].type = proto.dtype
    node.attr["value"].tensor.CopyFrom(proto)
    return node


def _fold(editor: GraphEditor, request: EvalRequest) -> list[Change]:
    """Bypass every Switch, Merge and Select that known predicates decide."""
    outputs = [output.node for output in request.outputs]
    alive = liveness(editor, wiring(editor, outputs))
    if not alive.predicates:
        return []
    scope = live_ancestors(editor, outputs, alive)
    choices = [(name, position) for name in scope if (position := _choice(editor, name, alive)) is not None]
    changes = [_take(editor, name, position, request) for name, position in choices]
    for name, predicate in alive.predicates.items():
        # Also those that nothing reads: a constant of a branch waits for its pivot by a control input.
        if name in editor and editor[name].op in SWITCH_OPS:
            editor.redirect(TensorRef(name, int(predicate)), editor.data_inputs(name)[0])
    return changes


def _choice(editor: GraphEditor, name: str, alive: Liveness) -> int | None:
    """Return the position of the only input that a decided Merge or Select lets through."""
    node = editor[name]
    if node.op in SELECT_OPS and name in alive.predicates:
        return 1 if alive.predicates[name] else 2
    if node.op not in MERGE_OPS or is_loop_merge(editor, node):
        return None
    live = [position for position, ref in enumerate(editor.data_inputs(name)) if not alive.is_dead(ref, editor)]
    return live[0] if len(live) == 1 else None


def _take(editor: GraphEditor, name: str, position: int, request: EvalRequest) -> Change:
    """Let the readers of a Merge or Select read the chosen input."""
    chosen = editor.data_inputs(name)[position]
    op = editor[name].op
    if op in MERGE_OPS:
        _index(editor, name, position)
    bypass(editor, TensorRef(name), chosen, request)
    return Change(ChangeKind.CONDITIONAL, name, f"{op} of two branches", str(chosen), "eval_graph.recognised.predicate")


def _index(editor: GraphEditor, name: str, position: int) -> None:
    """Give readers of a Merge's second output, the number of the input that came, that number."""
    number = TensorRef(name, 1)
    readers = [reader for reader in editor.readers(name) if number in editor.data_inputs(reader)]
    if readers:
        constant = _constant(editor.free_name(f"{name}/value_index"), np.asarray(position, np.int32))
        editor.add(constant)
        editor.redirect(number, TensorRef(constant.name))
