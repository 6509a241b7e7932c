"""What lies between the inputs and the outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.eval_graph.variable_access import variable_read

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from coldpress.eval_graph.passes import EvalRequest
    from coldpress.eval_graph.variable_access import Nodes
    from coldpress.graph.tensor_ref import TensorRef


def inference_path(nodes: Nodes, request: EvalRequest) -> dict[str, None]:
    """Return every operation that the outputs need, down to the inputs, inputs included (an ordered set)."""
    return _needed(nodes, (output.node for output in request.outputs), frozenset(request.inputs))


def _needed(nodes: Nodes, names: Iterable[str], fed: Container[TensorRef]) -> dict[str, None]:
    seen = dict.fromkeys(name for name in names if nodes.get(name) is not None)
    stack = list(seen)
    while stack:
        for tensor in nodes.data_inputs(stack.pop()):
            if tensor.node in seen or nodes.get(tensor.node) is None:
                continue
            seen[tensor.node] = None
            if tensor not in fed:
                stack.append(tensor.node)
    return seen


def data_path(
    nodes: Nodes, request: EvalRequest, path: Iterable[str], *, stop: Callable[[str], bool] = lambda _name: False
) -> set[str]:
    """Return the operations of ``path`` whose value depends on the inputs.

    Where ``stop(name)`` is true the operation does not count, nor what depends on the inputs through it alone.
    """
    inside = set(path)
    reached = {tensor.node for tensor in request.inputs if tensor.node in inside}
    stack = list(reached)
    while stack:
        name = stack.pop()
        for reader in nodes.readers(name):
            if reader in reached or reader not in inside or stop(reader):
                continue
            if any(tensor.node == name for tensor in nodes.data_inputs(reader)):
                reached.add(reader)
                stack.append(reader)
    return reached


def variables_read(nodes: Nodes, path: Iterable[str]) -> set[str]:
    """Return the variables whose values operations of ``path`` read."""
    tensors = {tensor for name in path for tensor in nodes.data_inputs(name)}
    found = (variable_read(nodes, tensor) for tensor in tensors)
    return {name for name in found if name is not None}
