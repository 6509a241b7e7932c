"""Layers that contrib.quantize did not match: parts of a quantized network that stay float, or cannot be converted.

``create_training_graph`` quantizes the layers whose surroundings match its patterns and says nothing of the others.
With a placeholder for ``is_training`` it matches the last layer alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.expressions import ADD, VIEWS
from coldpress.eval_graph.op_kinds import BATCH_NORM_OPS, FAKE_QUANT_OPS
from coldpress.eval_graph.variable_access import variable_read
from coldpress.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldpress.eval_graph.variable_access import Nodes
    from coldpress.facts import Fact
    from coldpress.graph.tensor_ref import TensorRef

LAYER_OPS = frozenset({"Conv2D", "DepthwiseConv2dNative", "MatMul"})
"""What ``tensorflow/contrib/quantize/python/quantize.py`` quantizes."""

_WEIGHT_ARITHMETIC = VIEWS | ADD | {"Mul", "ConcatV2", "SpaceToBatchND"}
_BEHIND_LAYER = VIEWS | ADD | BATCH_NORM_OPS
_BEHIND_LAYER |= {"BiasAdd", "Mul", "Sub", "Relu", "Relu6", "BatchToSpaceND", "LeakyRelu", "Maximum", "MaxPool"}
_FARTHEST = 40


def layers_without_ranges(nodes: Nodes, path: Iterable[str]) -> tuple[Finding, ...]:
    """Return a finding that lists the layers of a quantized graph whose weights or results have no range."""
    names = list(path)
    if not any(node is not None and node.op in FAKE_QUANT_OPS for node in map(nodes.get, names)):
        return ()
    layers = [name for name in names if _is_layer(nodes, name)]
    weights = [name for name in layers if not _is_quantized(nodes, nodes.data_inputs(name)[1])]
    results = [name for name in layers if not _reaches_range(nodes, name)]
    missing = [name for name in layers if name in {*weights, *results}]
    if not missing:
        return ()
    facts: dict[str, Fact] = {"layers": len(layers), "weights": len(weights), "results": len(results)}
    return (Finding("eval_graph.layers_without_ranges", Severity.WARNING, tuple(missing), facts),)


def _is_layer(nodes: Nodes, name: str) -> bool:
    """Tell whether an operation is a layer: it multiplies with weights, not two activations with each other."""
    node = nodes.get(name)
    if node is None or node.op not in LAYER_OPS or len(nodes.data_inputs(name)) != 2:
        return False
    return bool(weight_variables(nodes, name))


def weight_variables(nodes: Nodes, layer: str) -> tuple[str, ...]:
    """Return the variables that the weights of a layer are made of, folded batch norms included."""
    found: dict[str, None] = {}
    for tensor in _behind_weights(nodes, nodes.data_inputs(layer)[1]):
        variable = variable_read(nodes, tensor)
        if variable is not None:
            found[variable] = None
    return tuple(found)


def _is_quantized(nodes: Nodes, weights: TensorRef) -> bool:
    tensors = _behind_weights(nodes, weights)
    return any((node := nodes.get(tensor.node)) is not None and node.op in FAKE_QUANT_OPS for tensor in tensors)


def _behind_weights(nodes: Nodes, weights: TensorRef) -> dict[TensorRef, None]:
    seen: dict[TensorRef, None] = {}
    stack = [weights]
    while stack and len(seen) < _FARTHEST:
        tensor = stack.pop()
        node = nodes.get(tensor.node)
        if tensor in seen or node is None:
            continue
        seen[tensor] = None
        if node.op in FAKE_QUANT_OPS:
            stack.append(nodes.data_inputs(node.name)[0])
        elif node.op in _WEIGHT_ARITHMETIC:
            stack.extend(nodes.data_inputs(node.name))
    return seen


def _reaches_range(nodes: Nodes, layer: str) -> bool:
    """Tell whether the result of a layer meets a fake quantization before it meets another kind of operation."""
    stack, seen = [layer], set[str]()
    while stack and len(seen) < _FARTHEST:
        name = stack.pop()
        if name in seen:
            continue
        seen.add(name)
        for reader in nodes.readers(name):
            node = nodes.get(reader)
            if node is None:
                continue
            if node.op in FAKE_QUANT_OPS:
                return True
            if node.op in _BEHIND_LAYER:
                stack.append(reader)
    return False
