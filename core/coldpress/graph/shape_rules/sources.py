"""Where tensors come from: placeholders, constants, variables, iterators, queues, decoders, random numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.graph.shape_rules.arrays import from_ints
from coldpress.graph.shape_rules.shapes import from_proto, merged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldpress.formats.protos import NodeDef
    from coldpress.graph.graph import Graph
    from coldpress.graph.shape_rules.shapes import Shape
    from coldpress.graph.shape_rules.view import NodeView, Rule
    from coldpress.graph.tensor_ref import TensorRef

_SCALARS_MEAN_SCALARS = 24
"""Before this GraphDef version a placeholder's shape without dimensions meant *any shape* (``array_ops.cc``)."""

_HANDLE_HOPS = 50
"""A handle passes a few Enter, Switch or Identity nodes at most."""


def _placeholder(view: NodeView) -> Sequence[Shape]:
    shape = view.shape_attr("shape")
    unset = shape == () and view.graph.versions.producer < _SCALARS_MEAN_SCALARS
    return (None if unset else shape,)


def _placeholder_with_default(view: NodeView) -> Sequence[Shape]:
    return (view.shape_attr("shape"),)


def _constant(view: NodeView) -> Sequence[Shape]:
    value = view.attr("value")
    return (from_proto(value.tensor.tensor_shape) if value is not None else None,)


def _variable(view: NodeView) -> Sequence[Shape]:
    return (view.shape_attr("shape"),)


def _scalar(_view: NodeView) -> Sequence[Shape]:
    return ((),)


def origin_of_handle(graph: Graph, ref: TensorRef) -> NodeDef | None:
    """Return the operation that made a resource or queue handle, through whatever passes it on."""
    for _ in range(_HANDLE_HOPS):
        node = graph.producer(ref)
        if node is None or node.op not in {
            "Identity",
            "Enter",
            "RefEnter",
            "Switch",
            "RefSwitch",
            "Merge",
            "RefIdentity",
        }:
            return node
        inputs = graph.data_inputs(node.name)
        if not inputs:
            return None
        ref = inputs[0]
    return None


def _variable_shape(view: NodeView) -> Shape:
    node = origin_of_handle(view.graph, view.inputs[0]) if view.inputs else None
    value = node.attr.get("shape") if node is not None else None
    return from_proto(value.shape) if value is not None else None


def _read_variable(view: NodeView) -> Sequence[Shape]:
    return (_variable_shape(view),)


def _gather_variable(view: NodeView) -> Sequence[Shape]:
    params, indices = _variable_shape(view), view.shape(1)
    return ((*indices, *params[1:]) if params and indices is not None else None,)


def _iterator(view: NodeView) -> Sequence[Shape]:
    return view.shape_list("output_shapes")


def _component_shapes(view: NodeView) -> tuple[Shape, ...]:
    """Return what the queue or staging area holds: on the queue itself, which the handle leads to."""
    node = origin_of_handle(view.graph, view.inputs[0]) if view.inputs else None
    value = node.attr.get("shapes") if node is not None else None
    return tuple(from_proto(shape) for shape in value.list.shape) if value is not None else ()


def _dequeue(view: NodeView) -> Sequence[Shape]:
    return _component_shapes(view)


def _dequeue_many(view: NodeView) -> Sequence[Shape]:
    amount = view.scalar(1) if "UpTo" not in view.node.op else None
    return tuple(None if shape is None else (amount, *shape) for shape in _component_shapes(view))


def _unstage(view: NodeView) -> Sequence[Shape]:
    return view.shape_list("shapes")


def _decode_image(view: NodeView) -> Sequence[Shape]:
    return ((None, None, view.number("channels") or None),)


def _decode_raw(view: NodeView) -> Sequence[Shape]:
    shape = view.shape(0)
    return ((*shape, None) if shape is not None else None,)


def _parse_example(view: NodeView) -> Sequence[Shape]:
    """Sparse indices, values and shapes come first, then one tensor a dense feature."""
    batch = view.shape(0)
    sparse = min(max(view.number("Nsparse"), 0), 1 << 16)
    dense = tuple(
        (*batch, *shape) if batch is not None and shape is not None else None
        for shape in view.shape_list("dense_shapes")
    )
    return (*((None, 2),) * sparse, *((None,),) * sparse, *((2,),) * sparse, *dense)


