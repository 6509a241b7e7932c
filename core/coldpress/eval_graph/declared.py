"""The dtype and shape of a tensor where data goes in, as its own operation declares them.

Iterators and datasets say them in ``output_types`` and ``output_shapes``, queues in ``component_types`` and in the
queue's ``shapes``; other operations in their dtype attribute and in ``_output_shapes`` of an exported MetaGraph.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from coldpress.formats.protos import DATA_TYPE_NAMES

if TYPE_CHECKING:
    from coldpress.formats.protos import NodeDef, TensorShapeProto
    from coldpress.graph.tensor_ref import TensorRef

Shape = tuple[int | None, ...]
_REF_OFFSET = 100
_FLOAT, _UINT8, _STRING, _INT64 = 1, 4, 7, 9
_TYPE_LISTS = ("output_types", "component_types", "dtypes", "Tdense", "Toutput_types")
_TYPES = ("dtype", "DstT", "T", "out_type", "output_type", "Tparams", "type")
_FIXED_TYPES = {"ReadFile": _STRING, "ReaderReadV2": _STRING, "DecodeJpeg": _UINT8, "DecodeGif": _UINT8}


class NodeTable(Protocol):
    """A graph, or a graph being edited."""

    def get(self, name: str) -> NodeDef | None:
        """Return the node called ``name``, or None."""
        ...

    def data_inputs(self, name: str) -> tuple[TensorRef, ...]:
        """Return the tensors that a node reads, in order."""
        ...


@dataclass(frozen=True, slots=True)
class TensorType:
    """A dtype (DataType number, never a ref type) and a shape; None for an unknown rank or dimension."""

    dtype: int
    shape: Shape | None

    def __str__(self) -> str:
        name = DATA_TYPE_NAMES.get(self.dtype, "?").removeprefix("DT_").lower()
        if self.shape is None:
            return f"{name} of unknown shape"
        return f"{name} [{', '.join('?' if size is None else str(size) for size in self.shape)}]"


def declared_type(graph: NodeTable, tensor: TensorRef) -> TensorType | None:
    """Return the type of a tensor, or None where its operation does not say the dtype."""
    node = graph.get(tensor.node)
    if node is None:
        return None
    dtype = _dtype(node, tensor.output)
    return None if dtype is None else TensorType(dtype % _REF_OFFSET, _shape(graph, node, tensor.output))


def _dtype(node: NodeDef, output: int) -> int | None:
    for key in _TYPE_LISTS:
        if key in node.attr and output < len(node.attr[key].list.type):
            return node.attr[key].list.type[output]
    for key in _TYPES:
        if key in node.attr and node.attr[key].type:
            return node.attr[key].type
    return _FIXED_TYPES.get(node.op)


def _shape(graph: NodeTable, node: NodeDef, output: int) -> Shape | None:
    shapes = [_listed(node, "output_shapes", output), _listed(node, "_output_shapes", output)]
    if node.op.startswith("QueueDequeue") and node.input:
        shapes.append(_queue_shape(graph, node, output))
    if "shape" in node.attr:
        shapes.append(shape_of(node.attr["shape"].shape))
    known = [shape for shape in shapes if shape is not None]
    return max(known, key=lambda shape: sum(size is not None for size in shape), default=None)


def _queue_shape(graph: NodeTable, node: NodeDef, output: int) -> Shape | None:
    """Return the shape of a dequeued component: that of the queue, with the number of elements in front."""
    queue = graph.get(graph.data_inputs(node.name)[0].node)
    shape = None if queue is None else _listed(queue, "shapes", output)
    if shape is None or not ("Many" in node.op or "UpTo" in node.op):
        return shape
    return (None, *shape)


def _listed(node: NodeDef, key: str, output: int) -> Shape | None:
    if key not in node.attr or output >= len(node.attr[key].list.shape):
        return None
    return shape_of(node.attr[key].list.shape[output])


def shape_of(proto: TensorShapeProto) -> Shape | None:
    """Read a TensorShapeProto; None for an unknown rank."""
    if proto.unknown_rank:
        return None
    return tuple(None if dim.size < 0 else dim.size for dim in proto.dim)
