"""Writes a graph as it is; big constants go from the mapped source to the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.formats.protos import NodeDef
from coldpress.freeze.pieces import MappedNode, PlainNode
from coldpress.freeze.stream import GraphStream, tail_of

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.cancel import CancelToken
    from coldpress.freeze.pieces import Piece
    from coldpress.freeze.stream import Progress
    from coldpress.graph.graph import Graph


def write_graph(
    graph: Graph, target: Path, *, progress: Progress | None = None, cancel: CancelToken | None = None
) -> int:
    """Write ``graph`` as a binary GraphDef, whole or not at all; return its size in bytes."""
    stream = GraphStream(pieces_of(graph), tail_of(tuple(graph.functions.values()), graph.versions))
    return stream.write(target, progress=progress, cancel=cancel)


def write_skeleton(graph: Graph, target: Path) -> None:
    """Write ``graph`` without the big constants' values: all that shapes and operations depend on."""
    pieces = tuple(PlainNode(node) for node in graph)
    GraphStream(pieces, tail_of(tuple(graph.functions.values()), graph.versions)).write(target)


def pieces_of(graph: Graph) -> tuple[Piece, ...]:
    """Return the nodes of ``graph`` on their way to a file."""
    return tuple(_piece(graph, node) for node in graph)


def _piece(graph: Graph, node: NodeDef) -> Piece:
    payload = graph.payloads.get(node.name)
    return PlainNode(node) if payload is None else MappedNode(without_value(node, payload.key), payload)


def without_value(node: NodeDef, key: str) -> NodeDef:
    """Return a node without the attribute whose value stayed on disk: what it has there is a stand-in."""
    copy = NodeDef()
    copy.CopyFrom(node)
    copy.attr.pop(key, None)
    return copy
