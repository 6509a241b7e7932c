"""Switch and Merge, and the parts of while loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.graph.shape_rules.shapes import common

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldpress.graph.shape_rules.shapes import Shape
    from coldpress.graph.shape_rules.view import NodeView, Rule

LOOP_ENDS = frozenset({"NextIteration", "RefNextIteration"})
"""The operations whose output runs backwards, into the ``Merge`` at the head of a while loop: legal cycles."""


def _switch(view: NodeView) -> Sequence[Shape]:
    return (view.shape(0), view.shape(0))


def _merge(view: NodeView) -> Sequence[Shape]:
    """Any branch may arrive. At the head of a loop nothing is certain: a loop may change the sizes of its variables."""
    producers = (view.graph.producer(ref) for ref in view.inputs)
    if any(node is not None and node.op in LOOP_ENDS for node in producers):
        return (None, ())
    return (common(view.shapes()), ())


RULES: Mapping[str, Rule] = {
    "Switch": _switch,
    "RefSwitch": _switch,
    "Merge": _merge,
    "RefMerge": _merge,
}
