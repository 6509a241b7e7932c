"""The order in which data flows, loops entered from their head; and the cycles that no loop explains."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from coldpress.graph.shape_rules.control import LOOP_ENDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldpress.graph.graph import Graph


@dataclass(frozen=True, slots=True)
class Order:
    """``names``: every node after those it reads; ``stuck``: nodes on a cycle or behind one, in graph order."""

    names: tuple[str, ...]
    stuck: tuple[str, ...]


_ORDERS: WeakKeyDictionary[Graph, Order] = WeakKeyDictionary()
"""A graph never changes, and its order is asked for by everybody who walks through it."""


def topological(graph: Graph) -> Order:
    """Sort the nodes so that each comes after its inputs (Kahn), ties in graph order; control edges do not count.

    What leaves a ``NextIteration`` runs backwards into the head of a while loop and is not followed.
    """
    order = _ORDERS.get(graph)
    if order is None:
        order = _ORDERS[graph] = _sort(graph)
    return order


def _sort(graph: Graph) -> Order:
    index = {node.name: number for number, node in enumerate(graph.nodes)}
    readers: list[list[int]] = [[] for _ in graph.nodes]
    waiting = [0] * len(graph.nodes)
    for number, node in enumerate(graph.nodes):
        for tensor in graph.data_inputs(node.name):
            source = index.get(tensor.node)
            if source is not None and graph.nodes[source].op not in LOOP_ENDS:
                readers[source].append(number)
                waiting[number] += 1
    sorted_ = _kahn(readers, waiting)
    names = tuple(graph.nodes[number].name for number in sorted_)
    if len(names) == len(graph):
        return Order(names, ())
    done = set(names)
    return Order(names, tuple(node.name for node in graph.nodes if node.name not in done))


def _kahn(readers: Sequence[Sequence[int]], waiting: list[int]) -> list[int]:
    """Return the node numbers in order; changes ``waiting``."""
    ready = deque(number for number, count in enumerate(waiting) if count == 0)
    result: list[int] = []
    while ready:
        number = ready.popleft()
        result.append(number)
        for reader in readers[number]:
            waiting[reader] -= 1
            if waiting[reader] == 0:
                ready.append(reader)
    return result


def cycle(graph: Graph, stuck: Sequence[str]) -> tuple[str, ...]:
    """Return the nodes of one cycle among ``stuck`` (as ``topological`` left them), in order.

    Each node there waits for another one there, so that walking backwards must come round.
    """
    if not stuck:
        return ()
    members = set(stuck)
    seen: dict[str, int] = {}
    path: list[str] = []
    current = stuck[0]
    while current not in seen:
        seen[current] = len(path)
        path.append(current)
        sources = (tensor.node for tensor in graph.data_inputs(current))
        current = next(name for name in sources if name in members and graph[name].op not in LOOP_ENDS)
    return tuple(reversed(path[seen[current] :]))
