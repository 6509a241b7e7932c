"""The name scopes of a graph as flat lists, for an item model over a hundred thousand nodes.

Built in one pass in a background thread; what a view does not ask for is never made. A chain of scopes that hold one
child each is shown as one row (``MobilenetV1/MobilenetV1``). All loops are iterative: names go 3,000 scopes deep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

ROOT = 0
_NO_NODE = -1


class ScopeRows:
    """Rows by number; ``ROOT`` is the invisible one above all. ``names[row]`` is the full name."""

    def __init__(self, names: Sequence[str], wanted: Callable[[str], bool] | None = None) -> None:
        """Index node ``names``; with ``wanted`` only those for which it is true."""
        self.names: list[str] = [""]
        self.nodes: list[int] = [_NO_NODE]
        self._children: list[list[int]] = [[]]
        self._shown: dict[int, list[int]] = {}
        self._place: dict[int, tuple[int, int]] = {}
        self._labels: dict[int, str] = {}
        self._rows: dict[str, int] = {}
        for number, name in enumerate(names):
            if wanted is None or wanted(name):
                self.nodes[self._row(name)] = number

    def children(self, row: int) -> Sequence[int]:
        """Return the rows below ``row``, scopes that hold one thing skipped, scopes first."""
        known = self._shown.get(row)
        if known is None:
            known = self._shown[row] = self._arrange(row)
        return known

    def count(self, row: int) -> int:
        """Return how many rows are below ``row``."""
        return len(self._children[row])

    def parent(self, row: int) -> int:
        """Return the row above a row that was shown."""
        return self._place[row][0]

    def position(self, row: int) -> int:
        """Return the place of a shown row among its siblings."""
        return self._place[row][1]

    def label(self, row: int) -> str:
        """Return what is written for a shown row: its name without the scopes above it."""
        return self._labels[row]

    def find(self, name: str) -> int | None:
        """Return the row of a node or scope, with every row above it arranged; None if it is not shown."""
        row = self._rows.get(name)
        if row is None:
            return None
        above = [ROOT, *(self._rows[part] for part in _scopes(name))]
        for scope in above:
            if scope == ROOT or scope in self._place:
                self.children(scope)
        return row if row in self._place else None

    def _row(self, name: str) -> int:
        """Return the row of ``name``, making it and the scopes above it where they are new."""
        rows = self._rows
        row = rows.get(name)
        if row is not None:
            return row
        missing = [name]
        scope = name.rpartition("/")[0]
        while scope and scope not in rows:
            missing.append(scope)
            scope = scope.rpartition("/")[0]
        parent = rows[scope] if scope else ROOT
        for new in reversed(missing):
            row = len(self.names)
            self.names.append(new)
            self.nodes.append(_NO_NODE)
            self._children.append([])
            self._children[parent].append(row)
            rows[new] = parent = row
        return parent

    def _arrange(self, parent: int) -> list[int]:
        start = len(self.names[parent]) + 1 if parent != ROOT else 0
        shown = [self._end_of_chain(row) for row in self._children[parent]]
        shown.sort(key=lambda row: not self._children[row])
        for position, row in enumerate(shown):
            self._place[row] = (parent, position)
            self._labels[row] = self.names[row][start:]
        return shown

    def _end_of_chain(self, row: int) -> int:
        while self.nodes[row] == _NO_NODE and len(self._children[row]) == 1:
            row = self._children[row][0]
        return row


def _scopes(name: str) -> Iterable[str]:
    """Yield the scopes of a name, outermost first."""
    cut = name.find("/")
    while cut >= 0:
        if cut:
            yield name[:cut]
        cut = name.find("/", cut + 1)
