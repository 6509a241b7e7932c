"""Placeholders that steer training and are no input of the model: is_training, learning phase, keep_prob."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.graph.op_sets import PASS_THROUGH, ops
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from coldpress.graph.flow import Flow

_COMPARISONS = ops("Greater GreaterEqual Less LessEqual")
_TO_BOOL = _COMPARISONS | ops("Equal NotEqual Cast")
_SCALAR_MATH = PASS_THROUGH | ops("Sub Add AddV2 Mul Div RealDiv Reciprocal Cast Switch Merge Maximum Minimum Reshape")


def is_training_switch(flow: Flow, source: TensorRef) -> bool:
    """Tell whether a source is a flag or the probability of a dropout. Only scalars and unknown shapes can be."""
    if flow.types.shape(source):
        return False
    return is_flag(flow, source) or is_keep_probability(flow, source)


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
    bit = flow.bit(source)
    seen = {source.node}
    stack = [source.node]
    while stack:
        for reader in flow.graph.readers(stack.pop()):
            if reader in seen or reader in flow.gradient:
                continue
            seen.add(reader)
            if _draws_mask(flow, reader):
                return True
            if flow.graph[reader].op in _SCALAR_MATH and flow.data.get(reader) == bit:
                stack.append(reader)
    return False


def _draws_mask(flow: Flow, name: str) -> bool:
    op = flow.graph[name].op
    if not any(ref.node in flow.random for ref in flow.graph.data_inputs(name)):
        return False
    floored = any(flow.graph[reader].op == "Floor" for reader in flow.graph.readers(name))
    return op in _COMPARISONS or (op in {"Add", "AddV2"} and floored)
