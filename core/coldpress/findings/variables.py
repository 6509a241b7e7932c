"""The checkpoint has what the graph needs: every variable between inputs and outputs, by key, shape and dtype.

TensorFlow finds one at a time, when it restores (``Key ... not found in checkpoint``) or runs (``Attempting to use
uninitialized value``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.finding import Finding, Severity
from coldpress.freeze.variables import graph_variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.facts import Fact
    from coldpress.findings.context import FindingContext
    from coldpress.freeze.match import Match


def rule(context: FindingContext) -> Iterator[Finding]:
    """Compare the eval graph's variables with the checkpoint."""
    if context.checkpoint is None or context.match is None:
        variables = graph_variables(context.graph)
        if variables:
            yield Finding(
                "checkpoint.none", Severity.BLOCK, tuple(v.name for v in variables), {}, ("choose_checkpoint",)
            )
        return
    yield from _missing(context.match, context.checkpoint.prefix)
    for pair in context.match.different_shape:
        facts: dict[str, Fact] = {
            "variable": pair.variable.name,
            "graph": _shape(pair.variable.shape),
            "stored": _shape(pair.stored.shape),
            "prefix": context.checkpoint.prefix,
        }
        yield Finding("checkpoint.other_shape", Severity.BLOCK, (pair.variable.name,), facts, ("choose_checkpoint",))
    for pair in context.match.different_dtype:
        facts = {"variable": pair.variable.name, "graph": pair.variable.dtype, "stored": pair.stored.dtype}
        yield Finding("checkpoint.other_dtype", Severity.BLOCK, (pair.variable.name,), facts, ("choose_checkpoint",))


def _missing(match: Match, prefix: str) -> Iterator[Finding]:
    if not match.missing:
        return
    names = tuple(variable.name for variable in match.missing)
    ranges = [name for name in names if name.endswith(("/min", "/max")) and "quant" in name]
    facts: dict[str, Fact] = {"prefix": prefix}
    if match.renaming is not None:
        facts |= {"graph_scope": match.renaming.graph_scope or "/", "scope": match.renaming.checkpoint_scope or "/"}
        yield Finding("checkpoint.other_scope", Severity.BLOCK, names, facts, ("choose_checkpoint",))
    elif len(ranges) == len(names):
        yield Finding("checkpoint.missing_ranges", Severity.BLOCK, names, facts, ("choose_checkpoint",))
    else:
        yield Finding("checkpoint.missing_variables", Severity.BLOCK, names, facts, ("choose_checkpoint",))


def _shape(shape: tuple[int | None, ...] | None) -> str:
    return "?" if shape is None else "[" + ", ".join("?" if size is None else str(size) for size in shape) + "]"
