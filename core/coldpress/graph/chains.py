"""The way of the data from a source to the first layer: every tensor on it through which all of the data flows.

Each such tensor is a place where the graph can be cut: put a placeholder there, and nothing above is needed any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.graph.op_sets import CONTROL_FLOW, ops
from coldpress.graph.shape_rules.control import LOOP_ENDS
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldpress.graph.flow import Flow
    from coldpress.graph.shape_rules.shapes import Shape

_NO_DATA = frozenset({None, "string", "resource", "variant", "bool"})
_INNER = (CONTROL_FLOW - {"Merge", "RefMerge", "Switch", "RefSwitch"}) | ops(
    "TensorArrayScatterV3 TensorArrayV3 TensorArrayWriteV3 TensorArraySizeV3 TensorArrayUnpack"
)
"""Their outputs live inside a loop, or only tell that something was written."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A place to cut. ``augmentations`` counts the random changes of training images that happen above it."""

    tensor: TensorRef
    dtype: str | None
    shape: Shape
    augmentations: int


class Chains:
    """Finds the chain of each source in the part of the graph that given outputs need."""

    def __init__(self, flow: Flow, outputs: Iterable[TensorRef]) -> None:
        self._flow = flow
        self._graph = flow.graph
        self._outputs = frozenset(outputs)
        self._needed = self._ancestors()

    def _ancestors(self) -> dict[str, None]:
        """Return what the outputs need, loops left by their entrance only."""
        return self._graph.ancestors(
            (ref.node for ref in self._outputs), stop=lambda name: self._graph[name].op in LOOP_ENDS
        )

    def needed(self, source: TensorRef) -> bool:
        """Tell whether the outputs depend on a source."""
        return any(reader.node in self._needed for reader in self._graph.consumers(source)) or source in self._outputs

    def cuts(self, source: TensorRef) -> tuple[Cut, ...]:
        """Return the places to cut between a source and the first layer, the source itself first."""
        region = self._region(source)
        inside = frozenset(region)
        found = [self._cut(source, 0)]
        open_edges = self._edges_out(source, inside)
        augmentations = 0
        for name in region:
            node = self._graph[name]
            inputs = self._graph.data_inputs(name)
            augmentations += sum(1 for ref in inputs if self._augments(ref))
            open_edges -= sum(1 for ref in inputs if ref == source or (ref.node in inside and ref.node != source.node))
            alone = open_edges == 0
            if self._flow.depth[name]:
                break
            used = self._used_outputs(name, inside)
            open_edges += sum(self._edges_out(ref, inside) for ref in used)
            if alone and len(used) == 1 and node.op not in _INNER:
                found.append(self._cut(used[0], augmentations))
        return tuple(found)

    def _region(self, source: TensorRef) -> list[str]:
        """Return the needed nodes that depend on a source, in the order of the data flow."""
        bit = self._flow.bit(source)
        mask, place = self._flow.mask, self._flow.position
        names = (name for name in self._needed if name != source.node and mask.get(name, 0) & bit)
        return sorted((name for name in names if name in place), key=place.__getitem__)

    def _edges_out(self, ref: TensorRef, inside: frozenset[str]) -> int:
        if self._graph[ref.node].op in LOOP_ENDS:
            return 0
        return sum(1 for reader in self._graph.consumers(ref) if reader.node in inside)

    def _used_outputs(self, name: str, inside: frozenset[str]) -> list[TensorRef]:
        """Return the outputs of a node that the region reads or that are wanted."""
        refs = (TensorRef(name, output) for output in range(max(self._flow.types.outputs(name), 1)))
        return [ref for ref in refs if ref in self._outputs or self._edges_out(ref, inside)]

    def _augments(self, ref: TensorRef) -> bool:
        """Tell whether a tensor is a random draw for a whole image (flip, crop), not noise for each of its pixels."""
        if ref.node not in self._flow.random:
            return False
        shape = self._flow.types.shape(ref)
        return shape is not None and len(shape) < 2

    def _cut(self, ref: TensorRef, augmentations: int) -> Cut:
        types = self._flow.types
        return Cut(ref, types.dtype(ref), types.shape(ref), augmentations)


def holds_numbers(cut: Cut) -> bool:
    """Tell whether a tensor can be the input of a model on a phone."""
    return cut.dtype not in _NO_DATA
