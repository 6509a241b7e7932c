"""The tree of name scopes, opened level by level.

Names are sorted once; a scope is a stretch of the sorted list, found by bisection when somebody opens it. Nothing is
built for scopes that stay closed, so that half a million nodes and names 3,000 scopes deep cost the same: one sort.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from coldpress.graph.kinds import Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from coldpress.formats.protos import NodeDef
    from coldpress.graph.graph import Graph

_AFTER_SLASH = chr(ord("/") + 1)
_NUMBERS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Scope:
    """A row of the tree: a scope, a node, or both (``weights`` with ``weights/read`` below it).

    ``name`` is the full name without a slash at its end, ``label`` what is written on the row: several parts where a
    chain of scopes holds one thing each (``MobilenetV1/MobilenetV1``). ``node`` tells whether a node has this name;
    ``first`` and ``last`` bound the names below it, which all start with ``prefix``, in the sorted list.
    """

    name: str
    label: str
    prefix: str
    node: bool
    first: int
    last: int

    @property
    def count(self) -> int:
        """How many nodes lie below the row, itself not counted."""
        return self.last - self.first

    @property
    def has_children(self) -> bool:
        """Whether the row can be opened."""
        return self.last > self.first


class ScopeTree:
    """The scopes of a graph, or of those of its nodes for which ``wanted`` is true."""

    def __init__(self, graph: Graph, wanted: Callable[[NodeDef], bool] | None = None) -> None:
        nodes = graph.nodes if wanted is None else [node for node in graph if wanted(node)]
        self._ops = {node.name: node.op for node in nodes}
        self.names: Sequence[str] = sorted(self._ops)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def root(self) -> Scope:
        """The invisible row above all."""
        return Scope("", "", "", node=False, first=0, last=len(self.names))

    def children(self, scope: Scope, *, collapse: bool = True) -> tuple[Scope, ...]:
        """Return the rows below a scope: scopes before nodes, ``conv2`` before ``conv10``.

        ``collapse`` makes one row of scopes that hold a single scope each.
        """
        prefix = scope.prefix
        rows: dict[str, Scope] = {}
        position = scope.first
        while position < scope.last:
            name = self.names[position]
            slash = name.find("/", len(prefix))
            if slash < 0:
                label = name[len(prefix) :]
                rows[label] = self._with_node(rows.get(label), name, label)
                position += 1
                continue
            label = name[len(prefix) : slash]
            end = bisect_left(self.names, name[:slash] + _AFTER_SLASH, position, scope.last)
            own = label in rows and rows[label].node
            rows[label] = Scope(name[:slash], label, name[: slash + 1], node=own, first=position, last=end)
            position = end
        found = rows.values() if not collapse else [self._collapsed(row) for row in rows.values()]
        return tuple(sorted(found, key=_order))

    def path_to(self, name: str, *, collapse: bool = True) -> tuple[Scope, ...]:
        """Return the rows to open for a node or a scope to be seen, the row itself last; nothing if there is none."""
        path: list[Scope] = []
        current = self.root
        while not path or current.name != name:
            rows = self.children(current, collapse=collapse)
            below = next((row for row in rows if name == row.name or name.startswith(row.prefix)), None)
            if below is None:
                return self._chain(path, rows, name)
            path.append(below)
            current = below
        return tuple(path)

    def kinds(self, scope: Scope) -> Mapping[Kind, int]:
        """Return how many nodes of each kind lie below a row, in no time however many there are."""
        table = self._kind_table
        counts = table[scope.last] - table[scope.first]
        return {kind: int(count) for kind, count in zip(Kind, counts, strict=True) if count}

    @cached_property
    def _kind_table(self) -> np.ndarray:
        """Running totals by kind: row ``i`` counts the first ``i`` names."""
        places = {kind: number for number, kind in enumerate(Kind)}
        kinds = np.fromiter((places[kind_of(self._ops[name])] for name in self.names), np.intp, len(self.names))
        table = np.zeros((len(self.names) + 1, len(places)), np.int32)
        table[np.arange(len(kinds)) + 1, kinds] = 1
        return np.cumsum(table, axis=0, dtype=np.int32)

    @staticmethod
    def _with_node(row: Scope | None, name: str, label: str) -> Scope:
        if row is None:
            return Scope(name, label, f"{name}/", node=True, first=0, last=0)
        return replace(row, node=True)

    def _collapsed(self, row: Scope) -> Scope:
        """Follow a scope down while it holds a single thing: what all names below share tells how far."""
        if row.node or not row.has_children:
            return row
        names = self.names[row.first : row.first + 2]
        shared = _shared_scope(names[0], self.names[row.last - 1])
        is_node = shared == names[0]
        if is_node and row.count > 1 and not names[1].startswith(f"{shared}/"):
            shared, is_node = shared.rpartition("/")[0], False
        if len(shared) <= len(row.name):
            return row
        label = row.label + shared[len(row.name) :]
        return Scope(shared, label, f"{shared}/", node=is_node, first=row.first + is_node, last=row.last)

    @staticmethod
    def _chain(path: Sequence[Scope], rows: Iterable[Scope], name: str) -> tuple[Scope, ...]:
        """Return the path to the collapsed chain in the middle of which a scope lies."""
        row = next((row for row in rows if row.name.startswith(f"{name}/")), None)
        return (*path, row) if row is not None else ()


def _shared_scope(first: str, last: str) -> str:
    """Return the deepest scope that two names share; of a name with itself, the name."""
    if first == last:
        return first
    size = min(len(first), len(last))
    same = next((place for place in range(size) if first[place] != last[place]), size)
    if same == len(first) and last[same : same + 1] == "/":
        return first
    return first[: max(first.rfind("/", 0, same), 0)]


def _order(row: Scope) -> tuple[bool, list[tuple[int, int, str]]]:
    parts = ((1, int(part), "") if part.isdecimal() else (0, 0, part.lower()) for part in _NUMBERS.split(row.label))
    return not row.has_children, list(parts)
