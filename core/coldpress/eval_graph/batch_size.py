"""The batch size of training, written into inputs and Reshapes: made free again where the graph allows.

``dequeue_many(48)`` gives the input a fixed first dimension, ``tf.reshape(x, [batch_size, -1])`` writes it into a
constant. Whether a graph allows another batch is tried, not assumed: the shapes are worked out for the training batch
and for another one, and every tensor that data flows through must be the same but for one dimension, which follows the
batch. Otherwise the batch stays as it is, and a finding names the first node that holds it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from coldpress.eval_graph.batch_states import PRODUCTS, Site, find_sites, freed_nodes
from coldpress.eval_graph.change import Change, ChangeKind
from coldpress.eval_graph.inference_path import data_path
from coldpress.eval_graph.liveness import wiring
from coldpress.eval_graph.passes import FreedBatch, PassResult
from coldpress.finding import Finding, Severity
from coldpress.formats.protos import NodeDef
from coldpress.formats.tensors import from_array
from coldpress.graph.graph import Graph
from coldpress.graph.inference import TensorTypes
from coldpress.graph.shape_rules.shapes import from_proto
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.eval_graph.passes import EvalRequest
    from coldpress.facts import Fact
    from coldpress.graph.shape_rules.shapes import Shape

_OTHER_BATCH = 4099
"""A prime, so that no product of other dimensions looks like it."""
_CONTRACTIONS = frozenset(
    {
        *PRODUCTS,
        *("Reshape", "Transpose", "Tile", "Pad", "PadV2", "MirrorPad", "StridedSlice", "Slice", "BiasAdd"),
        *("SparseTensorDenseMatMul", "Switch", "Merge", "Enter", "Exit", "CropAndResize", "Conv2DBackpropFilter"),
    }
)
"""Operations whose other operands have dimensions of their own; elsewhere a first dimension is the batch's."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Inputs whose first dimension is the batch, Reshapes with their new shapes, and other places of the batch."""

    batch: int
    inputs: Mapping[TensorRef, Shape]
    reshapes: Mapping[str, tuple[Sequence[int], Sequence[int]]]
    """Reshape -> its shape now, its shape for any batch."""
    sites: tuple[Site, ...] = ()


def apply(editor: GraphEditor, request: EvalRequest) -> PassResult:
    """Free the batch dimension, or say what holds it."""
    outputs = [output.node for output in request.outputs]
    needed = editor.ancestors(outputs)
    path = [name for name in wiring(editor, outputs).order if name in needed]
    plan = _plan(editor, request, path)
    if plan is None:
        return PassResult()
    holder = _holder(editor, request, path, plan)
    if holder is not None and (wider := _with_sites(editor, request, path, plan)) is not None:
        plan, holder = wider, _holder(editor, request, path, wider)
    if holder is not None:
        facts: dict[str, Fact] = {"batch": plan.batch, "holder": holder}
        return PassResult(findings=(Finding("eval_graph.batch_fixed", Severity.WARNING, (holder,), facts),))
    changes = [_free_reshape(editor, name, *shapes) for name, shapes in plan.reshapes.items()]
    changes += _free_sites(editor, plan)
    changes += [_free_input(editor, tensor) for tensor, shape in plan.inputs.items() if shape and shape[0]]
    freed = FreedBatch(plan.batch, frozenset(tensor.node for tensor in plan.inputs))
    return PassResult(tuple(changes), freed=freed if changes else None)


def _plan(editor: GraphEditor, request: EvalRequest, path: Sequence[str]) -> _Plan | None:
    """Find the batch size: of the inputs where they have one, else of the Reshapes."""
    data = data_path(editor, request, path)
    shapes = {tensor: _placeholder_shape(editor, tensor) for tensor in request.inputs if tensor.node in data}
    sizes = {size for shape in shapes.values() if shape and (size := shape[0]) is not None}
    plain = TensorTypes(_graph(editor, path))
    baked = {name: dims for name in path if name in data and (dims := _baked_shape(editor, plain, name, data))}
    if not sizes and shapes:
        sizes = {dims[0] for name, dims in baked.items() if _may_be_batch(editor, plain, name, dims)}
        sizes = sizes or _batches_of_states(editor, plain, [name for name in path if name in data], data)
    batch = sizes.pop() if len(sizes) == 1 else None
    if batch is None or batch < 2:
        return None
    inputs = {tensor: shape for tensor, shape in shapes.items() if shape and shape[0] in (batch, None)}
    types = TensorTypes(_graph(editor, path), _at(inputs, batch))
    freed = {name: (dims, new) for name, dims in baked.items() if (new := _freed(types, editor, name, dims, batch))}
    return _Plan(batch, inputs, freed)


