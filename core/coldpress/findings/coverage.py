"""Every tensor of a model that is to compute in integers has a range: the rule behind *is lacking min/max data*.

TF 1.15 stops at the first tensor without one; 2.21 lets it and its neighbours compute in floats without a word. A
range comes from a fake quant node, from the operation itself (a softmax gives 0 to 1), from the input through
operations that only move values, or from a fake quant node further down, across what the converter fuses into a layer:
bias, batch norm, the ReLUs. Whether an operation only moves values is what the converter answered when it was asked.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from coldpress.finding import Finding, Severity
from coldpress.findings.quantization import takes_trained_ranges
from coldpress.graph.names import scope_of
from coldpress.graph.op_sets import BATCH_NORMS, FAKE_QUANT, PASS_THROUGH, ops
from coldpress.graph.op_support import keeps_range
from coldpress.graph.order import topological
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.facts import Fact
    from coldpress.findings.context import FindingContext
    from coldpress.formats.protos import NodeDef
    from coldpress.graph.graph import Graph

_FUSED = BATCH_NORMS | PASS_THROUGH | ops("BiasAdd BiasAddV1 Relu Relu6")
"""What the converter makes a part of the layer before it, so that only the end needs a range."""

_FUSED_WITH_CONSTANTS = ops("Add AddV2 Sub Mul Div RealDiv")
"""Fused if one side is a constant: biases and scales written as arithmetic."""

_ON_THE_WAY = _FUSED | _FUSED_WITH_CONSTANTS | ops("Switch Merge Reshape Squeeze")
_HOPS = 12
"""Between a layer and its fake quant node lie a handful of operations, delays of the quantization included."""


def rule(context: FindingContext) -> Iterator[Finding]:
    """Look for the first tensor without a range, where a model with trained ranges is to compute in integers."""
    if not takes_trained_ranges(context.inference_type, context.recipe):
        return
    coverage = _Coverage(context)
    for ref in context.outputs:
        better = _range_behind(context.source, ref) if ref.node in coverage.uncovered else None
        if better is not None:
            facts: dict[str, Fact] = {"output": ref.node, "better": better}
            yield Finding(
                "quantization.output_before_range", _severity(context), (ref.node, better), facts, ("other_outputs",)
            )
            return
    if coverage.trained and coverage.uncovered:
        yield _uncovered(context, coverage)


def _severity(context: FindingContext) -> Severity:
    """Default ranges fill the gaps: then the model is integers throughout, and its numbers mean little."""
    return Severity.BLOCK if context.recipe.default_ranges is None else Severity.WARNING


def _uncovered(context: FindingContext, coverage: _Coverage) -> Finding:
    first = coverage.uncovered[0]
    node = context.graph[first]
    readers = context.graph.readers(first)
    facts: dict[str, Fact] = {
        "node": first,
        "operation": node.op,
        "reader": readers[0] if readers else first,
        "scope": scope_of(first) or first,
        "uncovered": len(coverage.uncovered),
    }
    names = tuple(coverage.uncovered)
    return Finding(
        "quantization.uncovered",
        _severity(context),
        names,
        facts,
        ("give_ranges", "other_outputs", "choose_int8", "choose_float32"),
    )


class _Coverage:
    """``uncovered``: the operations whose real-valued results have no range, in the order of the data flow."""

    def __init__(self, context: FindingContext) -> None:
        self._graph = context.graph
        self._types = context.types
        self._outputs = {ref.node for ref in context.outputs}
        fed = {ref.node for ref in context.inputs}
        self._varying = self._graph.descendants(fed)
        order = [name for name in topological(self._graph).names if name in self._varying]
        self._ranged = self._from_above(order, fed)
        absorbed = self._from_below(order)
        self.trained = any(self._graph[name].op in FAKE_QUANT for name in order)
        self.uncovered = [n for n in order if n not in self._ranged and n not in absorbed and self._is_real(n)]

    def _from_above(self, order: list[str], fed: set[str]) -> set[str]:
        ranged: set[str] = set()
        for name in order:
            node = self._graph[name]
            if name in fed or node.op in FAKE_QUANT:
                ranged.add(name)
                continue
            follows = node.op in PASS_THROUGH or keeps_range(node.op)
            if follows and all(ref.node in ranged for ref in self._real_inputs(name)):
                ranged.add(name)
        return ranged

    def _real_inputs(self, name: str) -> list[TensorRef]:
        """Return the real-valued tensors that depend on the data: shapes and indices have no range."""
        inputs = self._graph.data_inputs(name)
        return [ref for ref in inputs if ref.node in self._varying and self._types.dtype(ref) == "float32"]

    def _from_below(self, order: list[str]) -> set[str]:
        absorbed: set[str] = set()
        for name in reversed(order):
            readers = self._graph.readers(name)
            if name not in self._outputs and readers and all(self._absorbs(r, name, absorbed) for r in readers):
                absorbed.add(name)
        return absorbed

    def _absorbs(self, reader: str, name: str, absorbed: set[str]) -> bool:
        """Tell whether ``reader`` gives what it reads from ``name`` its range, or hands it on to what does."""
        node = self._graph[reader]
        if node.op in FAKE_QUANT:
            inputs = self._graph.data_inputs(reader)
            return bool(inputs) and inputs[0].node == name
        return reader in absorbed and (self._is_fused(node) or keeps_range(node.op))

    def _is_fused(self, node: NodeDef) -> bool:
        if node.op in _FUSED:
            return True
        sources = [ref.node in self._varying for ref in self._graph.data_inputs(node.name)]
        return node.op in _FUSED_WITH_CONSTANTS and sum(sources) == 1

    def _is_real(self, name: str) -> bool:
        return self._types.dtype(TensorRef(name)) == "float32"


def _range_behind(source: Graph, output: TensorRef) -> str | None:
    """Return the fake quant node that gives a chosen output its range, further down in the graph as it was read."""
    queue = deque([(output.node, 0)])
    seen = {output.node}
    while queue:
        name, hops = queue.popleft()
        for reader in source.readers(name):
            op = source[reader].op
            if op in FAKE_QUANT:
                return reader
            if op in _ON_THE_WAY and hops < _HOPS and reader not in seen:
                seen.add(reader)
                queue.append((reader, hops + 1))
    return None
