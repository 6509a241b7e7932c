"""Small graphs and a checkpoint in memory, for tests that need no TensorFlow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from coldpress.formats.checkpoint_base import Checkpoint, Variable
from coldpress.formats.protos import NodeDef
from coldpress.formats.tensors import dtype_number, from_array
from coldpress.graph.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


def node(op: str, name: str, *inputs: str, **attributes: Any) -> NodeDef:
    """Return a node; ``dtype`` and ``T`` are names of types, ``shape`` is a list, ``value`` an array."""
    result = NodeDef(name=name, op=op, input=list(inputs))
    for key, value in attributes.items():
        attribute = result.attr[key]
        if key == "shape":
            attribute.shape.SetInParent()
            for size in value:
                attribute.shape.dim.add(size=-1 if size is None else size)
        elif key == "value":
            attribute.tensor.CopyFrom(from_array(np.asarray(value)))
        elif key in {"dtype", "T"}:
            attribute.type = dtype_number(value)
        elif isinstance(value, bytes):
            attribute.s = value
        else:
            attribute.i = value
    return result


def variable(name: str, shape: Iterable[int | None] = (2,), dtype: str = "float32", op: str = "VariableV2") -> NodeDef:
    """Return a variable node; a handle's ``shared_name`` is its name."""
    result = node(op, name, shape=list(shape), dtype=dtype)
    if op == "VarHandleOp":
        result.attr["shared_name"].s = name.encode()
    return result


def saver(scope: str, saves: Mapping[str, str], slices: Mapping[str, str] | None = None) -> list[NodeDef]:
    """Return the saving half of a Saver: variable node -> key, and slices by key or by node."""
    keys = np.array([key.encode() for key in saves.values()], object)
    specs = np.array([(slices or {}).get(name, "").encode() for name in saves], object)
    return [
        node("Const", f"{scope}/Const", dtype="string", value=np.array(b"model", object)),
        node("Const", f"{scope}/SaveV2/tensor_names", dtype="string", value=keys),
        node("Const", f"{scope}/SaveV2/shape_and_slices", dtype="string", value=specs),
        node("SaveV2", f"{scope}/SaveV2", f"{scope}/Const", f"{scope}/SaveV2/tensor_names",
             f"{scope}/SaveV2/shape_and_slices", *saves),
    ]  # fmt: skip


class MemoryCheckpoint(Checkpoint):
    """A checkpoint of arrays; a ``Variable`` in place of an array is one that nobody reads."""

    format = "v2"
    prefix = "memory.ckpt-1"

    def __init__(self, **values: np.ndarray | Variable) -> None:
        self._values = {name.replace("__", "/"): value for name, value in values.items()}
        self.variables: Mapping[str, Variable] = {
            name: v if isinstance(v, Variable) else Variable(name, _dtype(v), v.shape, v.nbytes)
            for name, v in self._values.items()
        }

    @classmethod
    def of(cls, shapes: Mapping[str, Sequence[int]]) -> MemoryCheckpoint:
        """Return a checkpoint of float32 zeros."""
        return cls(**{name.replace("/", "__"): np.zeros(shape, np.float32) for name, shape in shapes.items()})

    def read(self, name: str) -> np.ndarray:
        value = self._values[name]
        assert isinstance(value, np.ndarray)
        return value

    def chunks(self, name: str) -> Iterator[memoryview]:
        yield memoryview(self.read(name).tobytes())


def _dtype(array: np.ndarray) -> str:
    return "string" if array.dtype == object else array.dtype.name


def graph(*nodes: NodeDef | Iterable[NodeDef], **options: Any) -> Graph:
    """Return a graph of nodes and lists of nodes."""
    flat: list[NodeDef] = []
    for item in nodes:
        flat.extend([item] if isinstance(item, NodeDef) else item)
    return Graph(flat, **options)
