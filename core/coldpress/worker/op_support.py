"""Which operations of a graph TensorFlow Lite can run, asked of the converter itself.

The graph is converted once with everything allowed, and with stand-ins for its weights: whatever then needs the Flex
delegate or a custom kernel shows in the result, all of it at once. For the integer modes a second conversion, on
made-up samples, shows what would compute in float32 for want of an integer kernel.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from coldpress.errors import ConverterError
from coldpress.recipe import InferenceType
from coldpress.verify.random_inputs import random_samples
from coldpress.worker.fake_quant import let_through
from coldpress.worker.pruned import prune, read_graph_def
from coldpress.worker.requests.conversion import Convert
from coldpress.worker.requests.graph import AskSupport, OperationSupport, Support, SupportKind
from coldpress.worker.shapes import set_input_shapes
from coldpress.worker.stand_ins import without_weights
from coldpress.worker.toco import convert_graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

_BRIDGES: Final = frozenset({"QUANTIZE", "DEQUANTIZE"})
_INTEGER_MODES: Final = (InferenceType.UINT8, InferenceType.INT8, InferenceType.INT16X8)
_SAMPLES: Final = 2


def ask_support(request: AskSupport, _progress: Callable[[int, int], None]) -> Support:
    """Return what TensorFlow Lite can do with each operation, in the mode asked for."""
    tensors = [*request.outputs, *(choice.tensor for choice in request.inputs)]
    graph = prune(read_graph_def(request.graph), tensors, allow_unknown=True)
    unknown = tuple(_unknown(graph))
    if unknown:
        return Support(unknown)
    without_weights(graph)
    let_through(graph)
    set_input_shapes(graph, request.inputs)
    nodes = frozenset(node.name for node in graph.node)
    plain = Convert("", "", request.inputs, request.outputs, InferenceType.FLOAT32)
    content = convert_graph(graph, replace(plain, select_tf_ops=True, allow_custom_ops=True), (), _ignore)
    found = tuple(_grouped(_made(content), nodes))
    runs_alone = all(item.kind is SupportKind.BUILTIN for item in found)
    if request.inference_type in _INTEGER_MODES and runs_alone:
        found = _in_integers(graph, replace(plain, inference_type=request.inference_type), found)
    return Support(found)


def _ignore(_done: int, _total: int) -> None:
    """Take no notice of progress: a question is short."""


def _unknown(graph: Any) -> Iterator[OperationSupport]:
    """Yield the operations that this TensorFlow does not know."""
    from tensorflow.python.framework import op_def_registry

    functions = {function.signature.name for function in graph.library.function}
    nodes: dict[str, list[str]] = {}
    for node in graph.node:
        if node.op not in functions and op_def_registry.get(node.op) is None:
            nodes.setdefault(node.op, []).append(node.name)
    for operation, names in nodes.items():
        yield OperationSupport(operation, SupportKind.UNKNOWN, tuple(names))


def _in_integers(graph: Any, request: Convert, found: tuple[OperationSupport, ...]) -> tuple[OperationSupport, ...]:
    """Return ``found`` with the operations marked for which the mode has no integer kernel; uint8 has those of int8."""
    mode = InferenceType.INT16X8 if request.inference_type is InferenceType.INT16X8 else InferenceType.INT8
    measured = replace(request, inference_type=mode, measured=True)
    try:
        content = convert_graph(graph, measured, _made_up(graph, request), _ignore)
    except ConverterError as error:
        if error.code != "convert.no_16x8_kernel":
            raise
        missing = set(str(error.facts["operations"]).split(", "))
    else:
        made = _made(content)
        missing = {item.operation for item in made if item.floats and item.operation not in _BRIDGES}
    marked = (replace(item, kind=SupportKind.FLOAT_ONLY) if item.operation in missing else item for item in found)
    return tuple(marked)


def _made_up(graph: Any, request: Convert) -> list[NDArray[np.generic]]:
    """Return a few random runs for each input."""
    import tensorflow as tf

    dtypes = {node.name: tf.as_dtype(node.attr["dtype"].type).name for node in graph.node if "dtype" in node.attr}
    shapes = [tuple(size or 1 for size in choice.shape or ()) for choice in request.inputs]
    return [
        random_samples(shape, dtypes.get(choice.tensor.partition(":")[0], "float32"), _SAMPLES)
        for choice, shape in zip(request.inputs, shapes, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Made:
    """An operation of the converted file: its name, whether it is custom, what it is called after, if it has floats."""

    operation: str
    custom: bool
    name: str
    floats: bool


def _made(content: bytes) -> list[_Made]:
    """Read the operations out of a ``.tflite``, without an interpreter, which could crash on it."""
    from tensorflow.lite.python import schema_py_generated as schema
    from tensorflow.lite.tools import flatbuffer_utils

    names = {value: name for name, value in vars(schema.BuiltinOperator).items() if not name.startswith("_")}
    model = flatbuffer_utils.convert_bytearray_to_object(bytearray(content))
    made = []
    for graph in model.subgraphs:
        for operator in graph.operators or ():
            code = model.operatorCodes[operator.opcodeIndex]
            custom = (code.customCode or b"").decode()
            touched = [index for index in (*_some(operator.inputs), *_some(operator.outputs)) if index >= 0]
            floats = any(graph.tensors[index].type == schema.TensorType.FLOAT32 for index in touched)
            outputs = _some(operator.outputs)
            name = graph.tensors[outputs[0]].name.decode() if outputs else ""
            made.append(_Made(custom or names[code.builtinCode], bool(custom), name, floats))
    return made


def _some(indices: Any) -> list[int]:
    return [] if indices is None else [int(index) for index in indices]


def _grouped(made: Iterable[_Made], nodes: frozenset[str]) -> Iterator[OperationSupport]:
    """Yield each kind of operation once, in order, with the nodes that came to it."""
    groups: dict[tuple[str, SupportKind], list[str]] = {}
    for item in made:
        operation = item.operation.removeprefix("Flex") if item.custom else item.operation
        kind = SupportKind.BUILTIN
        if item.custom:
            kind = SupportKind.SELECT if item.operation.startswith("Flex") else SupportKind.CUSTOM
        groups.setdefault((operation, kind), []).append(_node(item.name, nodes))
    for (operation, kind), names in groups.items():
        yield OperationSupport(operation, kind, tuple(dict.fromkeys(names)))


def _node(name: str, nodes: frozenset[str]) -> str:
    """Return the node that a tensor of the file is called after; its own name where there is none."""
    for part in name.split(";"):
        plain = re.sub(r":\d+$", "", part)
        for spelling in (plain, re.sub(r"\d+$", "", plain)):
            if spelling in nodes:
                return spelling
    return name
