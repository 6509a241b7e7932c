"""A graph without its weights: small constants that say the same in one value stand in for them.

The converter folds and lays out constants; for the question which operations it knows, their values do not matter, and
a graph of hundreds of megabytes is answered for like a small one, frozen or not.
"""

from __future__ import annotations

from typing import Any, Final

_SMALL: Final = 1024
"""Constants of fewer elements are kept: axes, shapes and paddings decide what an operation becomes."""
_FLOAT32: Final = 1
_REF_VARIABLES: Final = ("Variable", "VariableV2")


def without_weights(graph: Any) -> None:
    """Replace large constants and every variable of a GraphDef in place."""
    for node in graph.node:
        if node.op == "Const":
            _shrink(node)
        elif node.op in _REF_VARIABLES or node.op == "VarHandleOp":
            _to_constant(node)
        elif node.op == "ReadVariableOp":
            _to_identity(node)
        elif node.op == "ResourceGather":
            _to_gather(node)


def _shrink(node: Any) -> None:
    tensor = node.attr["value"].tensor
    elements = 1
    for dim in tensor.tensor_shape.dim:
        elements *= max(dim.size, 0)
    if elements > _SMALL and tensor.dtype == _FLOAT32:
        _fill(tensor, tensor.dtype, [dim.size for dim in tensor.tensor_shape.dim])


def _to_constant(node: Any) -> None:
    dtype = node.attr["dtype"].type
    sizes = [dim.size for dim in node.attr["shape"].shape.dim]
    node.op = "Const"
    del node.input[:]
    node.attr.clear()
    node.attr["dtype"].type = dtype
    _fill(node.attr["value"].tensor, dtype, sizes)


def _fill(tensor: Any, dtype: int, sizes: list[int]) -> None:
    """Make a tensor whose every element is the same: half for float32, else zero, which needs no value at all."""
    tensor.Clear()
    tensor.dtype = dtype
    tensor.tensor_shape.SetInParent()
    for size in sizes:
        tensor.tensor_shape.dim.add(size=size)
    if dtype == _FLOAT32:
        tensor.float_val.append(0.5)


def _to_identity(node: Any) -> None:
    dtype = node.attr["dtype"].type
    node.op = "Identity"
    node.attr.clear()
    node.attr["T"].type = dtype


def _to_gather(node: Any) -> None:
    dtype, indices = node.attr["dtype"].type, node.attr["Tindices"].type
    node.op = "Gather"
    node.attr.clear()
    node.attr["Tparams"].type = dtype
    node.attr["Tindices"].type = indices
