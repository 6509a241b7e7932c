"""What flows where: which sources each node depends on, how many layers lie above it, what belongs to gradients.

A *source* is a tensor where data comes into the graph: a placeholder, an iterator's or queue's output, a parsed
example. Sets of sources are bit masks. One pass over the nodes in topological order, a few more where there are loops.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from coldpress.graph.names import is_gradient
from coldpress.graph.op_sets import (
    CONVOLUTIONS,
    DEQUEUES,
    EMBEDDINGS,
    ITERATORS,
    PARSERS,
    PASS_THROUGH,
    PLACEHOLDERS,
    PRODUCTS,
    RANDOM,
    RECURRENT,
    VARIABLES,
    ops,
)
from coldpress.graph.order import topological
from coldpress.graph.shape_rules.control import LOOP_ENDS
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coldpress.formats.protos import NodeDef
    from coldpress.graph.graph import Graph
    from coldpress.graph.inference import TensorTypes

SOURCE_OPS = PLACEHOLDERS | ITERATORS | DEQUEUES | PARSERS
_SHAPE_QUESTIONS = ops("Shape ShapeN Size Rank ZerosLike OnesLike")
_GRADIENT_SUFFIXES = ("Grad", "GradV2", "GradV3", "GradGrad", "Gradient", "BackpropFilter", "BackpropFilterV2")
_NO_DATA = frozenset({"string", "bool", "resource", "variant"})
_SCALING = ops("Mul Add AddV2 Sub Reshape Identity Cast")
"""What is done to random numbers before a generator's first layer."""
_PLAIN_ARITHMETIC = ops("Mul Add AddV2 BiasAdd")
"""What counts as a layer where there is neither a product nor an embedding: ``w * x + b`` written out."""

_SWEEPS_WITH_LOOPS = 4
"""Each sweep carries facts once more round the loops; deeper nesting than this does not occur."""


