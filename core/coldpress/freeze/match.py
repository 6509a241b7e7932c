"""The variables of a graph against the keys of a checkpoint."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from coldpress.freeze.renaming import find_renaming
from coldpress.freeze.savers import best_for, savers
from coldpress.freeze.variables import OBJECT_GRAPH_KEY, find_saved, graph_variables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from coldpress.formats.checkpoint_base import Checkpoint, Variable
    from coldpress.formats.protos import VariableDef
    from coldpress.freeze.renaming import Renaming
    from coldpress.freeze.saved_as import SavedAs
    from coldpress.freeze.variables import GraphVariable
    from coldpress.graph.graph import Graph

_SHADOW = re.compile(r"(?P<primary>.+)/(ExponentialMovingAverage|\w*moving_average\w*|\w*ema\w*)(_\d+)?", re.IGNORECASE)
"""``tf.train.ExponentialMovingAverage`` keeps the average of ``w`` under ``w/<its name>``."""


class Different(NamedTuple):
    """A variable of the graph whose checkpoint value has another shape or dtype."""

    variable: GraphVariable
    stored: Variable


@dataclass(frozen=True, slots=True)
class Match:
    """What a checkpoint has for a graph.

    ``unused`` are keys that no variable reads; ``unsaved`` are variables that the graph's own Saver leaves out on
    purpose (counters of ``tf.metrics`` and other local variables); ``ema_shadows`` maps a variable to the key of its
    moving average; ``saved`` maps every variable of the graph to its place.
    """

    matched: tuple[GraphVariable, ...]
    missing: tuple[GraphVariable, ...]
    different_shape: tuple[Different, ...]
    different_dtype: tuple[Different, ...]
    unused: tuple[str, ...]
    unsaved: tuple[GraphVariable, ...]
    ema_shadows: Mapping[str, str]
    renaming: Renaming | None
    saved: Mapping[str, SavedAs]

    @property
    def renamed(self) -> tuple[GraphVariable, ...]:
        """Matched variables whose key is not their own name, as the graph's Saver says."""
        return tuple(v for v in self.matched if v.key != v.name and v.slice is None)


def match(
    graph: Graph,
    checkpoint: Checkpoint,
    *,
    variable_defs: Iterable[VariableDef] = (),
    saved: Mapping[str, SavedAs] | None = None,
    within: Collection[str] | None = None,
) -> Match:
    """Compare the variables of ``graph`` (those named in ``within``, if given) with what ``checkpoint`` holds.

    ``saved`` gives their places where ``graph`` was rewritten and no longer tells them (``Match.saved`` of the graph
    as it was read). With ``within`` nothing counts as left out on purpose: what the outputs need must be there.
    """
    places = find_saved(graph, checkpoint, variable_defs) if saved is None else saved
    variables = graph_variables(graph, places, within=within)
    stored = checkpoint.variables
    present = [v for v in variables if v.key in stored]
    absent = [v for v in variables if v.key not in stored]
    left_out = _left_out(graph, checkpoint) if within is None else frozenset()
    missing = tuple(v for v in absent if v.name not in left_out)
    unused = _unused(variables, stored)
    return Match(
        matched=tuple(v for v in present if v.fits(stored[v.key])),
        missing=missing,
        different_shape=tuple(Different(v, stored[v.key]) for v in present if not v.accepts(stored[v.key])),
        different_dtype=tuple(Different(v, stored[v.key]) for v in present if v.dtype != stored[v.key].dtype),
        unused=unused,
        unsaved=tuple(v for v in absent if v.name in left_out),
        ema_shadows=_shadows(present, stored),
        renaming=find_renaming(missing, {key: stored[key] for key in unused}),
        saved=places,
    )


def _left_out(graph: Graph, checkpoint: Checkpoint) -> frozenset[str]:
    """Return the variables that the Saver behind the checkpoint does not save; none where no Saver is known."""
    names = frozenset(v.name for v in graph_variables(graph))
    ranked = best_for(savers(graph, names), checkpoint.variables.keys())
    if not ranked or not ranked[0].keys & checkpoint.variables.keys():
        return frozenset()
    return names - ranked[0].saves.keys()


def _unused(variables: Sequence[GraphVariable], stored: Mapping[str, Variable]) -> tuple[str, ...]:
    used = {variable.key for variable in variables} | {OBJECT_GRAPH_KEY}
    return tuple(key for key in stored if key not in used)


def _shadows(variables: Sequence[GraphVariable], stored: Mapping[str, Variable]) -> Mapping[str, str]:
    """Return variable name -> key of its moving average, where exactly one key of the same shape and dtype says so.

    A shadow made inside a variable scope carries that scope in front: ``train/w/ExponentialMovingAverage`` for ``w``.
    """
    exact: dict[str, list[str]] = {}
    scoped: dict[str, list[str]] = {}
    for key in stored:
        shadow = _SHADOW.fullmatch(key)
        if shadow:
            exact.setdefault(shadow["primary"], []).append(key)
            for tail in _tails(shadow["primary"]):
                scoped.setdefault(tail, []).append(key)
    result = {}
    for variable in variables:
        if variable.slice is not None or _SHADOW.fullmatch(variable.key):
            continue
        keys = exact.get(variable.key) or scoped.get(variable.key, [])
        alike = [key for key in keys if _same_kind(stored[key], stored[variable.key])]
        if len(alike) == 1:
            result[variable.name] = alike[0]
    return result


def _tails(name: str) -> Iterator[str]:
    """Yield what is left of a name when one scope after the other is taken off its front."""
    _, scope, rest = name.partition("/")
    while scope:
        yield rest
        _, scope, rest = rest.partition("/")


def _same_kind(one: Variable, other: Variable) -> bool:
    return one.shape == other.shape and one.dtype == other.dtype
