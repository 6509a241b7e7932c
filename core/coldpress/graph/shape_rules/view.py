"""What a shape rule sees of a node: attributes with defaults, shapes of the inputs, values of small integer inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from coldpress.graph.op_defs import attribute
from coldpress.graph.shape_rules.shapes import Shape, from_proto

if TYPE_CHECKING:
    from coldpress.formats.protos import AttrValue, NodeDef
    from coldpress.graph.graph import Graph
    from coldpress.graph.shape_rules.shapes import Dim
    from coldpress.graph.tensor_ref import TensorRef

Ints = tuple["Dim", ...] | None
"""Elements of a small integer tensor in row-major order, None for an unknown one; None where nothing is known."""


class NodeView:
    """A node with what is known about its inputs. Asking for an input that is not there gives None."""

    __slots__ = ("_shapes", "_values", "graph", "inputs", "node")

    def __init__(
        self,
        graph: Graph,
        node: NodeDef,
        inputs: Sequence[TensorRef],
        shapes: Sequence[Shape],
        values: Sequence[Ints],
    ) -> None:
        self.graph = graph
        self.node = node
        self.inputs = inputs
        self._shapes = shapes
        self._values = values

    def shape(self, position: int) -> Shape:
        """Return the shape of an input."""
        return self._shapes[position] if position < len(self._shapes) else None

    def shapes(self, first: int = 0, last: int | None = None) -> Sequence[Shape]:
        """Return the shapes of the inputs from ``first`` to before ``last``."""
        return self._shapes[first:last]

    def values(self) -> Sequence[Ints]:
        """Return the elements of all inputs, as far as they are known."""
        return self._values

    def ints(self, position: int) -> Ints:
        """Return the elements of a small integer input."""
        return self._values[position] if -len(self._values) <= position < len(self._values) else None

    def scalar(self, position: int) -> Dim:
        """Return the one element of an integer input."""
        elements = self.ints(position)
        return elements[0] if elements is not None and len(elements) == 1 else None

    def attr(self, key: str) -> AttrValue | None:
        """Return an attribute or its default."""
        return attribute(self.node, key)

    def flag(self, key: str) -> bool:
        """Return a boolean attribute."""
        value = self.attr(key)
        return value is not None and value.b

    def number(self, key: str) -> int:
        """Return an integer attribute, 0 where it is missing."""
        value = self.attr(key)
        return value.i if value is not None else 0

    def text(self, key: str) -> str:
        """Return a string attribute, empty where it is missing."""
        value = self.attr(key)
        return value.s.decode("ascii", "replace") if value is not None else ""

    def numbers(self, key: str) -> tuple[int, ...]:
        """Return a list of integers."""
        value = self.attr(key)
        return tuple(value.list.i) if value is not None else ()

    def shape_attr(self, key: str) -> Shape:
        """Return a shape attribute."""
        value = self.attr(key)
        return from_proto(value.shape) if value is not None and value.HasField("shape") else None

    def shape_list(self, key: str) -> tuple[Shape, ...]:
        """Return a list of shapes."""
        value = self.attr(key)
        return tuple(from_proto(shape) for shape in value.list.shape) if value is not None else ()


Rule = Callable[[NodeView], Sequence[Shape]]
"""From a node to the shapes of its outputs; a shorter answer leaves the rest unknown."""
