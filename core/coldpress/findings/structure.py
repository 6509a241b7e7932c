"""The graph is one: every input exists, nothing waits for itself, every operation is known, names are legal.

TensorFlow says each of these when it imports a graph, one at a time and of the whole graph; here they are said all at
once, and of what the outputs need. The cycle of a ``while`` loop (through ``NextIteration``) is as it should be.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coldpress.finding import Finding, Severity
from coldpress.graph.graph import Graph
from coldpress.graph.op_defs import op_def
from coldpress.graph.order import cycle, topological
from coldpress.graph.tensor_ref import is_control, operation_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.findings.context import FindingContext

_LEGAL_NAME = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*")
"""``node_def_util.cc``, ``IsValidNodeName``; TOCO refuses other characters too."""


def rule(context: FindingContext) -> Iterator[Finding]:
    """Look at every node that the outputs need, as far as the inputs, the cut ones included."""
    source = context.source
    cut = set(context.source_inputs)
    kept = source.ancestors([ref.node for ref in context.outputs], stop=lambda name: name in cut)
    part = Graph((source[name] for name in kept), functions=source.functions.values())
    # Where outputs were only suggested, damage elsewhere may be why the real one was not found.
    trusted = part if context.recipe.outputs else source
    yield from _missing(trusted, source)
    yield from _cycles(trusted)
    yield from _unknown(context, part)
    illegal = tuple(name for name in kept if not _LEGAL_NAME.fullmatch(name))
    if illegal:
        yield Finding("graph.illegal_name", Severity.BLOCK, illegal)


def _missing(part: Graph, source: Graph) -> Iterator[Finding]:
    data: dict[str, str] = {}
    control: dict[str, str] = {}
    for node in part:
        for text in node.input:
            if text not in source and operation_name(text) not in source:
                (control if is_control(text) else data)[node.name] = text
    for found, code, severity in (
        (data, "graph.missing_input", Severity.BLOCK),
        (control, "graph.missing_control_input", Severity.WARNING),
    ):
        if found:
            name, text = next(iter(found.items()))
            yield Finding(code, severity, tuple(found), {"node": name, "input": text})


def _cycles(part: Graph) -> Iterator[Finding]:
    stuck = topological(part).stuck
    names = cycle(part, stuck)
    if names:
        yield Finding("graph.cycle", Severity.BLOCK, names, {"path": " → ".join([*names[:8], names[0]])})


def _unknown(context: FindingContext, part: Graph) -> Iterator[Finding]:
    by_op: dict[str, list[str]] = {}
    for node in part:
        if op_def(node.op) is None and node.op not in part.functions:
            by_op.setdefault(node.op, []).append(node.name)
    severity = Severity.WARNING if context.recipe.allow_custom_ops else Severity.BLOCK
    for op, names in by_op.items():
        yield Finding("graph.unknown_op", severity, tuple(names), {"operation": op}, ("other_outputs",))
