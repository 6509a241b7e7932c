"""dtype and shape of every tensor, from attributes, ``_output_shapes`` and what each operation is known to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coldpress.formats.tensors import dtype_name
from coldpress.graph.op_defs import attribute, output_types, signature
from coldpress.graph.shape_rules import RULES
from coldpress.graph.shape_rules.control import LOOP_ENDS
from coldpress.graph.shape_rules.shapes import from_proto, merged
from coldpress.graph.shape_rules.values import INTEGERS, VALUES
from coldpress.graph.shape_rules.view import NodeView
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldpress.formats.protos import NodeDef, OpDef
    from coldpress.graph.graph import Graph
    from coldpress.graph.shape_rules.shapes import Shape
    from coldpress.graph.shape_rules.view import Ints

_TYPE_ATTRIBUTES = ("T", "dtype", "DstT", "out_type", "output_type")
_LIST_ATTRIBUTES = ("output_types", "component_types", "Tout", "dtypes")


class _Facts(NamedTuple):
    """What is known of a node: the shape of each output, and the elements of the first where it is small."""

    shapes: tuple[Shape, ...]
    ints: Ints


_NOTHING = _Facts((), None)


class TensorTypes:
    """Answers for dtype and shape of any tensor of a graph; worked out when first asked, remembered, never recursive.

    ``overrides`` states shapes that a person gave. Shapes recorded in the file (``_output_shapes``) then count no more,
    because they speak of the shapes before.
    """

    def __init__(self, graph: Graph, overrides: Mapping[TensorRef, Shape] | None = None) -> None:
        self._graph = graph
        self._overrides = overrides or {}
        self._facts: dict[str, _Facts] = {}
        self._dtypes: dict[str, tuple[str | None, ...]] = {}

    @property
    def graph(self) -> Graph:
        """The graph whose tensors these are."""
        return self._graph

    def dtype(self, ref: TensorRef) -> str | None:
        """Return the dtype of a tensor by numpy's name (reference types: their base), None where nothing tells."""
        node = self._graph.get(ref.node)
        if node is None:
            return None
        if node.name not in self._dtypes:
            self._dtypes[node.name] = self._infer_dtypes(node)
        names = self._dtypes[node.name]
        return names[ref.output] if ref.output < len(names) else None

    def shape(self, ref: TensorRef) -> Shape:
        """Return the shape of a tensor: None where not even the rank is known, None inside for an unknown size."""
        if ref in self._overrides:
            return self._overrides[ref]
        if ref.node not in self._graph:
            return None
        shapes = self._know(ref.node).shapes
        return shapes[ref.output] if ref.output < len(shapes) else None

    def outputs(self, name: str) -> int:
        """Return how many output tensors a node has, as far as anything tells."""
        node = self._graph[name]
        definition = signature(self._graph, node)
        if definition is not None:
            return len(output_types(node, definition))
        recorded = node.attr.get("_output_shapes")
        return max(len(recorded.list.shape) if recorded is not None else 0, self._highest_read(name) + 1)

    def constant_ints(self, ref: TensorRef) -> Ints:
        """Return the elements of a small integer tensor (a shape, axes), None inside for unknown ones."""
        return self._know(ref.node).ints if ref.node in self._graph and ref.output == 0 else None

    def _highest_read(self, name: str) -> int:
        highest = 0
        for reader in self._graph.readers(name):
            highest = max(highest, *(ref.output for ref in self._graph.data_inputs(reader) if ref.node == name))
        return highest

    def _infer_dtypes(self, node: NodeDef) -> tuple[str | None, ...]:
        definition = signature(self._graph, node)
        if definition is None:
            return _dtypes_from_attributes(node)
        numbers = output_types(node, definition)
        return tuple(
            dtype_name(number) if number else self._dtype_through(node, position, definition)
            for position, number in enumerate(numbers)
        )

    def _dtype_through(self, node: NodeDef, position: int, definition: OpDef) -> str | None:
        """Return the dtype of an output whose type attribute is missing: that of an input of the same type.

        Only files that another program wrote (or damaged) lack one, so it looks no further than plain chains.
        """
        seen = {node.name}
        while True:
            key = definition.output_arg[position].type_attr if position < len(definition.output_arg) else ""
            source = next((i for i, arg in enumerate(definition.input_arg) if key and arg.type_attr == key), None)
            inputs = self._graph.data_inputs(node.name)
            if source is None or source >= len(inputs) or inputs[source].node in seen:
                return None
            ref = inputs[source]
            before = self._graph.get(ref.node)
            definition_before = signature(self._graph, before) if before is not None else None
            if before is None or definition_before is None:
                return None
            numbers = output_types(before, definition_before)
            if ref.output >= len(numbers):
                return None
            if numbers[ref.output]:
                return dtype_name(numbers[ref.output])
            seen.add(before.name)
            node, position, definition = before, ref.output, definition_before

    def _know(self, name: str) -> _Facts:
        """Work out ``name`` and whatever it needs first, with a stack of our own."""
        known = self._facts
        if name in known:
            return known[name]
        stack = [name]
        opened: set[str] = set()
        while stack:
            current = stack[-1]
            if current in known:
                stack.pop()
            elif current in opened:
                stack.pop()
                known[current] = self._evaluate(self._graph[current])
            else:
                opened.add(current)
                stack.extend(need for need in self._needs(current) if need not in known and need not in opened)
        return known[name]

    def _needs(self, name: str) -> list[str]:
        """Return the nodes to know before ``name``. Loops are entered from their head only."""
        node = self._graph[name]
        if node.op in LOOP_ENDS or not self._has_rule(node) or self._told_by_file(node) is not None:
            return []
        return [
            ref.node for ref in self._graph.data_inputs(name) if ref.node in self._graph and ref not in self._overrides
        ]

    def _told_by_file(self, node: NodeDef) -> tuple[Shape, ...] | None:
        """Return the shapes that the file records, where they leave nothing to work out."""
        if self._overrides or node.op in VALUES:
            return None
        recorded = node.attr.get("_output_shapes")
        if recorded is None:
            return None
        shapes = tuple(from_proto(shape) for shape in recorded.list.shape)
        return shapes if all(shape is not None and None not in shape for shape in shapes) else None

    @staticmethod
    def _has_rule(node: NodeDef) -> bool:
        return node.op in RULES or node.op in VALUES

    def _evaluate(self, node: NodeDef) -> _Facts:
        told = self._told_by_file(node)
        if told is not None:
            return _Facts(told, None)
        inputs = self._graph.data_inputs(node.name) if self._has_rule(node) else ()
        facts = [self._facts.get(ref.node, _NOTHING) for ref in inputs]
        shapes = [self._input_shape(ref, fact) for ref, fact in zip(inputs, facts, strict=True)]
        ints = [fact.ints if ref.output == 0 else None for ref, fact in zip(inputs, facts, strict=True)]
        view = NodeView(self._graph, node, inputs, shapes, ints)
        rule = RULES.get(node.op)
        found = tuple(rule(view)) if rule is not None else ()
        value_rule = VALUES.get(node.op)
        elements = value_rule(view) if value_rule is not None and self.dtype(TensorRef(node.name)) in INTEGERS else None
        return _Facts(found if self._overrides else _completed(found, node), elements)

    def _input_shape(self, ref: TensorRef, facts: _Facts) -> Shape:
        if ref in self._overrides:
            return self._overrides[ref]
        return facts.shapes[ref.output] if ref.output < len(facts.shapes) else None


def _completed(found: tuple[Shape, ...], node: NodeDef) -> tuple[Shape, ...]:
    """Fill the gaps of ``found`` from the shapes that the file records."""
    recorded = node.attr.get("_output_shapes")
    if recorded is None:
        return found
    stored = tuple(from_proto(shape) for shape in recorded.list.shape)
    size = max(len(found), len(stored))
    padded = found + (None,) * (size - len(found)), stored + (None,) * (size - len(stored))
    return tuple(merged(a, b) for a, b in zip(*padded, strict=True))


def _dtypes_from_attributes(node: NodeDef) -> tuple[str | None, ...]:
    """Guess the dtypes of an operation that the registry lacks, from the attributes that commonly hold them."""
    for key in _LIST_ATTRIBUTES:
        value = attribute(node, key)
        if value is not None and value.list.type:
            return tuple(dtype_name(number) for number in value.list.type)
    for key in _TYPE_ATTRIBUTES:
        value = attribute(node, key)
        if value is not None and value.type:
            return (dtype_name(value.type),)
    return ()
