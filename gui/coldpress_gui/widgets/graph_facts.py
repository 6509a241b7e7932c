"""What the tree says of each node, ready to be shown: made once in a background thread."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from coldpress.graph.kinds import Kind, kind_of
from coldpress_gui.widgets.scope_rows import ScopeRows
from coldpress_gui.words import shape as shape_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coldpress.cancel import CancelToken
    from coldpress.formats.protos import NodeDef
    from coldpress.graph.graph import Graph
    from coldpress.graph.inference import TensorTypes
    from coldpress.graph.search import SearchIndex
    from coldpress.graph.tensor_ref import TensorRef

INPUT_KINDS = frozenset({Kind.INPUT, Kind.PIPELINE})
"""Nodes that are taken for an input when nothing more is said."""


class Hide(StrEnum):
    """Kinds of node that can be left out of the tree."""

    TRAIN = "train"
    CONSTANTS = "constants"
    IDENTITIES = "identities"


_HIDDEN_KINDS = {Hide.CONSTANTS: Kind.CONSTANT, Hide.IDENTITIES: Kind.IDENTITY}


@dataclass(frozen=True, slots=True)
class GraphFacts:
    """A graph as the tree shows it."""

    graph: Graph
    types: TensorTypes
    index: SearchIndex = field(repr=False)
    needed: frozenset[str] = field(repr=False)
    """Nodes that some suggested output needs; the others are there for training only."""
    rows: ScopeRows = field(repr=False)
    typed: bool = False
    """Whether dtypes and shapes were worked out; before, asking for one may take long."""

    @property
    def names(self) -> Sequence[str]:
        """Every node, in graph order; hits of a search are numbers in it."""
        return self.index.names

    def shape(self, node: str) -> str:
        """Return the shape of a node's first output, "" where it has none or nobody knows yet."""
        if not self.typed or self.types.dtype(first_output(node)) is None:
            return ""
        return shape_words(self.types.shape(first_output(node)))

    def dtype(self, node: str) -> str:
        """Return the dtype of a node's first output, "" where it has none or nobody knows yet."""
        return (self.types.dtype(first_output(node)) or "") if self.typed else ""


def first_output(node: str) -> TensorRef:
    """Return ``node:0``."""
    from coldpress.graph.tensor_ref import TensorRef

    return TensorRef(node, 0)


def gather(graph: Graph, outputs: Sequence[str], hidden: frozenset[Hide], cancel: CancelToken) -> GraphFacts:
    """Look at every node once."""
    from coldpress.graph.inference import TensorTypes
    from coldpress.graph.scopes import ScopeTree
    from coldpress.graph.search import SearchIndex

    index = SearchIndex(graph)
    cancel.check()
    needed = frozenset(graph.ancestors(outputs)) if outputs else frozenset(index.names)
    cancel.check()
    rows = ScopeRows(ScopeTree(graph, _wanted(needed, hidden)))
    cancel.check()
    return GraphFacts(graph, TensorTypes(graph), index, needed, rows)


def with_types(facts: GraphFacts, cancel: CancelToken) -> GraphFacts:
    """Return the same with every dtype and shape worked out, so that they can be shown and searched for."""
    return replace(facts, index=facts.index.with_types(facts.types, cancel), typed=True)


def _wanted(needed: frozenset[str], hidden: frozenset[Hide]) -> Callable[[NodeDef], bool] | None:
    if not hidden:
        return None
    kinds = {_HIDDEN_KINDS[entry] for entry in hidden if entry in _HIDDEN_KINDS}

    def wanted(node: NodeDef) -> bool:
        return (Hide.TRAIN not in hidden or node.name in needed) and kind_of(node.op) not in kinds

    return wanted
