"""Writes an eval graph as a MetaGraph with a Saver, so that ``freeze_graph --input_meta_graph`` can freeze it.

From a bare GraphDef, ``freeze_graph`` restores every variable under its node's name, and none that is a resource or a
part of a partitioned one. A Saver in the graph tells it the keys and slices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coldpress.formats.protos import MetaGraphDef, NodeDef
from coldpress.formats.spans import write_varint
from coldpress.formats.tensors import dtype_number, from_array
from coldpress.freeze.graph_writer import pieces_of
from coldpress.freeze.pieces import PlainNode
from coldpress.freeze.stream import GraphStream, tail_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from coldpress.freeze.saved_as import SavedAs
    from coldpress.freeze.variables import GraphVariable
    from coldpress.graph.graph import Graph

_GRAPH_DEF = b"\x12"
"""``graph_def`` of meta_graph.proto: field 2, length-delimited."""

_SAVER_V2 = 2


def write_meta_graph(graph: Graph, variables: Sequence[GraphVariable], target: Path) -> int:
    """Write ``graph`` with a Saver that restores ``variables``; return the size of the file in bytes."""
    scope = _free_scope(graph)
    pieces = (*pieces_of(graph), *(PlainNode(node) for node in _saver(graph, variables, scope)))
    library = tail_of(tuple(graph.functions.values()), graph.versions)
    size = sum(piece.nbytes for piece in pieces) + len(library)
    head = _information() + _GRAPH_DEF + write_varint(size)
    return GraphStream(pieces, library + _saver_def(scope), head).write(target)


def _free_scope(graph: Graph) -> str:
    taken = {node.name.partition("/")[0] for node in graph}
    scope, number = "save", 0
    while scope in taken:
        number += 1
        scope = f"save_{number}"
    return scope


def _information() -> bytes:
    meta = MetaGraphDef()
    meta.meta_info_def.meta_graph_version = "coldpress"
    return meta.SerializeToString()


def _saver_def(scope: str) -> bytes:
    meta = MetaGraphDef()
    saver = meta.saver_def
    saver.filename_tensor_name = f"{scope}/Const:0"
    saver.save_tensor_name = f"{scope}/Const:0"  # nothing is ever saved, but the name must be there
    saver.restore_op_name = f"{scope}/restore_all"
    saver.version = _SAVER_V2
    return meta.SerializeToString()


def _saver(graph: Graph, variables: Sequence[GraphVariable], scope: str) -> Iterator[NodeDef]:
    """Yield the restoring half of a Saver, and the reads by which ``freeze_graph`` gets at a resource's value."""
    keys = [variable.key for variable in variables]
    slices = [_slice_text(variable.saved) for variable in variables]
    yield _strings(f"{scope}/Const", "model")
    yield _strings(f"{scope}/RestoreV2/tensor_names", keys)
    yield _strings(f"{scope}/RestoreV2/shape_and_slices", slices)
    inputs = [f"{scope}/Const", f"{scope}/RestoreV2/tensor_names", f"{scope}/RestoreV2/shape_and_slices"]
    restore = NodeDef(name=f"{scope}/RestoreV2", op="RestoreV2", input=inputs)
    restore.attr["dtypes"].list.type.extend(dtype_number(variable.dtype) for variable in variables)
    yield restore
    names = []
    for number, variable in enumerate(variables):
        names.append(f"{scope}/Assign_{number}")
        yield _assign(variable, names[-1], f"{restore.name}:{number}")
        read = f"{variable.name}/Read/ReadVariableOp"
        if variable.is_resource and read not in graph:
            yield _read(variable, read)
    yield NodeDef(name=f"{scope}/restore_all", op="NoOp", input=[f"^{name}" for name in names])


def _strings(name: str, values: str | Iterable[str]) -> NodeDef:
    encoded = values.encode() if isinstance(values, str) else [value.encode() for value in values]
    node = NodeDef(name=name, op="Const")
    node.attr["dtype"].type = dtype_number("string")
    node.attr["value"].tensor.CopyFrom(from_array(np.array(encoded, object)))
    return node


def _assign(variable: GraphVariable, name: str, value: str) -> NodeDef:
    node = NodeDef(name=name, op="AssignVariableOp" if variable.is_resource else "Assign", input=[variable.name, value])
    node.attr["dtype" if variable.is_resource else "T"].type = dtype_number(variable.dtype)
    return node


def _read(variable: GraphVariable, name: str) -> NodeDef:
    node = NodeDef(name=name, op="ReadVariableOp", input=[variable.name])
    node.attr["dtype"].type = dtype_number(variable.dtype)
    return node


def _slice_text(saved: SavedAs) -> str:
    """Return a slice as Saver writes it: ``20 5 0,10:0,5``."""
    if saved.slice is None:
        return ""
    sizes = " ".join(str(size) for size in saved.slice.full_shape)
    return f"{sizes} " + ":".join(f"{extent.start},{extent.length}" for extent in saved.slice.extents)
