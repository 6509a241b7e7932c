"""The graph: an immutable index over the NodeDefs of a GraphDef. All walks are iterative."""

from __future__ import annotations

from collections import deque
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from coldpress.errors import InputError
from coldpress.formats.protos import VersionDef
from coldpress.graph.tensor_ref import TensorRef, is_control, operation_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from coldpress.formats.payload import Payload
    from coldpress.formats.protos import AttrValue, FunctionDef, NodeDef


class Consumer(NamedTuple):
    """A node that reads a tensor: ``graph[node].input[position]`` is that tensor."""

    node: str
    position: int


class Graph:
    """Nodes by name, with their data and control edges in both directions.

    The NodeDefs handed out are shared: whoever wants to change one copies it first (``eval_graph.editor``).
    ``payloads`` holds, by node name, values too big to be in memory; such a node's ``value`` attribute has dtype and
    shape but no content, and ``attribute`` reads it whole.
    """

    def __init__(
        self,
        nodes: Iterable[NodeDef],
        *,
        functions: Iterable[FunctionDef] = (),
        versions: VersionDef | None = None,
        payloads: Mapping[str, Payload] | None = None,
    ) -> None:
        """Index ``nodes``; raise ``InputError`` where two have one name."""
        self.nodes: Sequence[NodeDef] = tuple(nodes)
        self._by_name = {node.name: node for node in self.nodes}
        if len(self._by_name) != len(self.nodes):
            raise InputError("graph.duplicate_name", node=_first_duplicate(self.nodes))
        # Filled as nodes are asked for: walks ask for the same inputs again and again.
        self._data_inputs: dict[str, tuple[TensorRef, ...]] = {}
        self.functions: Mapping[str, FunctionDef] = {f.signature.name: f for f in functions}
        self.versions = versions or VersionDef()
        self.payloads: Mapping[str, Payload] = payloads or {}

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[NodeDef]:
        return iter(self.nodes)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __getitem__(self, name: str) -> NodeDef:
        return self._by_name[name]

    def get(self, name: str) -> NodeDef | None:
        """Return the node called ``name``, or None."""
        return self._by_name.get(name)

    def attribute(self, name: str, key: str) -> AttrValue | None:
        """Return attribute ``key`` of a node, read from the file where it was left there; None if there is none."""
        payload = self.payloads.get(name)
        if payload is not None and payload.key == key:
            return payload.load()
        return self._by_name[name].attr.get(key)

    def data_inputs(self, name: str) -> tuple[TensorRef, ...]:
        """Return the tensors that a node reads, in order."""
        known = self._data_inputs.get(name)
        if known is None:
            known = tuple(TensorRef.parse(text) for text in self._by_name[name].input if not is_control(text))
            self._data_inputs[name] = known
        return known

    def control_inputs(self, name: str) -> tuple[str, ...]:
        """Return the operations that must run before a node."""
        return tuple(text[1:] for text in self._by_name[name].input if is_control(text))

    def producer(self, ref: TensorRef) -> NodeDef | None:
        """Return the node that makes a tensor, or None where the graph lacks it."""
        return self._by_name.get(ref.node)

    def consumers(self, ref: TensorRef) -> tuple[Consumer, ...]:
        """Return the nodes that read a tensor."""
        return tuple(self._data_consumers.get(ref, ()))

    def readers(self, name: str) -> tuple[str, ...]:
        """Return the operations that read any output of ``name``, each once, in graph order; control edges left out."""
        return tuple(self._data_readers.get(name, ()))

    def control_consumers(self, name: str) -> tuple[str, ...]:
        """Return the operations that wait for ``name``."""
        return tuple(self._control_consumers.get(name, ()))

    @cached_property
    def _data_consumers(self) -> Mapping[TensorRef, list[Consumer]]:
        table: dict[TensorRef, list[Consumer]] = {}
        for node in self.nodes:
            for position, ref in enumerate(self.data_inputs(node.name)):
                table.setdefault(ref, []).append(Consumer(node.name, position))
        return table

    @cached_property
    def _data_readers(self) -> Mapping[str, dict[str, None]]:
        table: dict[str, dict[str, None]] = {}
        for ref, consumers in self._data_consumers.items():
            table.setdefault(ref.node, {}).update(dict.fromkeys(c.node for c in consumers))
        return table

    @cached_property
    def _control_consumers(self) -> Mapping[str, list[str]]:
        table: dict[str, list[str]] = {}
        for node in self.nodes:
            for text in node.input:
                if is_control(text):
                    table.setdefault(text[1:], []).append(node.name)
        return table

    def ancestors(
        self,
        names: Iterable[str],
        *,
        control: bool = False,
        stop: Callable[[str], bool] = lambda _name: False,
    ) -> dict[str, None]:
        """Return ``names`` and every operation that they need, nearest first (an ordered set).

        ``control`` follows control edges too; where ``stop(name)`` is true the walk keeps the node but goes no further.
        Names that the graph lacks are left out.
        """
        seen = dict.fromkeys(name for name in names if name in self._by_name)
        queue = deque(seen)
        while queue:
            name = queue.popleft()
            if stop(name):
                continue
            for text in self._by_name[name].input:
                if is_control(text) and not control:
                    continue
                source = operation_name(text)
                if source not in seen and source in self._by_name:
                    seen[source] = None
                    queue.append(source)
        return seen

    def descendants(self, names: Iterable[str]) -> dict[str, None]:
        """Return ``names`` and every operation that depends on them by data (an ordered set)."""
        seen = dict.fromkeys(name for name in names if name in self._by_name)
        queue = deque(seen)
        while queue:
            for reader in self.readers(queue.popleft()):
                if reader not in seen:
                    seen[reader] = None
                    queue.append(reader)
        return seen


def _first_duplicate(nodes: Iterable[NodeDef]) -> str:
    seen: set[str] = set()
    for node in nodes:
        if node.name in seen:
            return node.name
        seen.add(node.name)
    return ""
