"""A GraphDef cut down to what some tensors need."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coldpress.errors import ConverterError, InputError
from coldpress.worker.names import operation
from coldpress.worker.risky import refuse_risky

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def read_graph_def(path: str) -> Any:
    """Return the binary GraphDef in ``path`` as TensorFlow's own message; raise ``InputError`` where it is none."""
    import tensorflow as tf

    file = Path(path)
    size = file.stat().st_size
    if size >= 2**31:
        raise InputError("worker.graph_too_big", path=path, gigabytes=round(size / 2**30, 2))
    graph = tf.compat.v1.GraphDef()
    try:
        graph.ParseFromString(file.read_bytes())
    except Exception as error:
        raise InputError("worker.not_a_graph", path=path, line=str(error)) from error
    return graph


def prune(graph: Any, tensors: Iterable[str], *, allow_unknown: bool = False) -> Any:
    """Return a copy of ``graph`` with the nodes and functions that ``tensors`` need, and no more.

    Control inputs count as needed. Raises ``ConverterError`` where a tensor is missing, or an operation does more than
    compute.
    """
    needed = _needed({node.name: node for node in graph.node}, tensors)
    kept = type(graph)()
    kept.versions.CopyFrom(graph.versions)
    kept.node.extend(node for node in graph.node if node.name in needed)
    kept.library.gradient.extend(graph.library.gradient)
    called = _called(kept.node, {function.signature.name: function for function in graph.library.function})
    kept.library.function.extend(f for f in graph.library.function if f.signature.name in called)
    refuse_risky(kept, allow_unknown=allow_unknown)
    return kept


def _needed(nodes: dict[str, Any], tensors: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    queue = deque(tensors)
    while queue:
        name = operation(queue.popleft())
        if name in seen:
            continue
        if name not in nodes:
            raise ConverterError("worker.no_such_tensor", tensor=name)
        seen.add(name)
        queue.extend(nodes[name].input)
    return seen


def _called(nodes: Iterable[Any], functions: dict[str, Any]) -> set[str]:
    """Return the functions that ``nodes`` may call, and those that these call."""
    seen: set[str] = set()
    queue = deque(_callees(nodes))
    while queue:
        name = queue.popleft()
        if name not in seen and name in functions:
            seen.add(name)
            queue.extend(_callees(functions[name].node_def))
    return seen


def _callees(nodes: Iterable[Any]) -> Iterator[str]:
    for node in nodes:
        yield node.op
        for value in node.attr.values():
            if value.HasField("func"):
                yield value.func.name
            yield from (func.name for func in value.list.func)
