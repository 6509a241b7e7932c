"""Where else than in Reshapes the batch size of training is written: shapes of states, tiles, transposed convolutions.

- ``cell.zero_state(16, ...)`` is a ``Fill`` (or a constant of one value) of 16 rows that data is put together with
- a learned first state is tiled 16 times
- ``tf.nn.conv2d_transpose`` is told the size of its output, batch included

Each becomes a shape that is put together from the batch of an input, as TensorFlow writes it where no batch is fixed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coldpress.eval_graph.expressions import SAME_VALUE, constant
from coldpress.eval_graph.loops import inside_loops
from coldpress.eval_graph.op_kinds import MERGE_OPS
from coldpress.formats.protos import NodeDef
from coldpress.formats.tensors import from_array
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from coldpress.eval_graph.editor import GraphEditor
    from coldpress.graph.inference import TensorTypes

_SIZED = {"Fill": 0, "Tile": 1, "Conv2DBackpropInput": 0, "Conv3DBackpropInputV2": 0}
"""Operations whose input at a place is a shape, the batch in front."""
PRODUCTS = frozenset(
    {
        *("MatMul", "BatchMatMul", "BatchMatMulV2", "Conv2D", "DepthwiseConv2dNative", "Conv3D", "Einsum"),
        *("Conv2DBackpropInput", "Conv3DBackpropInputV2", "Gather", "GatherV2", "ResourceGather", "GatherNd"),
    }
)
"""Operations whose further operands are weights or tables, with dimensions of their own."""
_CARRYING = SAME_VALUE | MERGE_OPS | {"NextIteration"}
_INT32 = 3
_SCOPE = "free_batch"


@dataclass(frozen=True, slots=True)
class Site:
    """A node with the batch in its shape; a constant has no ``position`` for that shape and becomes a Fill."""

    node: str
    dims: tuple[int, ...]
    position: int | None


def find_sites(
    editor: GraphEditor, types: TensorTypes, path: Sequence[str], data: Collection[str], batch: int
) -> tuple[Site, ...]:
    """Return the places on ``path`` where ``batch`` is written; inside a loop nothing can be put in its place."""
    loops = inside_loops(editor)
    found = (_site(editor, types, name, data, batch) for name in path if name not in loops)
    return tuple(site for site in found if site is not None and site.dims[0] == batch)


def _site(editor: GraphEditor, types: TensorTypes, name: str, data: Collection[str], batch: int) -> Site | None:
    node = editor[name]
    if node.op == "Const":
        dims = _dims(node)
        is_state = len(dims) > 1 and dims[0] == batch and _is_repeated(editor, name) and _has_rows_of_data(editor, name)
        return Site(name, dims, None) if is_state else None
    position = _SIZED.get(node.op)
    inputs = editor.data_inputs(name)
    if position is None or position >= len(inputs) or inputs[position].node in data:
        return None
    elements = types.constant_ints(inputs[position])
    dims = tuple(element for element in elements or () if element is not None)
    if not dims or len(dims) != len(elements or ()):
        return None
    return Site(name, dims, position) if name in data or _has_rows_of_data(editor, name) else None


def _dims(node: NodeDef) -> tuple[int, ...]:
    return tuple(dim.size for dim in node.attr["value"].tensor.tensor_shape.dim)


def _is_repeated(editor: GraphEditor, name: str) -> bool:
    """Tell whether a constant holds one real number all over."""
    value = constant(editor, TensorRef(name))
    return value is not None and value.dtype.kind == "f" and bool(value.size) and bool((value == value.flat[0]).all())


def _has_rows_of_data(editor: GraphEditor, name: str) -> bool:
    """Tell whether the rows of a tensor can be samples: it is nowhere the weights of a product."""
    stack, seen = [name], {name}
    while stack:
        ref = TensorRef(stack.pop())
        for reader in editor.readers(ref.node):
            op = editor[reader].op
            if op in _CARRYING and reader not in seen:
                seen.add(reader)
                stack.append(reader)
            elif op in PRODUCTS and ref in editor.data_inputs(reader)[1:]:
                return False
    return True


def freed_nodes(editor: GraphEditor, sites: Iterable[Site], source: TensorRef) -> Mapping[str, NodeDef]:
    """Return the nodes to add or to put in the place of those of the same name; ``source`` has the batch in front."""
    nodes = {node.name: node for node in _batch_of(source, editor[source.node].attr["dtype"].type)}
    for site in sites:
        nodes |= {node.name: node for node in _freed(editor, site)}
    return nodes


def _batch_of(source: TensorRef, dtype: int) -> Iterator[NodeDef]:
    """Yield the nodes of ``tf.shape(source)[0]``, the last of them called ``_SCOPE``."""
    shape = NodeDef(name=f"{_SCOPE}/Shape", op="Shape", input=[source.as_input])
    shape.attr["T"].type = dtype
    shape.attr["out_type"].type = _INT32
    yield shape
    bounds = {"begin": [0], "end": [1], "strides": [1]}
    for key, value in bounds.items():
        yield _integers(f"{_SCOPE}/{key}", value)
    size = NodeDef(name=_SCOPE, op="StridedSlice", input=[shape.name, *(f"{_SCOPE}/{key}" for key in bounds)])
    size.attr["T"].type = size.attr["Index"].type = _INT32
    size.attr["shrink_axis_mask"].i = 1
    yield size


def _freed(editor: GraphEditor, site: Site) -> Iterator[NodeDef]:
    """Yield a node with its shape put together from the batch."""
    rest = []
    for number, size in enumerate(site.dims[1:], start=1):
        each = _integers(f"{site.node}/{_SCOPE}/{number}", size)
        rest.append(each.name)
        yield each
    shape = NodeDef(name=f"{site.node}/{_SCOPE}", op="Pack", input=[_SCOPE, *rest])
    shape.attr["T"].type = _INT32
    shape.attr["N"].i = len(site.dims)
    yield shape
    yield from _filled(editor, site, shape.name) if site.position is None else [_resized(editor, site, shape.name)]


def _resized(editor: GraphEditor, site: Site, shape: str) -> NodeDef:
    node = NodeDef()
    node.CopyFrom(editor[site.node])
    node.input[site.position or 0] = shape
    for key in ("index_type", "Tmultiples"):
        if key in node.attr:
            node.attr[key].type = _INT32
    return node


def _filled(editor: GraphEditor, site: Site, shape: str) -> Iterator[NodeDef]:
    """Yield a Fill in the place of a constant."""
    old = editor[site.node]
    value = constant(editor, TensorRef(site.node))
    scalar = NodeDef(name=f"{site.node}/{_SCOPE}/value", op="Const")
    scalar.attr["dtype"].type = old.attr["dtype"].type
    if value is not None:
        scalar.attr["value"].tensor.CopyFrom(from_array(value.reshape(-1)[:1].reshape(())))
    yield scalar
    fill = NodeDef(name=site.node, op="Fill", input=[shape, scalar.name])
    fill.attr["T"].type = old.attr["dtype"].type
    fill.attr["index_type"].type = _INT32
    yield fill


def _integers(name: str, value: int | list[int]) -> NodeDef:
    proto = from_array(np.asarray(value, np.int32))
    node = NodeDef(name=name, op="Const")
    node.attr["dtype"].type = proto.dtype
    node.attr["value"].tensor.CopyFrom(proto)
    return node
