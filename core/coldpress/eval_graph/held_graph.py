"""The train graph with its training held still: what an eval graph is proven against.

It is the graph as training wrote it, with conditionals, delays and corrections in place; only the tensors that a
rewrite gave another value (``stand_ins``) are set to those values. Cut at the inputs and pruned to the outputs it holds
nothing but the inference path, and what is on that path is looked at once more: where anything is left that draws,
writes or reads a pipeline, there is no such graph.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from coldpress.eval_graph import cleanup
from coldpress.eval_graph.constants import Evaluator, truth
from coldpress.eval_graph.editor import GraphEditor
from coldpress.eval_graph.functions import with_used_functions
from coldpress.eval_graph.inputs import cut_inputs
from coldpress.eval_graph.leftovers import suspicions
from coldpress.eval_graph.liveness import SELECT_OPS, live_ancestors, live_inputs, liveness, wiring
from coldpress.eval_graph.op_kinds import CONDITIONAL_CALL_OPS, MERGE_OPS, SWITCH_OPS
from coldpress.eval_graph.stand_ins import NormStandIn, StandIn, StandInKind, Stored
from coldpress.eval_graph.variable_access import is_resource, read_of, written_variable
from coldpress.formats.protos import NodeDef
from coldpress.formats.tensors import dtype_name, from_array, numpy_dtype
from coldpress.graph.tensor_ref import TensorRef, is_control

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from coldpress.eval_graph.passes import EvalRequest
    from coldpress.graph.graph import Graph

    Array = NDArray[np.generic]

_MEAN, _VARIANCE = 3, 4
_INT32 = 3
_BOOL = 10
_REF = 100
_PIVOTS = SWITCH_OPS | MERGE_OPS | {"Identity", "Enter", "RefEnter", "Exit", "RefExit", "NextIteration", "LoopCond"}


@dataclass(frozen=True, slots=True)
class HeldGraph:
    """The graph, its Placeholders in the order of the request, and the tensors that are its outputs.

    ``averages`` maps a weight to the variable whose value it is to have; ``held`` counts what was set, by kind.
    """

    graph: Graph
    inputs: tuple[TensorRef, ...]
    outputs: tuple[TensorRef, ...]
    averages: Mapping[str, str]
    held: Mapping[StandInKind, int]


@dataclass(frozen=True, slots=True)
class NotHeld:
    """Why there is no such graph: a code of the message catalogue, and the nodes that it is about."""

    code: str
    nodes: tuple[str, ...]


def held_graph(
    graph: Graph,
    request: EvalRequest,
    stand_ins: Sequence[StandIn | NormStandIn],
    value_of: Callable[[str], Array],
) -> HeldGraph | NotHeld:
    """Return the train graph ``graph`` held still; ``value_of`` gives the value of a variable.

    ``request`` is the one that the eval graph was derived for.
    """
    editor = GraphEditor(graph)
    cut = cut_inputs(editor, request)
    for placeholder in cut.placeholders:
        _open_shape(editor, placeholder.node)
    strangers = _strangers(editor, stand_ins)
    if strangers:
        return NotHeld("proof.in_function", strangers)
    holder = _Holder(editor, stand_ins, value_of)
    holder.hold()
    outputs = tuple(holder.resolve(output) for output in request.outputs)
    held = replace(request, inputs=cut.placeholders, outputs=outputs)
    _skip_updates(editor)
    _wait_for_branches_alone(editor)
    cleanup.apply(editor, held)
    _cut_dead_branches(editor, held)
    cleanup.apply(editor, held)
    left = _left(editor, held)
    if left:
        return NotHeld("proof.more_than_inference", left)
    made = with_used_functions(editor.result())
    return HeldGraph(made, cut.placeholders, outputs, holder.averages, holder.count(made))


def _strangers(editor: GraphEditor, stand_ins: Iterable[StandIn | NormStandIn]) -> tuple[str, ...]:
    """Return the nodes that the train graph has only inside functions: nothing can be set there."""
    names: dict[str, None] = {}
    for stand_in in stand_ins:
        names[stand_in.node if isinstance(stand_in, NormStandIn) else stand_in.tensor.node] = None
        if isinstance(stand_in, StandIn) and isinstance(stand_in.value, TensorRef):
            names[stand_in.value.node] = None
    return tuple(name for name in names if name not in editor)


def _open_shape(editor: GraphEditor, placeholder: str) -> None:
    """Let an input take any shape: towers are given their share of the batch, and people other sizes of images."""
    shape = editor.own(placeholder).attr["shape"].shape
    shape.Clear()
    shape.unknown_rank = True


class _Holder:
    """Sets tensors of a graph under edit."""

    def __init__(
        self, editor: GraphEditor, stand_ins: Sequence[StandIn | NormStandIn], value_of: Callable[[str], Array]
    ) -> None:
        self._editor = editor
        self._value_of = value_of
        self._norms = {each.node: each for each in stand_ins if isinstance(each, NormStandIn)}
        plain = [each for each in stand_ins if isinstance(each, StandIn)]
        self._tensors = {each.tensor: each for each in plain if each.kind is not StandInKind.AVERAGE}
        self.averages = {
            each.tensor.node: each.value.variable
            for each in plain
            if each.kind is StandInKind.AVERAGE and isinstance(each.value, Stored)
        }
        self._made: dict[TensorRef, TensorRef] = {}
        self._constants: dict[str, StandInKind] = {}
        self._passed: set[TensorRef] = set()

    def hold(self) -> None:
        """Let everything that reads a tensor with a stand-in read that."""
        for tensor in self._tensors:
            self._editor.redirect(tensor, self.resolve(tensor))
        for norm in self._norms.values():
            self._normalise(norm)

    def resolve(self, tensor: TensorRef) -> TensorRef:
        """Return what is read in the place of a tensor: itself where nothing stands in for it."""
        seen = set[TensorRef]()
        while tensor in self._tensors and tensor not in seen:
            seen.add(tensor)
            stand_in = self._tensors[tensor]
            if not isinstance(stand_in.value, TensorRef):
                return self._constant_for(stand_in)
            self._passed.add(tensor)
            tensor = stand_in.value
        return tensor

    def count(self, graph: Graph) -> Mapping[StandInKind, int]:
        """Return how many values were set that ``graph`` reads, and how many layers were passed over, by kind."""
        kinds = [kind for name, kind in self._constants.items() if name in graph]
        kinds += [StandInKind.AVERAGE for name in self.averages if name in graph]
        kinds += [StandInKind.PASSED for _ in self._passed]
        return Counter(kinds)

    def _constant_for(self, stand_in: StandIn) -> TensorRef:
        made = self._made.get(stand_in.tensor)
        if made is None:
            value = stand_in.value
            array = self._stored(value) if isinstance(value, Stored) else np.asarray(value)
            made = self._constant(array, stand_in.kind)
            if stand_in.kind is StandInKind.RANDOM:
                made = self._filled(stand_in.tensor.node, made)
            self._made[stand_in.tensor] = made
        return made

    def _stored(self, stored: Stored) -> Array:
        value = self._value_of(self.averages.get(stored.variable, stored.variable))
        if stored.shape is not None:
            value = value.reshape(stored.shape)
        return value if stored.dtype is None else value.astype(numpy_dtype(dtype_name(stored.dtype)))

    def _constant(self, value: Array, kind: StandInKind) -> TensorRef:
        proto = from_array(value)
        node = NodeDef(name=self._editor.free_name(f"held/{len(self._constants)}"), op="Const")
        node.attr["dtype"].type = proto.dtype
        node.attr["value"].tensor.CopyFrom(proto)
        self._editor.add(node)
        self._constants[node.name] = kind
        return TensorRef(node.name)

    def _filled(self, random: str, value: TensorRef) -> TensorRef:
        """Return ``value`` in the shape of what a random operation draws."""
        inputs = self._editor.data_inputs(random)
        shape = inputs[2] if self._editor[random].op.startswith("Stateful") else inputs[0]
        source = self._editor[random].attr
        node = NodeDef(name=self._editor.free_name(f"{value.node}/fill"), op="Fill")
        node.attr["T"].type = self._editor[value.node].attr["dtype"].type
        node.attr["index_type"].type = next((source[key].type for key in ("T", "shape_dtype") if key in source), _INT32)
        node.input.extend([shape.as_input, value.as_input])
        self._editor.add(node)
        return TensorRef(node.name)

    def _normalise(self, norm: NormStandIn) -> None:
        """Let a fused batch norm normalise by given statistics."""
        inputs = list(self._editor[norm.node].input)
        for position, variable in ((_MEAN, norm.mean), (_VARIANCE, norm.variance)):
            constant = self._constant(self._stored(Stored(variable)), norm.kind)
            inputs[position] = constant.as_input
        self._editor.set_inputs(norm.node, inputs)
        node = self._editor.own(norm.node)
        node.attr["is_training"].b = False
        if "exponential_avg_factor" in node.attr:
            del node.attr["exponential_avg_factor"]


def _skip_updates(editor: GraphEditor) -> None:
    """Let what reads the result of an update read the variable as the checkpoint has it: no update is run."""
    for node in editor:
        variable = written_variable(editor, node) if editor.readers(node.name) else None
        if variable is not None and not is_resource(editor[variable]):
            editor.redirect(TensorRef(node.name), read_of(editor, variable))


def _wait_for_branches_alone(editor: GraphEditor) -> None:
    """Drop every control input but those that say in which branch or loop a node lives."""
    for node in editor:
        kept = [text for text in node.input if not is_control(text) or _is_pivot(editor, text[1:])]
        if len(kept) < len(node.input):
            editor.set_inputs(node.name, kept)


def _is_pivot(editor: GraphEditor, name: str) -> bool:
    return name in editor and editor[name].op in _PIVOTS


def _cut_dead_branches(editor: GraphEditor, request: EvalRequest) -> None:
    """Cut what leads to branches that are never taken: it would be run, up to the Switch that stops it.

    A Switch whose live side nobody reads is given an empty value, a decided ``where`` the chosen side twice.
    """
    outputs = [output.node for output in request.outputs]
    alive = liveness(editor, wiring(editor, outputs))
    live = live_ancestors(editor, outputs, alive)
    for name in alive.predicates:
        if editor[name].op in SELECT_OPS:
            (chosen,) = live_inputs(editor, name, alive)
            for position in (1, 2):
                editor.set_input(name, position, chosen)
        # A boolean may be the predicate of a conditional inside: it is never much to compute.
        elif name not in live and editor[name].op == "Switch" and editor[name].attr["T"].type != _BOOL:
            editor.set_input(name, 0, _empty(editor, name))


def _empty(editor: GraphEditor, switch: str) -> TensorRef:
    """Return a value of the type that a Switch passes, of a shape that nothing can be concluded from."""
    dtype = editor[switch].attr["T"].type % _REF
    node = NodeDef(name=editor.free_name("held/empty"), op="PlaceholderWithDefault")
    node.attr["dtype"].type = dtype
    node.attr["shape"].shape.unknown_rank = True
    default = NodeDef(name=editor.free_name("held/nothing"), op="Const")
    default.attr["dtype"].type = dtype
    proto = default.attr["value"].tensor
    proto.dtype = dtype
    proto.tensor_shape.dim.add(size=0)
    node.input.append(default.name)
    editor.add(default)
    editor.add(node)
    return TensorRef(node.name)


def _left(editor: GraphEditor, request: EvalRequest) -> tuple[str, ...]:
    """Return what would be run and is more than inference; what lies in a branch that is never taken is not run."""
    dead = liveness(editor, wiring(editor, [node.name for node in editor])).dead
    fed = {tensor.node for tensor in request.inputs}
    return tuple(
        node.name
        for node in editor
        if node.name not in dead
        and node.op != "PlaceholderWithDefault"
        and suspicions(editor, _taken(editor, node.name), fed)
    )


def _taken(editor: GraphEditor, name: str) -> NodeDef:
    """Return a node, a conditional with a known predicate without the branch that it does not take."""
    node = editor[name]
    if node.op not in CONDITIONAL_CALL_OPS:
        return node
    predicate = truth(Evaluator(editor).value(editor.data_inputs(name)[0]))
    if predicate is None:
        return node
    copy = NodeDef()
    copy.CopyFrom(node)
    del copy.attr["else_branch" if predicate else "then_branch"]
    return copy
