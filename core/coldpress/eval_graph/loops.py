"""Nodes inside a ``while_loop``, where a tensor from outside may only come in through Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coldpress.eval_graph.variable_access import Nodes

_ENTER = frozenset({"Enter", "RefEnter"})
_EXIT = frozenset({"Exit", "RefExit"})


def inside_loops(nodes: Nodes) -> set[str]:
    """Return the operations inside loops, from Enter to Exit."""
    inside = {node.name for node in nodes if node.op in _ENTER}
    stack = list(inside)
    while stack:
        for reader in nodes.readers(stack.pop()):
            node = nodes.get(reader)
            if node is not None and reader not in inside and node.op not in _EXIT:
                inside.add(reader)
                stack.append(reader)
    return inside
