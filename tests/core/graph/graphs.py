"""Graphs for tests: small ones spelled out, large ones made by repetition, real ones read."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import numpy as np

from coldpress.formats.graph_files import read_graph
from coldpress.formats.protos import AttrValue, GraphDef, MetaGraphDef, NodeDef
from coldpress.formats.tensors import dtype_number, from_array
from coldpress.graph.graph import Graph
from coldpress.graph.loading import graph_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


class Dtype(str):
    """A dtype by its name, told apart from a string."""

    __slots__ = ()


F32 = Dtype("float32")
I32 = Dtype("int32")


def node(name: str, op: str, *inputs: str, **attributes: Any) -> NodeDef:
    """Return a NodeDef; attributes are plain values: ``T=F32``, ``padding="SAME"``, ``strides=[1, 2, 2, 1]``.

    A tuple is a shape (None: an unknown size), an array a tensor.
    """
    result = NodeDef(name=name, op=op)
    result.input.extend(inputs)
    for key, value in attributes.items():
        _fill(result.attr[key], value)
    return result


def _fill(attribute: AttrValue, value: Any) -> None:
    if isinstance(value, Dtype):
        attribute.type = dtype_number(value)
    elif isinstance(value, bool):
        attribute.b = value
    elif isinstance(value, int):
        attribute.i = value
    elif isinstance(value, float):
        attribute.f = value
    elif isinstance(value, str):
        attribute.s = value.encode()
    elif isinstance(value, np.ndarray):
        attribute.tensor.CopyFrom(from_array(value))
    elif isinstance(value, tuple):
        attribute.shape.SetInParent()
        for size in value:
            attribute.shape.dim.add(size=-1 if size is None else size)
    else:
        _fill_list(attribute, value)


def _fill_list(attribute: AttrValue, values: Sequence[Any]) -> None:
    attribute.list.SetInParent()
    for value in values:
        if isinstance(value, Dtype):
            attribute.list.type.append(dtype_number(value))
        elif isinstance(value, int):
            attribute.list.i.append(value)
        elif isinstance(value, tuple):
            shape = attribute.list.shape.add()
            for size in value:
                shape.dim.add(size=-1 if size is None else size)
        else:
            attribute.list.s.append(value.encode())


def placeholder(name: str, shape: tuple[int | None, ...], dtype: Dtype = F32) -> NodeDef:
    """Return a placeholder."""
    return node(name, "Placeholder", dtype=dtype, shape=shape)


def const(name: str, value: Any, dtype: str = "int32") -> NodeDef:
    """Return a constant."""
    return node(name, "Const", dtype=Dtype(dtype), value=np.array(value, dtype))


def variable(name: str, shape: tuple[int, ...]) -> NodeDef:
    """Return a reference variable."""
    return node(name, "VariableV2", dtype=F32, shape=shape)


def graph(*nodes: NodeDef, producer: int = 134) -> Graph:
    """Return a graph of a TensorFlow that writes version ``producer``."""
    whole = GraphDef()
    whole.versions.producer = producer
    return Graph(nodes, versions=whole.versions)


def read(path: Path) -> Graph:
    """Return the graph of a file, unpacked where it is packed."""
    if path.suffix != ".gz":
        return graph_from(read_graph(path).parts)
    content = gzip.decompress(path.read_bytes())
    whole = MetaGraphDef.FromString(content).graph_def if ".meta" in path.suffixes else GraphDef.FromString(content)
    return Graph(whole.node, functions=whole.library.function, versions=whole.versions)


def repeated(part: Graph, copies: int) -> Graph:
    """Return a graph that holds ``part`` several times, each copy in a scope of its own."""
    return Graph(_copies(part, copies), versions=part.versions)


def _copies(part: Graph, copies: int) -> Iterable[NodeDef]:
    for number in range(copies):
        for original in part:
            copy = NodeDef()
            copy.CopyFrom(original)
            copy.name = f"copy{number}/{original.name}"
            del copy.input[:]
            for text in original.input:
                copy.input.append(f"^copy{number}/{text[1:]}" if text.startswith("^") else f"copy{number}/{text}")
            yield copy
