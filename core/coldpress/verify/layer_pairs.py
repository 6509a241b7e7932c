"""Which tensors of the graph and of the file are the same thing.

The converter fuses operations (convolution, bias and activation become one) and names the result after all of them,
the last first: ``net/Relu6;net/BiasAdd;net/Conv2D``, with a number behind where the name was taken. A tensor that a
fake quant node follows is that node's in a quantized file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FAKE_QUANT: Final = "FakeQuantWithMinMax"

_THROUGH: Final = frozenset({"Identity", "StopGradient"})

_FUSED_STEPS: Final = 5
"""The longest chain that is fused into one: convolution, scale, offset, clip, identity."""

_BRIDGES: Final = frozenset({"QUANTIZE", "DEQUANTIZE"})


class GraphNode(NamedTuple):
    """An operation of the frozen graph: its kind, and its inputs as they stand in the NodeDef."""

    operation: str
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Produced:
    """A tensor that an operation of the file makes, and the tensors (by index) that it is made from."""

    index: int
    name: str
    operation: str
    inputs: tuple[int, ...]
    narrow_weights: bool = False
    """Whether it has constants of 8 or 16 bits."""


@dataclass(frozen=True, slots=True)
class LayerPair:
    """One layer: ``tensor`` of the graph is what ``produced`` of the file should be."""

    tensor: str
    produced: Produced


def pair_layers(produced: Iterable[Produced], nodes: Mapping[str, GraphNode]) -> tuple[LayerPair, ...]:
    """Return the tensors that exist on both sides, in the file's order of execution, each of the graph's once.

    Where one operation of the graph became several of the file, all called after it, the last of them is the one.
    """
    quantized_by = _fake_quant_readers(nodes)
    pairs: dict[str, LayerPair] = {}
    for item in produced:
        node = _node_of(item.name, nodes)
        if node is not None and item.operation not in _BRIDGES:
            tensor = f"{quantized_by.get(node, node)}:0"
            pairs.pop(tensor, None)
            pairs[tensor] = LayerPair(tensor, item)
    return tuple(pairs.values())


def _node_of(name: str, nodes: Mapping[str, GraphNode]) -> str | None:
    """Return the operation whose result a tensor of the file is: of those it is called after, the last to compute."""
    parts = [part.removesuffix(":0") for part in name.split(";")]
    spellings = [(part, re.sub(r"\d+$", "", part)) for part in parts]
    known = [next((name for name in pair if name in nodes), None) for pair in spellings]
    named = [name for name in dict.fromkeys(known) if name is not None]
    if len(named) < 2:
        return named[0] if named else None
    before = {name: _shortly_before(name, nodes) for name in named}
    # The first is right for most; a fully connected layer is called after its MatMul, bias and activation behind.
    return max(named, key=lambda name: sum(other in before[name] for other in named))


def _shortly_before(name: str, nodes: Mapping[str, GraphNode]) -> set[str]:
    """Return the operations that a fused one may have swallowed: what ``name`` needs, a few steps back."""
    seen: set[str] = set()
    edge = [name]
    for _step in range(_FUSED_STEPS):
        sources = [text.removeprefix("^").partition(":")[0] for item in edge for text in nodes[item].inputs]
        edge = [source for source in dict.fromkeys(sources) if source in nodes and source not in seen]
        seen.update(edge)
    return seen


def _fake_quant_readers(nodes: Mapping[str, GraphNode]) -> dict[str, str]:
    """Return, for each operation that a fake quant node reads (through Identity), that node."""
    readers: dict[str, str] = {}
    for name, node in nodes.items():
        if not node.operation.startswith(_FAKE_QUANT) or not node.inputs:
            continue
        source = node.inputs[0].partition(":")[0]
        while source in nodes:
            readers.setdefault(source, name)
            if nodes[source].operation not in _THROUGH:
                break
            source = nodes[source].inputs[0].partition(":")[0]
    return readers
