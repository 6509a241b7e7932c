"""The rules, in the order in which a person wants to hear of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from coldpress.finding import Finding
from coldpress.findings import (
    attributes,
    coverage,
    input_meaning,
    input_shapes,
    input_types,
    operations,
    quantization,
    risky,
    sizes,
    structure,
    variables,
)
from coldpress.findings.context import FindingContext

__all__ = ["RULES", "FindingContext", "check"]

Rule = Callable[[FindingContext], Iterable[Finding]]

RULES: Sequence[Rule] = (
    structure.rule,
    attributes.rule,
    risky.rule,
    variables.rule,
    sizes.rule,
    input_types.rule,
    input_shapes.rule,
    input_meaning.rule,
    quantization.rule,
    coverage.rule,
    operations.rule,
)


def check(context: FindingContext) -> tuple[Finding, ...]:
    """Return every finding of every rule."""
    return tuple(finding for rule in RULES for finding in rule(context))
