"""The way of the data from a source to the first layer: every tensor on it through which all of the data flows.

Each such tensor is a place where the graph can be cut: put a placeholder there, and nothing above is needed any more.
A while loop counts as one operation: it can be cut before and after, never inside.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from coldpress.graph.flow import SOURCE_OPS
from coldpress.graph.frames import outermost_frames
from coldpress.graph.names import scope_of
from coldpress.graph.op_sets import RANDOM
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from coldpress.graph.flow import Flow
    from coldpress.graph.shape_rules.shapes import Shape

_NO_DATA = frozenset({None, "string", "resource", "variant", "bool"})
_LOOP = "loop "
"""Marks the units that stand for a whole loop; no node name holds a blank before its first letter."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A place to cut. ``augmentations`` counts the random changes of training images above it, ``loops`` the loops."""

    tensor: TensorRef
    dtype: str | None
    shape: Shape
    augmentations: int
    loops: int = 0

    @property
    def holds_numbers(self) -> bool:
        """Whether the tensor can be the input of a model on a phone."""
        return self.dtype not in _NO_DATA


class Chains:
    """Finds the chain of each source in the part of the graph that given outputs need."""

    def __init__(self, flow: Flow, outputs: Iterable[TensorRef]) -> None:
        self._flow = flow
        self._graph = flow.graph
        self._outputs = frozenset(outputs)
        self._needed = self._graph.ancestors(
            (ref.node for ref in self._outputs), stop=lambda name: self._graph[name].op in SOURCE_OPS
        )

    @cached_property
    def _frames(self) -> Mapping[str, str]:
        return outermost_frames(self._graph, self._flow.order)

    @cached_property
    def _augmenting_loops(self) -> frozenset[str]:
        """The loops that draw random numbers, once for each image.

        A random operation inside a loop reads nothing of the loop: only its scope places it there.
        """
        draws = [f"{name}/" for name in self._needed if self._graph[name].op in RANDOM and self._once(TensorRef(name))]
        heads = ((name, frame) for name, frame in self._frames.items() if self._graph[name].op in {"Merge", "RefMerge"})
        scopes = {f"{scope_of(name)}/": frame for name, frame in heads if name in self._needed}
        return frozenset(
            frame for scope, frame in scopes.items() if scope != "/" and any(draw.startswith(scope) for draw in draws)
        )

    def needed(self, source: TensorRef) -> bool:
        """Tell whether the outputs depend on a source, other than through another source."""
        readers = (reader.node for reader in self._graph.consumers(source))
        direct = (name for name in readers if name in self._needed and self._graph[name].op not in SOURCE_OPS)
        return source in self._outputs or next(direct, None) is not None

    def cuts(self, source: TensorRef) -> tuple[Cut, ...]:
        """Return the places to cut between a source and the first layer, the source itself first."""
        units = self._units(source)
        into, out_of = self._edges(source, units)
        found = [self._cut(source, 0)]
        open_edges = len(out_of[source.node])
        augmentations = loops = 0
        for unit in self._in_order(source, into, out_of):
            open_edges -= into[unit]
            alone = open_edges == 0
            members = units[unit]
            augmentations += self._augmentations(unit, members)
            loops += unit.startswith(_LOOP)
            if any(self._flow.depth[name] for name in members):
                break
            open_edges += len(out_of[unit])
            used = {ref for ref, _ in out_of[unit]} | {ref for ref in self._outputs if ref.node == unit}
            if alone and len(used) == 1:
                ref = next(iter(used))
                found.extend([self._cut(ref, augmentations, loops)] if self._carries(ref, source) else [])
        return tuple(found)

    def _carries(self, ref: TensorRef, source: TensorRef) -> bool:
        """Tell whether a tensor holds the data itself, not only its shape or the mark that an array was written."""
        inside = ref.node in self._frames
        writes = self._graph[ref.node].op.startswith("TensorArray") and "Gather" not in self._graph[ref.node].op
        return not inside and not writes and bool(self._flow.data[ref.node] & self._flow.bit(source))

    def _unit(self, name: str) -> str:
        frame = self._frames.get(name)
        return name if frame is None else _LOOP + frame

    def _units(self, source: TensorRef) -> dict[str, list[str]]:
        """Return what depends on a source and is needed: nodes, and loops as one, each with its members."""
        units: dict[str, list[str]] = {}
        stack = [reader.node for reader in self._graph.consumers(source)]
        seen = {source.node}
        while stack:
            name = stack.pop()
            # What hangs on a cycle has no place in the order of the data flow.
            known = name in self._needed and name in self._flow.position
            if name in seen or not known or self._graph[name].op in SOURCE_OPS:
                continue
            seen.add(name)
            units.setdefault(self._unit(name), []).append(name)
            stack.extend(self._graph.readers(name))
        return units

    def _edges(
        self, source: TensorRef, units: Mapping[str, Sequence[str]]
    ) -> tuple[dict[str, int], dict[str, list[tuple[TensorRef, str]]]]:
        """Return the number of edges into each unit, and the edges out of each: tensor and reading unit."""
        into = dict.fromkeys(units, 0)
        out_of: dict[str, list[tuple[TensorRef, str]]] = {unit: [] for unit in (source.node, *units)}
        for unit, members in units.items():
            for name in members:
                for ref in self._graph.data_inputs(name):
                    maker = ref.node if ref == source else self._unit(ref.node)
                    known = ref == source or (maker in units and ref.node != source.node)
                    if known and maker != unit:
                        into[unit] += 1
                        out_of[maker].append((ref, unit))
        return into, out_of

    @staticmethod
    def _in_order(
        source: TensorRef, into: Mapping[str, int], out_of: Mapping[str, Sequence[tuple[TensorRef, str]]]
    ) -> Iterable[str]:
        waiting = dict(into)
        ready = deque([source.node])
        while ready:
            unit = ready.popleft()
            if unit != source.node:
                yield unit
            for _, reader in out_of[unit]:
                waiting[reader] -= 1
                if waiting[reader] == 0:
                    ready.append(reader)

    def _augmentations(self, unit: str, members: Sequence[str]) -> int:
        if unit.startswith(_LOOP):
            return int(unit.removeprefix(_LOOP) in self._augmenting_loops)
        return sum(1 for name in members for ref in self._graph.data_inputs(name) if self._is_draw(ref))

    def _is_draw(self, ref: TensorRef) -> bool:
        return ref.node in self._flow.random and self._once(ref)

    def _once(self, ref: TensorRef) -> bool:
        """Tell whether random numbers are for whole images (flip, crop, mixup), not noise for each of their pixels."""
        shape = self._flow.types.shape(ref)
        return shape is not None and sum(size != 1 for size in shape) < 2

    def _cut(self, ref: TensorRef, augmentations: int, loops: int = 0) -> Cut:
        types = self._flow.types
        return Cut(ref, types.dtype(ref), types.shape(ref), augmentations, loops)
