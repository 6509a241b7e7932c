"""What lies around a node: what it reads to the left, what reads it to the right, a few steps far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.graph.tensor_ref import TensorRef, is_control, operation_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.graph.graph import Graph


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A node at its place: ``column`` 0 is the node asked about, producers have negative ones; ``row`` from the top.

    ``present`` is false for an input that the graph lacks.
    """

    name: str
    column: int
    row: int
    present: bool = True


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge between two shown nodes: ``tensor`` goes to input ``position``; None for a control edge."""

    source: str
    target: str
    tensor: TensorRef | None
    position: int | None


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The shown nodes and edges; ``left_out`` counts, by column, the nodes that there was no room for."""

    nodes: tuple[Neighbour, ...]
    edges: tuple[Edge, ...]
    left_out: dict[int, int]


def neighbourhood(graph: Graph, centre: str, *, steps: int = 2, most: int = 8, control: bool = False) -> Neighbourhood:
    """Return what lies within ``steps`` of ``centre``, at most ``most`` nodes a column; raise ``KeyError`` for no node.

    ``control`` follows control edges too.
    """
    columns: dict[int, list[str]] = {0: [graph[centre].name]}
    seen = {centre}
    left_out: dict[int, int] = {}
    for direction in (-1, 1):
        for step in range(1, steps + 1):
            before = columns.get(direction * (step - 1), [])
            near = (other for name in before for other in _near(graph, name, direction, control=control))
            found = [name for name in dict.fromkeys(near) if name not in seen]
            column = direction * step
            columns[column] = found[:most]
            seen.update(found[:most])
            if len(found) > most:
                left_out[column] = len(found) - most
    nodes = tuple(
        Neighbour(name, column, row, present=name in graph)
        for column, names in sorted(columns.items())
        for row, name in enumerate(names)
    )
    return Neighbourhood(nodes, tuple(_edges(graph, seen, control=control)), left_out)


def _near(graph: Graph, name: str, direction: int, *, control: bool) -> Iterator[str]:
    if name not in graph:
        return
    if direction < 0:
        yield from (operation_name(text) for text in graph[name].input if control or not is_control(text))
        return
    yield from graph.readers(name)
    if control:
        yield from graph.control_consumers(name)


def _edges(graph: Graph, shown: set[str], *, control: bool) -> Iterator[Edge]:
    for name in sorted(shown & {node for node in shown if node in graph}):
        for position, text in enumerate(graph[name].input):
            source = operation_name(text)
            if source not in shown:
                continue
            if not is_control(text):
                yield Edge(source, name, TensorRef.parse(text), position)
            elif control:
                yield Edge(source, name, None, None)
