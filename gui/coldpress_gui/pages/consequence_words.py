"""What a choice of inputs and outputs means, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from coldpress_gui.words import count, counts, size

if TYPE_CHECKING:
    from coldpress.graph.consequence import Consequence

_SHOWN = 8
translate = QCoreApplication.translate


def consequence_words(before: int, result: Consequence) -> str:
    """Return a line a fact; ``before`` is the number of nodes of the graph as it was read."""
    operations = [f"{op}\u00a0{number}" for op, number in result.operations.items()]
    lines = [
        translate("Consequence", "{kept} of {all} nodes are kept, {dropped} dropped").format(
            kept=count(result.kept), all=count(before), dropped=count(before - result.kept)
        ),
        counts.parameters(result.parameters)
        + translate("Consequence", " · about {size} frozen").format(size=size(result.nbytes)),
        translate("Consequence", "operations: {list}").format(list=_first(operations)),
    ]
    if result.unknown:
        lines.append(
            translate("Consequence", "not counted, since their shapes are unknown: {names}").format(
                names=_first(result.unknown)
            )
        )
    if result.unreached:
        lines.append(
            translate("Consequence", "the outputs do not depend on {names}").format(
                names=_first([str(ref) for ref in result.unreached])
            )
        )
    return "\n".join(lines)


def _first(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