def _with_sites(editor: GraphEditor, request: EvalRequest, path: Sequence[str], plan: _Plan) -> _Plan | None:
    """Return the plan with the batch taken out of states and sizes too; None where there are none."""
    data = data_path(editor, request, path)
    types = TensorTypes(_graph(editor, path), _at(plan.inputs, plan.batch))
    sites = find_sites(editor, types, path, data, plan.batch)
    return replace(plan, sites=sites) if sites and plan.inputs else None


def _placeholder_shape(editor: GraphEditor, tensor: TensorRef) -> Shape:
    node = editor[tensor.node]
    return from_proto(node.attr["shape"].shape) if "shape" in node.attr else None


def _baked_shape(editor: GraphEditor, types: TensorTypes, name: str, data: set[str]) -> tuple[int, ...] | None:
    """Return the shape that a Reshape is given, where it does not come from the data itself.

    ``tf.shape`` of a tensor whose shape is known is a constant, so what is computed from it is baked too.
    """
    inputs = editor.data_inputs(name) if editor[name].op == "Reshape" else ()
    if len(inputs) != 2 or inputs[1].node in data:
        return None
    elements = types.constant_ints(inputs[1])
    known = tuple(element for element in elements or () if element is not None)
    return known if elements and len(known) == len(elements) else None


def _may_be_batch(editor: GraphEditor, types: TensorTypes, name: str, dims: tuple[int, ...]) -> bool:
    """Tell whether a Reshape keeps the elements of a sample together if its first dimension is the batch."""
    before = types.shape(editor.data_inputs(name)[0])
    if len(dims) < 2 or dims[0] < 2 or before is None or before[:1] != (None,):
        return False
    sample = [size for size in before[1:] if size is not None]
    if len(sample) != len(before) - 1:
        return False
    known = math.prod(size for size in dims[1:] if size != -1)
    return math.prod(sample) == known if -1 not in dims else known > 0 and math.prod(sample) % known == 0


def _batches_of_states(editor: GraphEditor, types: TensorTypes, names: Iterable[str], data: set[str]) -> set[int]:
    """Return the first dimensions that states of a fixed batch (``zero_state(12, …)``) force upon data."""
    found: set[int] = set()
    for name in names:
        if editor[name].op in _CONTRACTIONS:
            continue
        operands = editor.data_inputs(name)
        free = {len(shape) for ref in operands if ref.node in data and (shape := types.shape(ref)) and not shape[0]}
        states = [shape for ref in operands if ref.node not in data and (shape := types.shape(ref))]
        found |= {shape[0] for shape in states if len(shape) in free and len(shape) > 1 and shape[0] and shape[0] > 1}
    return found


def _freed(
    types: TensorTypes, editor: GraphEditor, name: str, dims: tuple[int, ...], batch: int
) -> tuple[int, ...] | None:
    """Return a Reshape's shape with -1 in the place of the batch, if the batch is written there."""
    before, after = types.shape(editor.data_inputs(name)[0]), types.shape(TensorRef(name))
    if not before or not after or dims[0] < 2 or dims[0] % batch or before[0] is None or before[0] % batch:
        return None
    rest = [size if given == -1 else given for given, size in zip(dims[1:], after[1:], strict=True)]
    known = tuple(size for size in rest if size is not None)
    return (-1, *known) if len(known) == len(rest) else None


def _at(inputs: Mapping[TensorRef, Shape], batch: int) -> dict[TensorRef, Shape]:
    return {tensor: (batch, *shape[1:]) for tensor, shape in inputs.items() if shape}


def _graph(editor: GraphEditor, names: Iterable[str], replaced: Mapping[str, NodeDef] | None = None) -> Graph:
    others = replaced or {}
    nodes = {name: others.get(name, editor[name]) for name in names}
    return Graph([*nodes.values(), *(node for name, node in others.items() if name not in nodes)])


def _holder(editor: GraphEditor, request: EvalRequest, path: Sequence[str], plan: _Plan) -> str | None:
    """Return the first node that holds the batch size although the plan was carried out, or None."""
    graph = _graph(editor, path, _rewritten(editor, plan))
    # In the graph as it will be: a state whose shape comes from the data belongs to it.
    data = data_path(graph, request, [node.name for node in graph])
    one = TensorTypes(graph, _at(plan.inputs, plan.batch))
    other = TensorTypes(graph, _at(plan.inputs, _OTHER_BATCH))
    trial = _Trial(graph, one, other, plan.batch, data)
    return next((name for name in path if name in data and trial.is_held(name)), None)


