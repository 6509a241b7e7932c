"""Functions of the graph's library that a part of the graph calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coldpress.formats.protos import AttrValue, FunctionDef, NodeDef
    from coldpress.graph.graph import Graph


def needed_functions(graph: Graph, kept: Iterable[str]) -> tuple[FunctionDef, ...]:
    """Return the functions that the nodes ``kept`` call, directly or through another function, in library order."""
    if not graph.functions:
        return ()
    found: set[str] = set()
    waiting = [name for node in kept for name in _called(graph[node])]
    while waiting:
        name = waiting.pop()
        if name in graph.functions and name not in found:
            found.add(name)
            waiting.extend(inner for node in graph.functions[name].node_def for inner in _called(node))
    return tuple(function for name, function in graph.functions.items() if name in found)


def _called(node: NodeDef) -> Iterator[str]:
    """Yield the names of functions that a node may call; its operation is one where it is not TensorFlow's own."""
    yield node.op
    for value in node.attr.values():
        yield from _named(value)


def _named(value: AttrValue) -> Iterator[str]:
    """Yield the functions in an attribute; functions take attributes themselves, as deep as the file goes."""
    waiting = [value]
    while waiting:
        current = waiting.pop()
        kind = current.WhichOneof("value")
        functions = [current.func] if kind == "func" else current.list.func if kind == "list" else []
        for function in functions:
            yield function.name
            waiting.extend(function.attr.values())