class Flow:
    """The facts of every node, by name.

    ``sources`` are all source tensors in graph order; bit ``i`` of a mask stands for ``sources[i]``. ``depth`` counts
    the layers on the longest way to a node, itself included: convolutions, products with weights, recurrent cells;
    where there are none, embeddings.
    """

    def __init__(self, graph: Graph, types: TensorTypes) -> None:
        self.graph = graph
        self.types = types
        self.drawn: frozenset[str] = frozenset()
        """Random operations that a generator is fed with, where data comes in nowhere else: sources, too."""
        self.sources = tuple(self._find_sources())
        if not any(self._holds_data(ref) for ref in self.sources):
            self.sources += self._noise_sources()
        self._source_bit = {ref: 1 << number for number, ref in enumerate(self.sources)}
        order = topological(graph)
        self.order = order.names
        self.position: Mapping[str, int] = {name: number for number, name in enumerate(self.order)}
        self.mask: dict[str, int] = {}
        """What a node depends on in any way: what must be fed to run it."""
        self.data: dict[str, int] = {}
        """What the values of a node depend on: asking only for the shape of a tensor does not count."""
        self.depth: dict[str, int] = {}
        self.gradient: set[str] = set()
        self.weighted: set[str] = set()
        """Depends on a variable."""
        self.random: set[str] = set()
        """Random numbers, and what is computed from them alone."""
        self.layers: set[str] = set()
        sweeps = _SWEEPS_WITH_LOOPS if any(node.op in LOOP_ENDS for node in graph) else 1
        for self._layer_ops in (CONVOLUTIONS | PRODUCTS | RECURRENT, EMBEDDINGS, _PLAIN_ARITHMETIC):
            for _ in range(sweeps):
                self._sweep()
            if self.layers:
                break

    def _find_sources(self) -> Iterable[TensorRef]:
        for node in self.graph:
            if node.op in PLACEHOLDERS:
                yield TensorRef(node.name)
            elif node.op in SOURCE_OPS:
                for output in range(self.types.outputs(node.name)):
                    yield TensorRef(node.name, output)

    def _noise_sources(self) -> tuple[TensorRef, ...]:
        names = [node.name for node in self.graph if node.op in RANDOM and self._feeds_layer(node.name)]
        self.drawn = frozenset(names)
        return tuple(TensorRef(name) for name in names)

    def _holds_data(self, ref: TensorRef) -> bool:
        """Tell whether a source may be data: no file name, no flag, no single number."""
        return self.types.dtype(ref) not in _NO_DATA and self.types.shape(ref) != ()

    def _feeds_layer(self, random: str) -> bool:
        """Tell whether a layer reads random numbers, scaled at most: not weights at their first value, nor a mask."""
        stack, seen = [random], {random}
        while stack:
            name = stack.pop()
            for reader in self.graph.readers(name):
                op = self.graph[reader].op
                inputs = self.graph.data_inputs(reader)
                if op in CONVOLUTIONS | PRODUCTS and inputs[0].node == name:
                    return True
                if op in _SCALING and reader not in seen:
                    seen.add(reader)
                    stack.append(reader)
        return False

    def bit(self, ref: TensorRef) -> int:
        """Return the bit of a source, 0 for any other tensor."""
        return self._source_bit.get(ref, 0)

    def mask_of(self, ref: TensorRef) -> int:
        """Return the sources that a tensor depends on."""
        bit = self._source_bit.get(ref)
        return bit if bit is not None else self.mask.get(ref.node, 0)

    def data_of(self, ref: TensorRef) -> int:
        """Return the sources that the values of a tensor depend on."""
        bit = self._source_bit.get(ref)
        return bit if bit is not None else self.data.get(ref.node, 0)

    def refs(self, mask: int) -> tuple[TensorRef, ...]:
        """Return the sources of a mask."""
        return tuple(ref for number, ref in enumerate(self.sources) if mask >> number & 1)

    def depth_of(self, ref: TensorRef) -> int:
        """Return the number of layers above a tensor."""
        return self.depth.get(ref.node, 0)

    @cached_property
    def layer_inputs(self) -> int:
        """The sources that reach a layer."""
        mask = 0
        for name in self.layers:
            mask |= self.data[name]
        return mask

    @cached_property
    def _functions_with_layers(self) -> frozenset[str]:
        """Functions of the library whose bodies hold a layer, directly or through functions that they call."""
        calls: dict[str, set[str]] = {}
        found: set[str] = set()
        for name, function in self.graph.functions.items():
            for node in function.node_def:
                if node.op in CONVOLUTIONS | PRODUCTS | RECURRENT:
                    found.add(name)
                for callee in _callees(node):
                    calls.setdefault(callee, set()).add(name)
        stack = list(found)
        while stack:
            for caller in calls.get(stack.pop(), ()):
                if caller not in found:
                    found.add(caller)
                    stack.append(caller)
        return frozenset(found)

    def _sweep(self) -> None:
        for name in self.order:
            self._visit(self.graph[name])

    def _visit(self, node: NodeDef) -> None:
        inputs = self.graph.data_inputs(node.name)
        name = node.name
        if node.op in SOURCE_OPS or name in self.drawn:
            self.mask[name] = self.data[name] = self._own_bits(node)
            self.depth[name] = 0
            return
        mask, data, depth = 0, 0, 0
        for ref in inputs:
            mask |= self.mask_of(ref)
            data |= self.data_of(ref)
            depth = max(depth, self.depth.get(ref.node, 0))
        self.mask[name] = mask
        self.data[name] = 0 if node.op in _SHAPE_QUESTIONS else data
        self._mark(node, inputs)
        if data and name not in self.gradient and self._is_layer(node, inputs):
            self.layers.add(name)
            depth += 1
        self.depth[name] = 0 if node.op in _SHAPE_QUESTIONS else depth

    def _own_bits(self, node: NodeDef) -> int:
        """Return all bits of a source operation, for readers of the node as a whole."""
        bits = 0
        for output in range(max(self.types.outputs(node.name), 1)):
            bits |= self._source_bit.get(TensorRef(node.name, output), 0)
        return bits

    def _mark(self, node: NodeDef, inputs: tuple[TensorRef, ...]) -> None:
        name = node.name
        if _is_gradient_op(node.op) or is_gradient(name) or any(ref.node in self.gradient for ref in inputs):
            self.gradient.add(name)
        if node.op in VARIABLES or any(ref.node in self.weighted for ref in inputs):
            self.weighted.add(name)
        if node.op in RANDOM or (not self.data[name] and any(ref.node in self.random for ref in inputs)):
            self.random.add(name)
        else:
            # An earlier sweep may not have seen yet that a loop brings data here.
            self.random.discard(name)

    def _is_layer(self, node: NodeDef, inputs: tuple[TensorRef, ...]) -> bool:
        if node.op not in self._layer_ops:
            return any(callee in self._functions_with_layers for callee in _callees(node))
        if node.op in CONVOLUTIONS or node.op in RECURRENT:
            return True
        if node.op in PRODUCTS:
            return any(ref.node in self.weighted or not self.data_of(ref) for ref in inputs[:2])
        weights = (ref for ref in inputs if ref.node in self.weighted and not self.data_of(ref))
        return any(self.types.shape(ref) != () for ref in weights)


def _is_gradient_op(op: str) -> bool:
    return (op.endswith(_GRADIENT_SUFFIXES) and op not in PASS_THROUGH) or op == "BroadcastGradientArgs"


def _callees(node: NodeDef) -> Iterable[str]:
    """Return the functions that a node calls."""
    yield node.op
    for value in node.attr.values():
        if value.HasField("func"):
            yield value.func.name
        else:
            yield from (function.name for function in value.list.func)
