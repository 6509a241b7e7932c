"""Which nodes live inside a while loop (a *frame*, entered through ``Enter`` and left through ``Exit``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coldpress.graph.graph import Graph

_ENTER = frozenset({"Enter", "RefEnter"})
_EXIT = frozenset({"Exit", "RefExit"})


def outermost_frames(graph: Graph, order: Iterable[str]) -> Mapping[str, str]:
    """Return, for each node inside a loop, the name of the outermost loop around it.

    ``order`` is a topological order. An ``Exit`` counts as inside, what reads it as outside.
    """
    innermost: dict[str, str] = {}
    parents: dict[str, str] = {}
    for name in order:
        node = graph[name]
        around = _frame_of_inputs(graph, name, innermost, parents)
        if node.op in _ENTER:
            frame = node.attr["frame_name"].s.decode("utf-8", "replace") if "frame_name" in node.attr else name
            if around and around != frame:
                parents.setdefault(frame, around)
            innermost[name] = frame
        elif around:
            innermost[name] = around
    return {name: _outermost(frame, parents) for name, frame in innermost.items()}


def _frame_of_inputs(graph: Graph, name: str, innermost: Mapping[str, str], parents: Mapping[str, str]) -> str:
    for ref in graph.data_inputs(name):
        frame = innermost.get(ref.node, "")
        if frame and graph[ref.node].op in _EXIT:
            frame = parents.get(frame, "")
        if frame:
            return frame
    return ""


def _outermost(frame: str, parents: Mapping[str, str]) -> str:
    seen = {frame}
    while frame in parents and parents[frame] not in seen:
        frame = parents[frame]
        seen.add(frame)
    return frame
