"""What a checkpoint's values tell about the training: plain figures of a variable, read once, piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from coldpress.errors import InputError
from coldpress.eval_graph.expressions import constant
from coldpress.eval_graph.op_kinds import VARIABLE_OPS
from coldpress.eval_graph.variable_access import is_resource, variable_read
from coldpress.formats.tensors import numpy_dtype

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coldpress.formats.checkpoint_base import Checkpoint
    from coldpress.graph.graph import Graph

_FLOATS = frozenset({"float32", "float64", "float16", "bfloat16"})
_INTEGERS = frozenset({"int32", "int64"})
_KNOWN: WeakKeyDictionary[Checkpoint, dict[str, ValueFacts | None]] = WeakKeyDictionary()
"""Figures of checkpoints that are open: a graph is rewritten at every change of its outputs, its values stay."""


@dataclass(frozen=True, slots=True)
class ValueFacts:
    """Figures of a variable: how many values, how many NaN or infinite, the smallest and the largest finite one."""

    count: int
    nan: int
    infinite: int
    low: float
    high: float

    def is_all(self, value: float) -> bool:
        """Tell whether every value is ``value``."""
        return self.count > 0 and not self.nan and not self.infinite and self.low == self.high == value


class TrainedValues:
    """The values of a graph's variables in a checkpoint, by the names of the variable nodes."""

    def __init__(self, graph: Graph, checkpoint: Checkpoint) -> None:
        self._graph = graph
        self._checkpoint = checkpoint
        self._saved = {name: key for name, key in _saved_keys(graph) if key in checkpoint}

    @property
    def prefix(self) -> str:
        """The checkpoint's prefix."""
        return self._checkpoint.prefix

    def facts(self, variable: str) -> ValueFacts | None:
        """Return the figures of a variable; None where the checkpoint lacks it, or it is neither float nor integer.

        A variable whose data is damaged has no figures either: reading it in earnest says what is wrong.
        """
        key = self._key(variable)
        if key is None:
            return None
        known = _KNOWN.setdefault(self._checkpoint, {})
        if key not in known:
            known[key] = _facts(self._checkpoint, key)
        return known[key]

    def _key(self, variable: str) -> str | None:
        node = self._graph.get(variable)
        shared = node.attr["shared_name"].s.decode(errors="replace") if node is not None and is_resource(node) else ""
        names = (self._saved.get(variable), variable, shared)
        return next((name for name in names if name and name in self._checkpoint), None)


def _saved_keys(graph: Graph) -> Iterator[tuple[str, str]]:
    """Yield the variables that the graph's Savers write, with their keys."""
    for node in graph:
        inputs = graph.data_inputs(node.name) if node.op == "SaveV2" else ()
        names = constant(graph, inputs[1]) if len(inputs) > 3 else None
        if names is None or names.size != len(inputs) - 3:
            continue
        for tensor, key in zip(inputs[3:], names.reshape(-1), strict=True):
            saved = graph.get(tensor.node)
            variable = tensor.node if saved is not None and saved.op in VARIABLE_OPS else variable_read(graph, tensor)
            if variable is not None and isinstance(key, bytes):
                yield variable, key.decode(errors="replace")


def _facts(checkpoint: Checkpoint, key: str) -> ValueFacts | None:
    dtype = checkpoint.variables[key].dtype
    if dtype not in _FLOATS | _INTEGERS:
        return None
    try:
        return _summed_up(_arrays(checkpoint.chunks(key), numpy_dtype(dtype)))
    except InputError:
        return None


def _arrays(chunks: Iterable[memoryview], dtype: np.dtype[np.generic]) -> Iterator[np.ndarray]:
    """Yield the values of chunks that may end in the middle of one."""
    rest = b""
    for chunk in chunks:
        content = rest + bytes(chunk) if rest else chunk
        whole = len(content) - len(content) % dtype.itemsize
        yield np.frombuffer(content[:whole], dtype)
        rest = bytes(content[whole:])


def _summed_up(arrays: Iterable[np.ndarray]) -> ValueFacts:
    count = nan = infinite = 0
    low, high = float("inf"), float("-inf")
    for array in arrays:
        finite = np.isfinite(array)
        values = array if finite.all() else array[finite]
        count += array.size
        nan += int(np.isnan(array).sum()) if values.size != array.size else 0
        infinite += array.size - values.size
        if values.size:
            low, high = min(low, float(values.min())), max(high, float(values.max()))
    return ValueFacts(count, nan, infinite - nan, low, high)
