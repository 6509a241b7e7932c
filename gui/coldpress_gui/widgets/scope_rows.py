"""The tree of name scopes as an item model wants it: rows by number, made when somebody opens their scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldpress.graph.scopes import Scope, ScopeTree

ROOT = 0


class ScopeRows:
    """Rows of a ``ScopeTree``; ``ROOT`` is the invisible one above all."""

    def __init__(self, tree: ScopeTree) -> None:
        self._tree = tree
        self._scopes: list[Scope] = [tree.root]
        self._places: list[tuple[int, int]] = [(ROOT, 0)]
        self._children: dict[int, Sequence[int]] = {}
        # The first level is arranged here, in the background: it may be the only one, with every node in it.
        self.children(ROOT)

    def children(self, row: int) -> Sequence[int]:
        """Return the rows below ``row``."""
        known = self._children.get(row)
        if known is None:
            first = len(self._scopes)
            self._scopes += self._tree.children(self._scopes[row])
            known = self._children[row] = range(first, len(self._scopes))
            self._places += [(row, position) for position in range(len(known))]
        return known

    def has_children(self, row: int) -> bool:
        """Tell whether a row can be opened."""
        return self._scopes[row].has_children

    def count(self, row: int) -> int:
        """Return how many nodes lie below ``row``."""
        return self._scopes[row].count

    def parent(self, row: int) -> int:
        """Return the row above."""
        return self._places[row][0]

    def position(self, row: int) -> int:
        """Return the place of a row among its siblings."""
        return self._places[row][1]

    def label(self, row: int) -> str:
        """Return what is written on a row: its name without the scopes above it."""
        return self._scopes[row].label

    def name(self, row: int) -> str:
        """Return the full name of a row."""
        return self._scopes[row].name

    def node(self, row: int) -> str | None:
        """Return the node of a row, None for a mere scope."""
        scope = self._scopes[row]
        return scope.name if scope.node else None

    def find(self, name: str) -> int | None:
        """Return the row of a node or scope, with every row above it arranged; None if it is not shown."""
        row = ROOT
        while True:
            below = (child for child in self.children(row) if _leads_to(self._scopes[child], name))
            found = next(below, None)
            if found is None or self._scopes[found].name == name:
                return found
            row = found


def _leads_to(scope: Scope, name: str) -> bool:
    return scope.name == name or (scope.has_children and name.startswith(scope.prefix))
