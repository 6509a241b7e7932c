"""A graph being rewritten: copies a node when it is first changed, and keeps the consumers up to date.

Every operation costs in proportion to the edges it touches, so a rewrite is linear in the size of the graph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.formats.protos import NodeDef
from coldpress.graph.graph import Graph
from coldpress.graph.tensor_ref import TensorRef, is_control, operation_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class GraphEditor:
    """A mutable view of ``graph``; ``result`` gives the rewritten graph, the original stays as it was."""

    def __init__(self, graph: Graph) -> None:
        self._source = graph
        self._nodes: dict[str, NodeDef] = {node.name: node for node in graph}
        self._owned: set[str] = set()
        self._payloads = dict(graph.payloads)
        # Filled as nodes are asked for: passes ask for the same inputs again and again.
        self._inputs: dict[str, tuple[TensorRef, ...]] = {}
        # consumers: operation -> {consumer: number of input entries naming the operation}
        self._consumers: dict[str, dict[str, int]] = {}
        for node in graph:
            for text in node.input:
                self._link(operation_name(text), node.name)

    @property
    def source(self) -> Graph:
        """The graph as it was read."""
        return self._source

    def __contains__(self, name: object) -> bool:
        return name in self._nodes

    def __iter__(self) -> Iterator[NodeDef]:
        return iter(tuple(self._nodes.values()))

    def __len__(self) -> int:
        return len(self._nodes)

    def __getitem__(self, name: str) -> NodeDef:
        """Return a node to read; to change one, ask ``own``."""
        return self._nodes[name]

    def get(self, name: str) -> NodeDef | None:
        """Return the node called ``name``, or None."""
        return self._nodes.get(name)

    def own(self, name: str) -> NodeDef:
        """Return a node whose attributes may be changed. Its inputs are changed through the editor only."""
        if name not in self._owned:
            copy = NodeDef()
            copy.CopyFrom(self._nodes[name])
            self._nodes[name] = copy
            self._owned.add(name)
        return self._nodes[name]

    def data_inputs(self, name: str) -> tuple[TensorRef, ...]:
        """Return the tensors that a node reads, in order."""
        known = self._inputs.get(name)
        if known is None:
            known = tuple(TensorRef.parse(text) for text in self._nodes[name].input if not is_control(text))
            self._inputs[name] = known
        return known

    def producer(self, ref: TensorRef) -> NodeDef | None:
        """Return the node that makes a tensor, or None where the graph lacks it."""
        return self._nodes.get(ref.node)

    def readers(self, name: str) -> tuple[str, ...]:
        """Return the operations that read ``name`` or wait for it."""
        return tuple(self._consumers.get(name, ()))

    def set_inputs(self, name: str, inputs: Iterable[str]) -> None:
        """Replace all inputs of a node (entries as in ``NodeDef.input``)."""
        node = self.own(name)
        for text in node.input:
            self._unlink(operation_name(text), name)
        del node.input[:]
        node.input.extend(inputs)
        self._inputs.pop(name, None)
        for text in node.input:
            self._link(operation_name(text), name)

    def set_input(self, name: str, position: int, ref: TensorRef) -> None:
        """Replace one input of a node."""
        inputs = list(self._nodes[name].input)
        inputs[position] = ref.as_input
        self.set_inputs(name, inputs)

    def redirect(self, old: TensorRef, new: TensorRef, *, only: Iterable[str] | None = None) -> tuple[str, ...]:
        """Let every reader of ``old`` (or those in ``only``) read ``new`` instead; return who was changed."""
        wanted = self.readers(old.node) if only is None else tuple(only)
        changed = []
        for reader in wanted:
            if reader == new.node or reader not in self._nodes:
                continue
            before = list(self._nodes[reader].input)
            after = [new.as_input if not is_control(text) and TensorRef.parse(text) == old else text for text in before]
            if after != before:
                self.set_inputs(reader, after)
                changed.append(reader)
        return tuple(changed)

    def drop_control_inputs(self, name: str) -> bool:
        """Remove the control inputs of a node; tell whether there were any."""
        inputs = list(self._nodes[name].input)
        kept = [text for text in inputs if not is_control(text)]
        if len(kept) == len(inputs):
            return False
        self.set_inputs(name, kept)
        return True

    def add(self, node: NodeDef) -> None:
        """Add a node whose name is free."""
        if node.name in self._nodes:
            msg = f"the name {node.name!r} is taken"
            raise ValueError(msg)
        self._insert(node)

    def replace(self, node: NodeDef) -> None:
        """Put ``node`` in the place of the node of the same name; its readers stay."""
        self.remove(node.name)
        self._insert(node)

    def remove(self, name: str) -> None:
        """Take a node out; whoever still reads it is left dangling until redirected or pruned."""
        for text in self._nodes[name].input:
            self._unlink(operation_name(text), name)
        del self._nodes[name]
        self._inputs.pop(name, None)
        self._owned.discard(name)
        self._payloads.pop(name, None)

    def free_name(self, wanted: str) -> str:
        """Return ``wanted``, or ``wanted_1`` and so on where it is taken."""
        name, number = wanted, 0
        while name in self._nodes:
            number += 1
            name = f"{wanted}_{number}"
        return name

    def ancestors(self, names: Iterable[str]) -> dict[str, None]:
        """Return ``names`` and every operation that they need by data (an ordered set)."""
        seen = dict.fromkeys(name for name in names if name in self._nodes)
        stack = list(seen)
        while stack:
            for text in self._nodes[stack.pop()].input:
                source = operation_name(text)
                if not is_control(text) and source not in seen and source in self._nodes:
                    seen[source] = None
                    stack.append(source)
        return seen

    def keep_only(self, names: Iterable[str]) -> None:
        """Remove every node that is not in ``names``."""
        wanted = set(names)
        for name in [name for name in self._nodes if name not in wanted]:
            self.remove(name)

    def result(self) -> Graph:
        """Return the graph as it is now, in the order of the original, new nodes last."""
        return Graph(
            self._nodes.values(),
            functions=self._source.functions.values(),
            versions=self._source.versions,
            payloads=self._payloads,
        )

    def _insert(self, node: NodeDef) -> None:
        self._nodes[node.name] = node
        self._inputs.pop(node.name, None)
        self._owned.add(node.name)
        for text in node.input:
            self._link(operation_name(text), node.name)

    def _link(self, source: str, consumer: str) -> None:
        users = self._consumers.setdefault(source, {})
        users[consumer] = users.get(consumer, 0) + 1

    def _unlink(self, source: str, consumer: str) -> None:
        users = self._consumers[source]
        users[consumer] -= 1
        if not users[consumer]:
            del users[consumer]