def _rewritten(editor: GraphEditor, plan: _Plan) -> dict[str, NodeDef]:
    """Return the operations of the plan with their new shapes, as copies."""
    nodes: dict[str, NodeDef] = dict(_freed_sites(editor, plan))
    for name, (_, dims) in plan.reshapes.items():
        constant = _shape_constant(editor, f"{name}/free_batch", dims)
        copy = NodeDef()
        copy.CopyFrom(editor[name])
        copy.input[1] = constant.name
        nodes |= {constant.name: constant, name: copy}
    return nodes


class _Trial:
    """The shapes of one graph for two batch sizes."""

    def __init__(self, graph: Graph, one: TensorTypes, other: TensorTypes, batch: int, data: set[str]) -> None:
        self._graph = graph
        self._one = one
        self._other = other
        self._batch = batch
        self._data = data

    def is_held(self, name: str) -> bool:
        """Tell whether a node's output does not follow the batch, or is not known to."""
        if any(not self._follows(TensorRef(name, output)) for output in range(self._read_outputs(name))):
            return True
        return self._graph[name].op not in _CONTRACTIONS and any(
            ref.node not in self._data and self._clashes(ref, TensorRef(name)) for ref in self._graph.data_inputs(name)
        )

    def _read_outputs(self, name: str) -> int:
        refs = [ref for reader in self._graph.readers(name) for ref in self._graph.data_inputs(reader)]
        return max((ref.output + 1 for ref in refs if ref.node == name), default=1)

    def _follows(self, tensor: TensorRef) -> bool:
        one, other = self._one.shape(tensor), self._other.shape(tensor)
        if one is None or other is None or len(one) != len(other):
            return False
        different = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
        if not different:
            # Without a batch dimension: a shape, an index, a scalar. A first dimension of just the batch is a slice.
            return not one or one[0] != self._batch
        if len(different) != 1:
            return False
        before, after = different[0]
        return before is not None and after is not None and before * _OTHER_BATCH == after * self._batch

    def _clashes(self, operand: TensorRef, result: TensorRef) -> bool:
        """Tell whether an operand that is no data has the training batch as its first dimension, as the result has."""
        shape, made = self._one.shape(operand), self._one.shape(result)
        if shape is None or made is None:
            return shape is None and made is not None and len(made) > 1
        return len(shape) == len(made) > 0 and shape[0] == made[0] and math.gcd(shape[0] or 0, self._batch) > 1


def _free_reshape(editor: GraphEditor, name: str, before: Sequence[int], after: Sequence[int]) -> Change:
    constant = _shape_constant(editor, editor.free_name(f"{name}/free_batch"), after)
    editor.add(constant)
    editor.set_input(name, 1, TensorRef(constant.name))
    recognised = "eval_graph.recognised.batch_size"
    return Change(ChangeKind.BATCH_SIZE, name, f"Reshape to {list(before)}", f"Reshape to {list(after)}", recognised)


def _freed_sites(editor: GraphEditor, plan: _Plan) -> Mapping[str, NodeDef]:
    return freed_nodes(editor, plan.sites, next(iter(plan.inputs))) if plan.sites else {}


def _free_sites(editor: GraphEditor, plan: _Plan) -> list[Change]:
    for node in _freed_sites(editor, plan).values():
        (editor.replace if node.name in editor else editor.add)(node)
    recognised = "eval_graph.recognised.batch_size"
    return [
        Change(
            ChangeKind.BATCH_SIZE,
            site.node,
            f"{editor.source[site.node].op} of {list(site.dims)}" if site.node in editor.source else _dims(site.dims),
            _dims([None, *site.dims[1:]]),
            recognised,
        )
        for site in plan.sites
    ]


def _shape_constant(editor: GraphEditor, name: str, dims: Sequence[int]) -> NodeDef:
    proto = from_array(np.asarray(dims, np.int32))
    constant = NodeDef(name=editor.free_name(name), op="Const")
    constant.attr["dtype"].type = proto.dtype
    constant.attr["value"].tensor.CopyFrom(proto)
    return constant


def _free_input(editor: GraphEditor, tensor: TensorRef) -> Change:
    shape = editor.own(tensor.node).attr["shape"].shape
    before = [dim.size for dim in shape.dim]
    shape.dim[0].size = -1
    after = [None, *before[1:]]
    recognised = "eval_graph.recognised.batch_size"
    return Change(ChangeKind.BATCH_SIZE, tensor.node, _dims(before), _dims(after), recognised)


def _dims(sizes: Sequence[int | None]) -> str:
    return f"[{', '.join('?' if size is None or size < 0 else str(size) for size in sizes)}]"
