"""TensorFlow Lite has every operation: all that it lacks is said at once, with where to cut instead.

The rule asks the shipped table; ``from_answer`` says the same of what the installed converter answered. Only what
depends on the data counts: the rest is worked out by the converter.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from coldpress.finding import Finding, Severity
from coldpress.graph.frames import outermost_frames
from coldpress.graph.inference import TensorTypes
from coldpress.graph.names import scope_of
from coldpress.graph.op_sets import TENSOR_ARRAY_FLOWS
from coldpress.graph.op_support import OpSupport, has_integer_kernel, main_dtype, node_support
from coldpress.graph.order import topological
from coldpress.recipe import InferenceType
from coldpress.worker.requests.graph import SupportKind

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from coldpress.eval_graph.rewrite import EvalGraph
    from coldpress.facts import Fact
    from coldpress.findings.context import FindingContext
    from coldpress.graph.graph import Graph
    from coldpress.graph.tensor_ref import TensorRef
    from coldpress.recipe import Recipe
    from coldpress.worker.requests.graph import OperationSupport, Support

_SHOWN = 3
_TENSOR_ARRAY = "TensorArray"
_NO_ARRAYS = (None, "resource", "variant")
"""Handles, and what nobody can tell the type of."""
_INTEGERS = (InferenceType.UINT8, InferenceType.INT8, InferenceType.INT16X8)


def rule(context: FindingContext) -> Iterator[Finding]:
    """Ask of each operation that computes on the data who has a kernel for it."""
    fed = tuple(ref.node for ref in context.inputs)
    computed = _on_the_data(context.graph, set(fed))
    plan = _Plan(context.graph, fed, context.recipe, asked=context.input_choices is not None)
    lacking: dict[tuple[OpSupport, str], list[str]] = {}
    for name in computed:
        node = context.graph[name]
        support = node_support(node, context.types)
        if support in {OpSupport.SELECT, OpSupport.NONE}:
            lacking.setdefault((support, _family(node.op)), []).append(name)
    for (support, _op), names in lacking.items():
        yield _lacking(plan, support, names)
    if context.inference_type in _INTEGERS and not lacking:
        yield from _in_floats(context, plan, computed)


def _family(op: str) -> str:
    """Return what operations have in common that come and go together: those of a TensorArray make up one loop."""
    return _TENSOR_ARRAY if op.startswith(_TENSOR_ARRAY) else op


def _on_the_data(graph: Graph, fed: set[str]) -> list[str]:
    """Return the operations whose values depend on the inputs, in the order of the data flow, inputs left out."""
    varying = graph.descendants(fed)
    shapes_only = {name for name in varying if graph[name].op in {"Shape", "ShapeN", "Size", "Rank"}}
    reached = set(fed)
    order = [name for name in topological(graph).names if name in varying]
    for name in order:
        if name not in shapes_only and any(ref.node in reached for ref in graph.data_inputs(name)):
            reached.add(name)
    return [name for name in order if name in reached and name not in fed]


def from_answer(eval_graph: EvalGraph, recipe: Recipe, support: Support) -> tuple[Finding, ...]:
    """Return what the converter lacks by its own answer; operations of nobody are said by another rule."""
    plan = _Plan(eval_graph.graph, tuple(ref.node for ref in eval_graph.inputs), recipe, asked=True)
    return tuple(finding for item in _together(support) for finding in _answered(plan, item))


def _together(support: Support) -> Iterator[OperationSupport]:
    """Yield the operations that the converter answered about, one for all of a family."""
    families: dict[tuple[SupportKind, str], list[OperationSupport]] = {}
    for item in support.operations:
        families.setdefault((item.kind, _family(item.operation)), []).append(item)
    for items in families.values():
        yield replace(items[0], nodes=tuple(dict.fromkeys(name for item in items for name in item.nodes)))


def _answered(plan: _Plan, item: OperationSupport) -> Iterator[Finding]:
    # A tensor of the file that no operation of the graph gave its name is not a place to point at.
    names = [name for name in item.nodes if name in plan.graph]
    op = _spelt(plan, names) or item.operation
    if item.kind is SupportKind.SELECT:
        yield _lacking(plan, OpSupport.SELECT, names, op)
    elif item.kind is SupportKind.CUSTOM:
        yield _lacking(plan, OpSupport.NONE, names, op)
    elif item.kind is SupportKind.FLOAT_ONLY:
        yield _float_only(plan, op, names)


@dataclass(frozen=True)
class _Plan:
    """A graph, the operations that are fed, what is allowed, and whether a conversion is ``asked`` for."""

    graph: Graph
    fed: tuple[str, ...]
    recipe: Recipe
    asked: bool

    @cached_property
    def types(self) -> TensorTypes:
        return TensorTypes(self.graph)

    @cached_property
    def loops(self) -> Container[str]:
        """Every operation inside a loop."""
        return outermost_frames(self.graph, topological(self.graph).names)

    @cached_property
    def varying(self) -> Container[str]:
        """Every operation that computes on the data; what comes of its shape alone is not the data."""
        return {*self.fed, *_on_the_data(self.graph, set(self.fed))}

    def is_array(self, ref: TensorRef) -> bool:
        """Tell whether an app could take a tensor: neither a handle nor the flow that orders the uses of one."""
        return self.types.dtype(ref) not in _NO_ARRAYS and self.graph[ref.node].op not in TENSOR_ARRAY_FLOWS


def _spelt(plan: _Plan, names: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(plan.graph[name].op for name in names))


def _lacking(plan: _Plan, support: OpSupport, names: Sequence[str], operation: str = "") -> Finding:
    op = operation or _spelt(plan, names)
    select = support is OpSupport.SELECT
    allowed = plan.recipe.select_tf_ops if select else plan.recipe.allow_custom_ops
    code = "operations.needs_select" if select else "operations.needs_custom"
    if select and _family(op) == _TENSOR_ARRAY:
        code = "operations.tensor_array"
    remedies = ("other_outputs", "select_tf_ops") if select else ("other_outputs", "allow_custom_ops")
    severity = Severity.BLOCK if plan.asked and not allowed else Severity.WARNING
    return Finding(code, severity, tuple(names), _facts(plan, op, names), remedies)


def _float_only(plan: _Plan, op: str, names: Sequence[str]) -> Finding:
    facts = _facts(plan, op, names)
    return Finding("operations.float_only", Severity.WARNING, tuple(names), facts, ("other_outputs",))


def _facts(plan: _Plan, op: str, names: Sequence[str]) -> dict[str, Fact]:
    scopes = list(dict.fromkeys(scope_of(name) or name for name in names))
    shown = ", ".join(scopes[:_SHOWN]) + (" …" if len(scopes) > _SHOWN else "")
    cut = _cut_before(plan, names[0]) if names else "?"
    dtypes = (main_dtype(plan.graph[name], plan.types) for name in names)
    dtype = next((dtype for dtype in dtypes if dtype not in _NO_ARRAYS), None) or "?"
    return {"operation": op, "dtype": dtype, "scopes": shown, "cut": cut}


def _cut_before(plan: _Plan, name: str) -> str:
    """Return the nearest tensor before a node that an app could take: of the data, in no loop, and a plain array."""
    queue, seen = deque([name]), {name}
    while queue:
        for ref in plan.graph.data_inputs(queue.popleft()):
            if ref.node not in plan.varying or ref.node in seen:
                continue
            if ref.node not in plan.loops and plan.is_array(ref):
                return str(ref)
            seen.add(ref.node)
            queue.append(ref.node)
    return name


def _in_floats(context: FindingContext, plan: _Plan, computed: Sequence[str]) -> Iterator[Finding]:
    """Say which operations would compute in floats in the midst of a model of integers."""
    found: dict[str, list[str]] = {}
    for name in computed:
        op = context.graph[name].op
        if has_integer_kernel(op) is False and not _folded(context, name):
            found.setdefault(op, []).append(name)
    for op, names in found.items():
        yield _float_only(plan, op, names)


def _folded(context: FindingContext, name: str) -> bool:
    """Tell whether a batch norm follows a layer: then the converter makes it a part of that."""
    graph = context.graph
    inputs = graph.data_inputs(name)
    before = graph.producer(inputs[0]) if inputs else None
    return "BatchNorm" in graph[name].op and before is not None and ("Conv" in before.op or "MatMul" in before.op)
