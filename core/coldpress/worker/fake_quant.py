"""The fake quant nodes of a frozen GraphDef, with their ranges."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from coldpress.worker.names import operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coldpress.worker.requests.conversion import WidenedRange

FAKE_QUANTS: Final = frozenset(
    {"FakeQuantWithMinMaxVars", "FakeQuantWithMinMaxVarsPerChannel", "FakeQuantWithMinMaxArgs"}
)
_SOURCES: Final = ("Placeholder", "PlaceholderWithDefault", "PlaceholderV2", "IteratorGetNext", "Arg", "_Arg")


class RangeFault(NamedTuple):
    """A range that spoils a result or crashes what reads it: ``not_finite``, ``reversed`` or ``empty``."""

    kind: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class FakeQuant:
    """A fake quant node; one range, or one a channel; ``constant`` where it quantizes weights, not activations."""

    node: str
    minimum: tuple[float, ...]
    maximum: tuple[float, ...]
    narrow: bool
    constant: bool

    @property
    def fault(self) -> RangeFault | None:
        """The first of its ranges that no kernel can use, or None."""
        for low, high in zip(self.minimum, self.maximum, strict=True):
            if not (math.isfinite(low) and math.isfinite(high)):
                return RangeFault("not_finite", low, high)
            if low >= high:
                return RangeFault("empty" if low == high else "reversed", low, high)
        return None

    @property
    def symmetric(self) -> bool:
        """Whether the zero point is 0 in int8: the range is symmetric, and the lowest of the 256 steps is left out."""
        pairs = zip(self.minimum, self.maximum, strict=True)
        return self.narrow and all(abs(low + high) <= 1e-6 * max(abs(low), abs(high)) for low, high in pairs)


def widening_cost(quants: Iterable[FakeQuant]) -> float:
    """Return by how many dB the rounding noise of the worst weights grows where ranges are made symmetric.

    The noise of rounding goes with the square of the step (Bennett, 1948), and the step with the width of the range.
    """
    growths = [
        2 * max(abs(low), abs(high)) / max(high - low, 1e-30)
        for quant in quants
        for low, high in zip(quant.minimum, quant.maximum, strict=True)
    ]
    return 20 * math.log10(max(growths, default=1.0))


def fake_quants(graph: Any) -> tuple[FakeQuant, ...]:
    """Return the fake quant nodes whose ranges are constants, in graph order."""
    nodes = {node.name: node for node in graph.node}
    found = [node for node in graph.node if node.op in FAKE_QUANTS]
    constants = constant_nodes(graph) if found else frozenset()
    quants = (_fake_quant(node, nodes, constants) for node in found)
    return tuple(quant for quant in quants if quant is not None)


def let_through(graph: Any) -> None:
    """Turn every fake quant node into an Identity."""
    for node in graph.node:
        if node.op in FAKE_QUANTS:
            node.op = "Identity"
            del node.input[1:]
            node.attr.clear()
            # DT_FLOAT, the one type that these operations know.
            node.attr["T"].type = 1


def make_symmetric(graph: Any) -> tuple[WidenedRange, ...]:
    """Give every fake quant node of weights a range that is symmetric around zero, in place; return what changed.

    contrib.quantize trains ranges from the lowest to the highest weight; int8 kernels take weights with zero point 0.
    """
    from coldpress.worker.requests.conversion import WidenedRange  # noqa: PLC0415 - findings read ranges without requests

    widened = []
    nodes = {node.name: node for node in graph.node}
    for quant in fake_quants(graph):
        if quant.constant and not quant.symmetric:
            limits = [max(abs(low), abs(high)) for low, high in zip(quant.minimum, quant.maximum, strict=True)]
            _set_range(graph, nodes[quant.node], limits)
            widened.append(WidenedRange(quant.node, min(quant.minimum), max(quant.maximum), max(limits)))
    return tuple(widened)


def _set_range(graph: Any, node: Any, limits: list[float]) -> None:
    """Let a fake quant node go from ``-limit`` to ``limit``, one for the whole tensor or one a channel."""
    import tensorflow as tf

    node.attr["narrow_range"].b = True
    if node.op == "FakeQuantWithMinMaxArgs":
        node.attr["min"].f, node.attr["max"].f = -limits[0], limits[0]
        return
    channels = node.op == "FakeQuantWithMinMaxVarsPerChannel"
    values = np.array(limits if channels else limits[0], np.float32)
    for position, (end, value) in enumerate((("min", -values), ("max", values)), start=1):
        constant = graph.node.add(name=f"{node.name}/symmetric_{end}", op="Const")
        constant.attr["dtype"].type = tf.float32.as_datatype_enum
        constant.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(value))
        node.input[position] = constant.name


def constant_nodes(graph: Any) -> frozenset[str]:
    """Return the operations whose value does not depend on any input of the graph."""
    readers: dict[str, list[str]] = {}
    for node in graph.node:
        for text in node.input:
            readers.setdefault(operation(text), []).append(node.name)
    varying = {node.name for node in graph.node if node.op in _SOURCES}
    stack = list(varying)
    while stack:
        fresh = [name for name in readers.get(stack.pop(), ()) if name not in varying]
        varying.update(fresh)
        stack.extend(fresh)
    return frozenset(node.name for node in graph.node if node.name not in varying)


def _fake_quant(node: Any, nodes: Mapping[str, Any], constants: frozenset[str]) -> FakeQuant | None:
    low: tuple[float, ...]
    high: tuple[float, ...]
    if node.op == "FakeQuantWithMinMaxArgs":
        # The defaults of the attributes, which a GraphDef may leave out.
        low = (float(node.attr["min"].f) if "min" in node.attr else -6.0,)
        high = (float(node.attr["max"].f) if "max" in node.attr else 6.0,)
    else:
        values = [_constant(text, nodes) for text in node.input[1:3]]
        if len(values) < 2 or values[0] is None or values[1] is None or len(values[0]) != len(values[1]):
            return None
        low, high = values[0], values[1]
    return FakeQuant(
        node=node.name,
        minimum=low,
        maximum=high,
        narrow=node.attr["narrow_range"].b,
        constant=operation(node.input[0]) in constants,
    )


def _constant(text: str, nodes: Mapping[str, Any]) -> tuple[float, ...] | None:
    """Return the value of a constant, seen through Identity; None where it is computed."""
    import tensorflow as tf

    node = nodes.get(operation(text))
    while node is not None and node.op == "Identity":
        node = nodes.get(operation(node.input[0]))
    if node is None or node.op != "Const":
        return None
    return tuple(float(value) for value in np.ravel(tf.make_ndarray(node.attr["value"].tensor)))
