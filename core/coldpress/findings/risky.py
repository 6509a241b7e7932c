"""Operations that could do more than compute, on the way to the outputs.

"TensorFlow models are programs" (TensorFlow's SECURITY.md). The worker refuses them once more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.finding import Finding, Severity
from coldpress.graph.op_defs import op_def
from coldpress.worker.risky import is_risky

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.findings.context import FindingContext


def rule(context: FindingContext) -> Iterator[Finding]:
    """Look at every node of the eval graph and of the functions that it calls."""
    found: dict[str, list[str]] = {}
    nodes = [(node.name, node.op) for node in context.graph]
    for function in context.graph.functions.values():
        nodes += [(f"{function.signature.name}/{node.name}", node.op) for node in function.node_def]
    for name, operation in nodes:
        definition = op_def(operation)
        if definition is not None and is_risky(operation, stateful=definition.is_stateful):
            found.setdefault(operation, []).append(name)
    for operation, names in found.items():
        facts = {"node": names[0], "operation": operation}
        yield Finding("worker.risky_operation", Severity.BLOCK, tuple(names), facts, ("other_outputs",))
