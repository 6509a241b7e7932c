"""Placeholders that steer training and are no input of the model: is_training, learning phase, keep_prob."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.graph.op_sets import PASS_THROUGH, ops
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldpress.graph.flow import Flow

_COMPARISONS = ops("Greater GreaterEqual Less LessEqual")
_TO_BOOL = _COMPARISONS | ops("Equal NotEqual Cast")
_SCALES = ops("Mul Div RealDiv")
_SCALAR_MATH = PASS_THROUGH | ops("Sub Add AddV2 Mul Div RealDiv Reciprocal Cast Switch Merge Maximum Minimum Reshape")


def is_training_switch(flow: Flow, source: TensorRef) -> bool:
    """Tell whether a source is a flag or the probability of a dropout. Only scalars and unknown shapes can be."""
    if flow.types.shape(source):
        return False
    return is_flag(flow, source) or is_keep_probability(flow, source) or is_noise_scale(flow, source)


def is_flag(flow: Flow, source: TensorRef) -> bool:
    """Tell whether a source is a condition: boolean, or a number that is only ever turned into one."""
    if flow.types.dtype(source) == "bool":
        return True
    readers = [reader.node for reader in flow.graph.consumers(source) if reader.node not in flow.gradient]
    return bool(readers) and all(_makes_bool(flow, reader) for reader in readers)


def _makes_bool(flow: Flow, name: str) -> bool:
    return flow.graph[name].op in _TO_BOOL and flow.types.dtype(TensorRef(name)) == "bool"


def is_keep_probability(flow: Flow, source: TensorRef) -> bool:
    """Tell whether a random mask is made by a source: ``random >= rate``, or ``floor(keep_prob + random)``.

    Both are how ``tf.nn.dropout`` draws its mask (TF 1.13 and later; before).
    """
    return _meets(flow, source, _draws_mask)


def is_noise_scale(flow: Flow, source: TensorRef) -> bool:
    """Tell whether random numbers are scaled by a source that has a default: the deviation of a noise."""
    if flow.graph[source.node].op != "PlaceholderWithDefault":
        return False
    return _meets(flow, source, _scales_random)


def _meets(flow: Flow, source: TensorRef, test: Callable[[Flow, str], bool]) -> bool:
    """Tell whether scalar arithmetic on a source ends at a node that passes a test."""
    bit = flow.bit(source)
    seen = {source.node}
    stack = [source.node]
    while stack:
        for reader in flow.graph.readers(stack.pop()):
            if reader in seen or reader in flow.gradient:
                continue
            seen.add(reader)
            if test(flow, reader):
                return True
            if flow.graph[reader].op in _SCALAR_MATH and flow.data.get(reader) == bit:
                stack.append(reader)
    return False


def _scales_random(flow: Flow, name: str) -> bool:
    return flow.graph[name].op in _SCALES and any(ref.node in flow.random for ref in flow.graph.data_inputs(name))


def _draws_mask(flow: Flow, name: str) -> bool:
    op = flow.graph[name].op
    if not any(ref.node in flow.random for ref in flow.graph.data_inputs(name)):
        return False
    floored = any(flow.graph[reader].op == "Floor" for reader in flow.graph.readers(name))
    return op in _COMPARISONS or (op in {"Add", "AddV2"} and floored)
