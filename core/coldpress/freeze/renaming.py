"""A checkpoint whose variables only lie in another scope than the graph's."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldpress.formats.checkpoint_base import Variable
    from coldpress.freeze.variables import GraphVariable

_ENOUGH = 20
"""Missing variables that are looked at to guess a renamed scope; the guess is then tried on all."""

_AGREEING = 2
"""Variables that must agree on a scope: two of one name and shape may be anybody's biases."""


class Renaming(NamedTuple):
    """``found`` missing variables would be there if ``graph_scope`` were called ``checkpoint_scope``.

    Both end with ``/`` or are empty.
    """

    graph_scope: str
    checkpoint_scope: str
    found: int

    def key_of(self, key: str) -> str | None:
        """Return the key under which the checkpoint would hold a variable of the graph's scope; None for another."""
        if not key.startswith(self.graph_scope):
            return None
        return self.checkpoint_scope + key.removeprefix(self.graph_scope)


def find_renaming(missing: Sequence[GraphVariable], unused: Mapping[str, Variable]) -> Renaming | None:
    """Return the change of scope that would find most of the missing variables, if it finds most of them."""
    votes = Counter(pair for variable in missing[:_ENOUGH] for pair in _scope_pairs(variable, unused))
    best = None
    for (mine, theirs), _ in votes.most_common(_ENOUGH):
        guess = Renaming(mine, theirs, 0)
        stored = [(variable, unused.get(guess.key_of(variable.key) or "")) for variable in missing]
        found = sum(value is not None and variable.fits(value) for variable, value in stored)
        if best is None or found > best.found:
            best = guess._replace(found=found)
    return best if best is not None and best.found >= _AGREEING and best.found * 2 > len(missing) else None


def _scope_pairs(variable: GraphVariable, unused: Mapping[str, Variable]) -> set[tuple[str, str]]:
    """Return (scope in the graph, scope in the checkpoint) for every unused key that ends like this variable."""
    pairs = set()
    parts = variable.key.split("/")
    for key, stored in unused.items():
        if not variable.fits(stored):
            continue
        theirs = key.split("/")
        common = 0
        while common < min(len(parts), len(theirs)) and parts[-1 - common] == theirs[-1 - common]:
            common += 1
        if common:
            pairs.add((_scope(parts, common), _scope(theirs, common)))
    return pairs


def _scope(parts: Sequence[str], common: int) -> str:
    return "".join(f"{part}/" for part in parts[: len(parts) - common])
