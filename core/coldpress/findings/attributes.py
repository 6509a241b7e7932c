"""No operation has an attribute that TensorFlow does not know: a graph from a newer release cannot be imported."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from coldpress.finding import Finding, Severity
from coldpress.graph.op_defs import op_def

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.findings.context import FindingContext


def rule(context: FindingContext) -> Iterator[Finding]:
    """Compare the attributes of each node with its definition; those that begin with _ are free."""
    found: dict[tuple[str, str], list[str]] = {}
    for node in context.graph:
        known = _attributes(node.op)
        for key in node.attr if known is not None else ():
            if not key.startswith("_") and key not in (known or ()):
                found.setdefault((node.op, key), []).append(node.name)
    for (op, key), names in found.items():
        facts = {"operation": op, "attribute": key}
        yield Finding("convert.newer_attribute", Severity.BLOCK, tuple(names), facts, ("other_outputs",))


@cache
def _attributes(op: str) -> frozenset[str] | None:
    definition = op_def(op)
    return None if definition is None else frozenset(attribute.name for attribute in definition.attr)
