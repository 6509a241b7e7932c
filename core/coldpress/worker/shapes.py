"""Shapes through a graph, by TensorFlow's own shape rules; nothing is executed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from coldpress.errors import ConverterError
from coldpress.worker.names import operation
from coldpress.worker.pruned import prune, read_graph_def
from coldpress.worker.requests.graph import BrokenNode, PropagatedShapes, PropagateShapes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from coldpress.recipe import InputChoice

Shape = tuple[int | None, ...] | None

_NODE: Final = re.compile(r"\{\{node (?P<node>[^}]+)\}\} = (?P<operation>\w+)\[.*?\]\((?P<inputs>[^)]*)\)", re.DOTALL)
_SHAPES: Final = re.compile(r"with input shapes: (?P<shapes>.*?)(?: and with |\.?$)", re.DOTALL)
_WANTED: Final = re.compile(r"computed as partial shapes:.*?input\[1\] = (?P<shape>\[[^\]]*\])")
_SHAPE: Final = re.compile(r"<unknown>|\[[^\]]*\]")


def propagate_shapes(request: PropagateShapes, _progress: Callable[[int, int], None]) -> PropagatedShapes:
    """Import the pruned graph with the inputs' shapes, and read every tensor's."""
    import tensorflow as tf

    graph = prune(read_graph_def(request.graph), [*request.outputs, *(choice.tensor for choice in request.inputs)])
    set_input_shapes(graph, request.inputs)
    with tf.Graph().as_default() as imported:
        try:
            tf.import_graph_def(graph, name="")
        except ValueError as error:
            broken = broken_node(str(error))
            if broken is None:
                raise ConverterError("worker.import_failed", line=_first_line(error)) from error
            return PropagatedShapes({}, {}, broken)
        tensors = [tensor for op in imported.get_operations() for tensor in op.outputs]
        shapes = {tensor.name: _shape(tensor.shape) for tensor in tensors}
        return PropagatedShapes(shapes, {tensor.name: tensor.dtype.base_dtype.name for tensor in tensors}, None)


def set_input_shapes(graph: Any, inputs: Iterable[InputChoice]) -> None:
    """Give the placeholders the shapes that a person chose, and forget every shape that was written down before."""
    chosen = {operation(choice.tensor): choice.shape for choice in inputs}
    for node in graph.node:
        node.attr.pop("_output_shapes", None)
        shape = chosen.get(node.name)
        if shape is not None and "shape" in node.attr:
            node.attr["shape"].shape.Clear()
            for size in shape:
                node.attr["shape"].shape.dim.add(size=-1 if size is None else size)


def _shape(shape: Any) -> Shape:
    return None if shape.rank is None else tuple(shape.as_list())


def broken_node(message: str) -> BrokenNode | None:
    """Read what TensorFlow says of a node whose inputs do not fit together; None where it says something else."""
    found = _NODE.search(message)
    if found is None:
        return None
    shapes = _SHAPES.search(message)
    wanted = _WANTED.search(message)
    return BrokenNode(
        node=found["node"],
        operation=found["operation"],
        inputs=tuple(text.strip() for text in found["inputs"].split(",") if text.strip()),
        input_shapes=tuple(_parse(text) for text in _SHAPE.findall(shapes["shapes"])) if shapes else (),
        reason=re.sub(r"\s+for '?$", "", message[: found.start()].strip()),
        wanted=_parse(wanted["shape"]) if wanted else None,
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def _parse(text: str) -> Shape:
    if text == "<unknown>":
        return None
    sizes = [size.strip() for size in text.strip("[]").split(",") if size.strip()]
    return tuple(int(size) if size.lstrip("-").isdecimal() else None for size in sizes)
