"""Functions of the library: which ones a graph needs, and what is in them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from coldpress.eval_graph.op_kinds import ASSIGN_OPS, is_random, is_training_batch_norm
from coldpress.graph.graph import Graph
from coldpress.graph.op_defs import op_def

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coldpress.formats.protos import FunctionDef, NodeDef


@cache
def _may_call(op: str) -> bool:
    """Tell whether an operation has attributes that name functions; of an unknown one, that it may have."""
    definition = op_def(op)
    return definition is None or any("func" in attribute.type for attribute in definition.attr)


def called_functions(node: NodeDef) -> Iterator[str]:
    """Yield the names of the functions that a node calls by attribute."""
    if not _may_call(node.op):
        return
    for value in node.attr.values():
        if value.func.name:
            yield value.func.name
        for function in value.list.func:
            yield function.name


def used_functions(graph: Graph, nodes: Iterable[NodeDef] | None = None) -> tuple[FunctionDef, ...]:
    """Return the functions that ``nodes`` (all by default) call, directly or through other functions."""
    wanted: dict[str, None] = {}
    if not graph.functions:
        return ()
    stack = [name for node in (graph if nodes is None else nodes) for name in _callees(graph, node)]
    while stack:
        name = stack.pop()
        if name in wanted:
            continue
        wanted[name] = None
        for node in graph.functions[name].node_def:
            stack.extend(_callees(graph, node))
    return tuple(function for name, function in graph.functions.items() if name in wanted)


def with_used_functions(graph: Graph) -> Graph:
    """Return ``graph`` with no more functions than its nodes call."""
    return Graph(graph.nodes, functions=used_functions(graph), versions=graph.versions, payloads=graph.payloads)


def _callees(graph: Graph, node: NodeDef) -> list[str]:
    """Return what a node calls: by attribute, or because its operation is itself a function of the library."""
    names = [name for name in called_functions(node) if name in graph.functions]
    return [*names, node.op] if node.op in graph.functions else names


def trains(graph: Graph, node: NodeDef) -> bool:
    """Tell whether the functions that a node calls draw random numbers, read batch statistics or write variables."""
    return any(
        is_random(inner.op) or is_training_batch_norm(inner) or inner.op in ASSIGN_OPS
        for function in used_functions(graph, [node])
        for inner in function.node_def
    )
