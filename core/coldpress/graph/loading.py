"""From the parts of a file to a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.graph.graph import Graph

if TYPE_CHECKING:
    from coldpress.formats.spans import GraphParts


def graph_from(parts: GraphParts) -> Graph:
    """Return the graph that a file holds; raise ``InputError`` where two nodes have one name."""
    return Graph(parts.nodes, functions=parts.functions, versions=parts.versions, payloads=parts.payloads)
