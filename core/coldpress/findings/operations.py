"""TensorFlow Lite has every operation: all that it lacks is said at once, with where to cut instead.

Only what depends on the data counts: the rest is worked out by the converter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.finding import Finding, Severity
from coldpress.graph.names import scope_of
from coldpress.graph.op_support import OpSupport, has_integer_kernel, main_dtype, node_support
from coldpress.graph.order import topological
from coldpress.recipe import InferenceType

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coldpress.facts import Fact
    from coldpress.findings.context import FindingContext

_SHOWN = 3
_INTEGERS = (InferenceType.UINT8, InferenceType.INT8, InferenceType.INT16X8)


def rule(context: FindingContext) -> Iterator[Finding]:
    """Ask of each operation that computes on the data who has a kernel for it."""
    computed = _on_the_data(context)
    lacking: dict[tuple[OpSupport, str], list[str]] = {}
    for name in computed:
        node = context.graph[name]
        support = node_support(node, context.types)
        if support in {OpSupport.SELECT, OpSupport.NONE}:
            lacking.setdefault((support, node.op), []).append(name)
    for (support, op), names in lacking.items():
        yield _lacking(context, support, op, names)
    if context.inference_type in _INTEGERS and not lacking:
        yield from _in_floats(context, computed)


def _on_the_data(context: FindingContext) -> list[str]:
    """Return the operations whose values depend on the inputs, in the order of the data flow, inputs left out."""
    graph = context.graph
    fed = {ref.node for ref in context.inputs}
    varying = graph.descendants(fed)
    shapes_only = {name for name in varying if graph[name].op in {"Shape", "ShapeN", "Size", "Rank"}}
    reached = set(fed)
    order = [name for name in topological(graph).names if name in varying]
    for name in order:
        if name not in shapes_only and any(ref.node in reached for ref in graph.data_inputs(name)):
            reached.add(name)
    return [name for name in order if name in reached and name not in fed]


def _lacking(context: FindingContext, support: OpSupport, op: str, names: Sequence[str]) -> Finding:
    select = support is OpSupport.SELECT
    allowed = context.recipe.select_tf_ops if select else context.recipe.allow_custom_ops
    code = "operations.needs_select" if select else "operations.needs_custom"
    remedies = ("other_outputs", "select_tf_ops") if select else ("other_outputs", "allow_custom_ops")
    severity = Severity.WARNING if allowed or context.input_choices is None else Severity.BLOCK
    return Finding(code, severity, tuple(names), _facts(context, op, names), remedies)


def _facts(context: FindingContext, op: str, names: Sequence[str]) -> dict[str, Fact]:
    scopes = list(dict.fromkeys(scope_of(name) or name for name in names))
    shown = ", ".join(scopes[:_SHOWN]) + (" …" if len(scopes) > _SHOWN else "")
    cut = _cut_before(context, names[0])
    dtype = main_dtype(context.graph[names[0]], context.types) or "?"
    return {"operation": op, "dtype": dtype, "scopes": shown, "cut": cut}


def _cut_before(context: FindingContext, name: str) -> str:
    """Return the nearest tensor before a node: what it reads of the data."""
    graph = context.graph
    varying = graph.descendants(ref.node for ref in context.inputs)
    return next((str(ref) for ref in graph.data_inputs(name) if ref.node in varying), name)


def _in_floats(context: FindingContext, computed: Sequence[str]) -> Iterator[Finding]:
    """Say which operations would compute in floats in the midst of a model of integers."""
    found: dict[str, list[str]] = {}
    for name in computed:
        op = context.graph[name].op
        if has_integer_kernel(op) is False and not _folded(context, name):
            found.setdefault(op, []).append(name)
    for op, names in found.items():
        yield Finding(
            "operations.float_only", Severity.WARNING, tuple(names), _facts(context, op, names), ("other_outputs",)
        )


def _folded(context: FindingContext, name: str) -> bool:
    """Tell whether a batch norm follows a layer: then the converter makes it a part of that."""
    graph = context.graph
    inputs = graph.data_inputs(name)
    before = graph.producer(inputs[0]) if inputs else None
    return "BatchNorm" in graph[name].op and before is not None and ("Conv" in before.op or "MatMul" in before.op)