def _parse_single_example(view: NodeView) -> Sequence[Shape]:
    sparse = min(max(view.number("num_sparse"), 0), 1 << 16)
    dense = view.shape_list("dense_shapes")
    return (*((None, 1),) * sparse, *((None,),) * sparse, *((1,),) * sparse, *dense)


def _parse_example_v2(view: NodeView) -> Sequence[Shape]:
    batch = view.shape(0)
    sparse = min(max(view.number("num_sparse"), 0), 1 << 16)
    rank = len(batch) + 1 if batch is not None else None
    dense = tuple(
        (*batch, *shape) if batch is not None and shape is not None else None
        for shape in view.shape_list("dense_shapes")
    )
    return (*((None, rank),) * sparse, *((None,),) * sparse, *((rank,),) * sparse, *dense)


def _random(view: NodeView) -> Sequence[Shape]:
    return (from_ints(view.ints(0)),)


def _tensor_array_gather(view: NodeView) -> Sequence[Shape]:
    element = view.shape_attr("element_shape")
    return ((None, *element) if element is not None else None,)


def _list_stack(view: NodeView) -> Sequence[Shape]:
    element = from_ints(view.ints(1))
    amount = view.number("num_elements")
    return (merged(None, (amount if amount >= 0 else None, *element)) if element is not None else None,)


_HANDLES = ("VarHandleOp", "IteratorV2", "OneShotIterator", "Iterator", "IteratorFromStringHandleV2", "HashTableV2")
_ITERATORS = ("IteratorGetNext", "IteratorGetNextSync", "OptionalGetValue", "MultiDeviceIteratorGetNextFromShard")
_RANDOM = (
    "RandomUniform",
    "RandomUniformInt",
    "RandomStandardNormal",
    "TruncatedNormal",
    "ParameterizedTruncatedNormal",
    "StatelessRandomUniform",
    "StatelessRandomNormal",
    "StatelessTruncatedNormal",
)

_SCALAR_RESULTS = (
    "ReadFile",
    "IsVariableInitialized",
    "VarIsInitializedOp",
    "ScalarSummary",
    "HistogramSummary",
    "ImageSummary",
    "MergeSummary",
    "QueueSize",
    "QueueSizeV2",
)


def _variable_shape_vector(view: NodeView) -> Sequence[Shape]:
    shape = _variable_shape(view)
    return ((len(shape) if shape is not None else None,),)


RULES: Mapping[str, Rule] = {
    "Placeholder": _placeholder,
    "PlaceholderV2": _variable,
    "PlaceholderWithDefault": _placeholder_with_default,
    "Const": _constant,
    **dict.fromkeys(("Variable", "VariableV2", "TemporaryVariable"), _variable),
    **dict.fromkeys(_HANDLES, _scalar),
    "ReadVariableOp": _read_variable,
    "ResourceGather": _gather_variable,
    **dict.fromkeys(_ITERATORS, _iterator),
    **dict.fromkeys(("QueueDequeue", "QueueDequeueV2"), _dequeue),
    **dict.fromkeys(
        ("QueueDequeueMany", "QueueDequeueManyV2", "QueueDequeueUpTo", "QueueDequeueUpToV2"), _dequeue_many
    ),
    "Unstage": _unstage,
    **dict.fromkeys(("DecodeJpeg", "DecodePng", "DecodeBmp", "DecodeAndCropJpeg"), _decode_image),
    "DecodeRaw": _decode_raw,
    "VariableShape": _variable_shape_vector,
    **dict.fromkeys(_SCALAR_RESULTS, _scalar),
    "ParseExample": _parse_example,
    "ParseExampleV2": _parse_example_v2,
    "ParseSingleExample": _parse_single_example,
    **dict.fromkeys(_RANDOM, _random),
    "TensorArrayGatherV3": _tensor_array_gather,
    "TensorListStack": _list_stack,
}
