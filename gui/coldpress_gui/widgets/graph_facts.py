"""What the tree says of each node, ready to be shown: made once in a background thread."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from coldpress_gui.widgets.op_kinds import kind_of
from coldpress_gui.widgets.scope_rows import ScopeRows
from coldpress_gui.words import shape as shape_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coldpress.cancel import CancelToken
    from coldpress.graph.graph import Graph
    from coldpress.graph.inference import TensorTypes
    from coldpress.graph.tensor_ref import TensorRef


_CHECK_EVERY = 500


class SearchMode(StrEnum):
    """How a search text is read."""

    PLAIN = "plain"
    GLOB = "glob"
    REGEX = "regex"


class Hide(StrEnum):
    """Kinds of node that can be left out of the tree."""

    TRAIN = "train"
    CONSTANTS = "constants"
    IDENTITIES = "identities"


class BadPatternError(ValueError):
    """The search text is not a regular expression."""


@dataclass(frozen=True, slots=True)
class GraphFacts:
    """A graph as the tree shows it. ``haystack[i]`` is what a search looks through for node ``i``, in lower case."""

    graph: Graph
    types: TensorTypes
    names: Sequence[str]
    ops: Sequence[str]
    needed: frozenset[str]
    """Nodes that some suggested output needs; the others are there for training only."""
    haystack: Sequence[str] = field(repr=False)
    rows: ScopeRows = field(repr=False)

    def shape(self, node: str) -> str:
        """Return the shape of a node's first output, "" where it has none."""
        ref = first_output(node)
        if self.types.dtype(ref) is None:
            return ""
        return shape_words(self.types.shape(ref))

    def dtype(self, node: str) -> str:
        """Return the dtype of a node's first output, "" where it has none."""
        return self.types.dtype(first_output(node)) or ""

    def search(self, text: str, mode: SearchMode) -> list[int]:
        """Return the nodes whose name, operation, dtype or shape hold ``text``; several words must all be there."""
        if mode is SearchMode.PLAIN:
            words = text.lower().replace("×", "x").split()
            hits: Sequence[int] = range(len(self.names))
            for word in words:
                hits = [number for number in hits if word in self.haystack[number]]
            return list(hits)
        found = _pattern(text, mode)
        return [number for number, line in enumerate(self.haystack) if found(line)]


def first_output(node: str) -> TensorRef:
    """Return ``node:0``."""
    from coldpress.graph.tensor_ref import TensorRef

    return TensorRef(node, 0)


def gather(graph: Graph, outputs: Sequence[str], hidden: frozenset[Hide], cancel: CancelToken) -> GraphFacts:
    """Look at every node once."""
    from coldpress.graph.inference import TensorTypes

    types = TensorTypes(graph)
    names = [node.name for node in graph]
    cancel.check()
    ops = [node.op for node in graph]
    cancel.check()
    needed = frozenset(graph.ancestors(outputs)) if outputs else frozenset(names)
    haystack = [_line(name, op) for name, op in zip(names, ops, strict=True)]
    cancel.check()
    rows = ScopeRows(names, _wanted(dict(zip(names, ops, strict=True)), needed, hidden))
    cancel.check()
    return GraphFacts(graph, types, names, ops, needed, haystack, rows)


def with_types(facts: GraphFacts, cancel: CancelToken) -> GraphFacts:
    """Return the same with every dtype and shape worked out, so that they can be searched for.

    A second ``TensorTypes`` is used, because the window asks the first one meanwhile.
    """
    from coldpress.graph.inference import TensorTypes

    complete = replace(facts, types=TensorTypes(facts.graph))
    lines = []
    for number, (name, op) in enumerate(zip(facts.names, facts.ops, strict=True)):
        if number % _CHECK_EVERY == 0:
            cancel.check()
        lines.append(_line(name, op, complete.dtype(name), complete.shape(name).replace(" × ", "x")))
    return replace(complete, haystack=lines)


def _line(name: str, op: str, dtype: str = "", shape: str = "") -> str:
    return f"{name} {op} {dtype} {shape}".lower()


def _wanted(ops: dict[str, str], needed: frozenset[str], hidden: frozenset[Hide]) -> Callable[[str], bool] | None:
    if not hidden:
        return None
    kinds = {"constant"} if Hide.CONSTANTS in hidden else set()
    kinds |= {"identity"} if Hide.IDENTITIES in hidden else set()

    def wanted(name: str) -> bool:
        return (Hide.TRAIN not in hidden or name in needed) and kind_of(ops[name]) not in kinds

    return wanted


def _pattern(text: str, mode: SearchMode) -> Callable[[str], object]:
    """Return a test; a glob must fit the whole name unless it has a star at neither end."""
    if mode is SearchMode.GLOB:
        return re.compile(fnmatch.translate(f"*{text}*"), re.IGNORECASE).match
    try:
        return re.compile(text, re.IGNORECASE).search
    except re.error as error:
        raise BadPatternError(str(error)) from error
