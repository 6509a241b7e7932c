"""Make ``op_support.json`` by asking the converter of the installed TensorFlow about one operation after the other.

TensorFlow has no list of what its converter can translate: the rules are compiled in, and depend on types. So each
operation of the registry is put alone into a graph, for several dtypes, and converted:

- it converts: ``builtin``;
- the converter says that it needs the flex delegate (*TF Select ops*): ``select``;
- the converter says that nothing has it (*Custom ops*), or it fails: ``none``.

Quantization is asked in the same way, with fake quant nodes around the operation: ``quantized`` lists the operations
that compute in uint8 with ranges before and after them, ``same_range`` those that need the ranges before only, at the
end of a graph or in front of a layer.

Arguments are found by trying shapes and small constants until TensorFlow's own shape functions accept them; those that
cannot be found so are written down in ``ARGUMENTS``. Where an operation accepts none, it is left out, and findings stay
silent about it. Run it after changing the TensorFlow release (about a quarter of an hour)::

    python resources/scripts/make_op_support.py

``tests/resources/test_op_support.py`` asks again about a few of them.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import re
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

TARGET = Path(__file__).resolve().parent.parent / "coldpress_resources" / "op_support.json"

DTYPES = ("float32", "float16", "float64", "int32", "int64", "uint8", "int8", "bool", "string")


class Fed(NamedTuple):
    """An argument that data is fed to; ``dtype`` None is the dtype that is asked about."""

    shape: tuple[int, ...]
    dtype: str | None = None


class Held(NamedTuple):
    """A constant argument, of the dtype that is asked about unless it says another."""

    value: Any
    dtype: str | None = None


class Ones(NamedTuple):
    """Constant weights of a shape."""

    shape: tuple[int, ...]


Argument = Fed | Held | Ones


class Call(NamedTuple):
    """An operation with arguments and attributes, as a node of a graph."""

    op: str
    dtype: str
    arguments: tuple[Argument, ...]
    attributes: Mapping[str, Any]


def _sizes(*values: int) -> Held:
    return Held(list(values), "int32")


_IMAGE, _ROW = Fed((1, 8, 8, 4)), Fed((1, 8))
_CHANNELS = Ones((4,))
_BOXES = Ones((8, 4))

ARGUMENTS: Mapping[str, tuple[Argument, ...]] = {
    "Conv2D": (_IMAGE, Ones((3, 3, 4, 8))),
    "Conv2D/NCHW": (_IMAGE, Ones((3, 3, 8, 8))),
    "DepthwiseConv2dNative": (_IMAGE, Ones((3, 3, 4, 1))),
    "DepthwiseConv2dNative/NCHW": (_IMAGE, Ones((3, 3, 8, 1))),
    "Conv2DBackpropInput": (_sizes(1, 16, 16, 4), Ones((3, 3, 4, 8)), Fed((1, 8, 8, 8))),
    "Conv3D": (Fed((1, 4, 4, 4, 2)), Ones((2, 2, 2, 2, 4))),
    "Conv3DBackpropInputV2": (_sizes(1, 8, 8, 8, 2), Ones((2, 2, 2, 2, 4)), Fed((1, 4, 4, 4, 4))),
    "Dilation2D": (_IMAGE, Ones((3, 3, 4))),
    "MaxPool/NCHW": (_IMAGE,),
    "AvgPool/NCHW": (_IMAGE,),
    "MaxPool3D": (Fed((1, 4, 4, 4, 2)),),
    "AvgPool3D": (Fed((1, 4, 4, 4, 2)),),
    "MatMul": (_ROW, Ones((8, 4))),
    "BatchMatMul": (Fed((1, 4, 4)), Fed((1, 4, 4))),
    "BatchMatMulV2": (Fed((1, 4, 4)), Fed((1, 4, 4))),
    "BatchMatMulV3": (Fed((1, 4, 4)), Fed((1, 4, 4))),
    "Einsum": (Fed((4, 4)), Ones((4, 4))),
    "BiasAdd": (_IMAGE, _CHANNELS),
    "BiasAdd/NCHW": (_IMAGE, Ones((8,))),
    "BiasAddV1": (_IMAGE, _CHANNELS),
    "FusedBatchNorm": (_IMAGE, *(_CHANNELS,) * 4),
    "FusedBatchNormV2": (_IMAGE, *(_CHANNELS,) * 4),
    "FusedBatchNormV3": (_IMAGE, *(_CHANNELS,) * 4),
    "FusedBatchNormV3/NCHW": (_IMAGE, *(Ones((8,)),) * 4),
    "BatchNormWithGlobalNormalization": (_IMAGE, *(_CHANNELS,) * 4),
    "StridedSlice": (_IMAGE, _sizes(0, 2), _sizes(1, 6), _sizes(1, 2)),
    "Slice": (_ROW, _sizes(0, 0), _sizes(1, 4)),
    "Gather": (Fed((8, 4)), _sizes(0, 1)),
    "GatherV2": (Fed((8, 4)), _sizes(0, 1), Held(0, "int32")),
    "GatherNd": (Fed((8, 4)), Held([[0], [1]], "int32")),
    "OneHot": (Fed((8,), "int32"), Held(4, "int32"), Held(1), Held(0)),
    "Split": (Held(1, "int32"), _ROW),
    "SplitV": (_ROW, _sizes(4, 4), Held(1, "int32")),
    "Transpose": (_IMAGE, _sizes(0, 2, 1, 3)),
    "Fill": (_sizes(2, 2), Fed(())),
    "TopKV2": (_ROW, Held(2, "int32")),
    "Tile": (_ROW, _sizes(1, 2)),
    "BroadcastTo": (_ROW, _sizes(4, 8)),
    "Pad": (_IMAGE, Held([[0, 0], [1, 1], [1, 1], [0, 0]], "int32")),
    "PadV2": (_IMAGE, Held([[0, 0], [1, 1], [1, 1], [0, 0]], "int32"), Held(0)),
    "MirrorPad": (_IMAGE, Held([[0, 0], [1, 1], [1, 1], [0, 0]], "int32")),
    "SpaceToBatchND": (_IMAGE, _sizes(2, 2), Held([[0, 0], [0, 0]], "int32")),
    "BatchToSpaceND": (Fed((4, 4, 4, 4)), _sizes(2, 2), Held([[0, 0], [0, 0]], "int32")),
    "SpaceToBatch": (_IMAGE, Held([[0, 0], [0, 0]], "int32")),
    "BatchToSpace": (Fed((4, 4, 4, 4)), Held([[0, 0], [0, 0]], "int32")),
    "ResizeBilinear": (_IMAGE, _sizes(16, 16)),
    "ResizeNearestNeighbor": (_IMAGE, _sizes(16, 16)),
    "ResizeBicubic": (_IMAGE, _sizes(16, 16)),
    "ResizeArea": (_IMAGE, _sizes(16, 16)),
    "CropAndResize": (_IMAGE, Held([[0.0, 0.0, 1.0, 1.0]], "float32"), _sizes(0), _sizes(4, 4)),
    "Reshape": (_IMAGE, _sizes(1, -1)),
    "ExpandDims": (_ROW, Held(1, "int32")),
    "Concat": (Held(1, "int32"), _ROW),
    "ConcatV2": (_ROW, Held(1, "int32")),
    "ArgMax": (_ROW, Held(1, "int32")),
    "ArgMin": (_ROW, Held(1, "int32")),
    "Cumsum": (_ROW, Held(1, "int32")),
    "Cumprod": (_ROW, Held(1, "int32")),
    "ReverseV2": (_ROW, _sizes(1)),
    "Reverse": (_ROW, Held([False, True], "bool")),
    "ReverseSequence": (Fed((2, 8)), Held([1, 2], "int64")),
    "Roll": (_ROW, Held(1, "int32"), Held(1, "int32")),
    "Range": (Held(0), Fed(()), Held(1)),
    "LinSpace": (Fed(()), Held(1.0), Held(4, "int32")),
    "Select": (Fed((1, 8), "bool"), _ROW, _ROW),
    "SelectV2": (Fed((1, 8), "bool"), _ROW, _ROW),
    "ClipByValue": (_ROW, Held(0), Held(1)),
    "SegmentSum": (Fed((8, 4)), Held([0, 0, 1, 1, 2, 2, 3, 3], "int32")),
    "UnsortedSegmentSum": (Fed((4, 4)), Held([0, 1, 0, 1], "int32"), Held(2, "int32")),
    "ScatterNd": (Held([[0], [1]], "int32"), Fed((2, 4)), _sizes(8, 4)),
    "TensorScatterUpdate": (Fed((8, 4)), Held([[0], [1]], "int32"), Fed((2, 4))),
    "SparseToDense": (Held([[0], [1]], "int32"), _sizes(8), Fed((2,)), Held(0)),
    "NonMaxSuppression": (_BOXES, Fed((8,)), Held(4, "int32")),
    "NonMaxSuppressionV2": (_BOXES, Fed((8,)), Held(4, "int32"), Held(0.5)),
    "NonMaxSuppressionV3": (_BOXES, Fed((8,)), Held(4, "int32"), Held(0.5, "float32"), Held(0.1, "float32")),
    "NonMaxSuppressionV4": (_BOXES, Fed((8,)), Held(4, "int32"), Held(0.5, "float32"), Held(0.1, "float32")),
    "NonMaxSuppressionV5": (_BOXES, Fed((8,)), Held(4, "int32"), Held(0.5), Held(0.1), Held(0.0)),
    "FakeQuantWithMinMaxVars": (_ROW, Held(-1.0, "float32"), Held(1.0, "float32")),
    "MatrixDiag": (Fed((4,)),),
    "MatrixSetDiag": (Fed((4, 4)), Fed((4,))),
    "MatrixBandPart": (Fed((4, 4)), Held(1, "int64"), Held(1, "int64")),
    "Bincount": (Fed((8,), "int32"), Held(4, "int32"), Ones((0,))),
    "RFFT": (_ROW, _sizes(8)),
    "RFFT2D": (Fed((1, 8, 8)), _sizes(8, 8)),
    "IRFFT": (Fed((1, 5), "complex64"), _sizes(8)),
}
"""Arguments that trying would not find, or not soon; after the slash, the data format."""

ATTRIBUTES: Mapping[str, Any] = {
    "padding": "SAME",
    "equation": "ij,jk->ik",
    "strides": [1, 1, 1, 1],
    "ksize": [1, 2, 2, 1],
    "ksizes": [1, 2, 2, 1],
    "rates": [1, 1, 1, 1],
    "block_size": 2,
    "num_split": 2,
    "mode": "REFLECT",
    "N": 2,
    "K": 2,
    "k": 2,
    "num": 1,
    "is_training": False,
    "variance_epsilon": 0.001,
    "scale_after_normalization": True,
    "seq_dim": 1,
}
_IN_SPACE = {"strides": [1, 1, 1, 1, 1], "ksize": [1, 2, 2, 2, 1]}
_CHANNELS_FIRST = {"data_format": "NCHW", "ksize": [1, 1, 2, 2]}
_BY_TYPE: Mapping[str, Any] = {
    "int": 1,
    "float": 1.0,
    "bool": False,
    "string": "",
    "list(int)": [1, 1, 1, 1],
    "list(float)": [1.0],
}

_REDUCTIONS = frozenset({"Sum", "Mean", "Prod", "Min", "Max", "All", "Any", "EuclideanNorm"})
_SIZE_NAMES = re.compile(
    r"size|shape|axis|dim|split_dim|perm|paddings|multiples|begin|end|strides|k|depth|max_output_size|start|limit|delta"
    r"|num\w*|crops|block_shape|reduction_indices|dims|seed\w*|diagonal|filter_sizes|input_sizes|maxlength|dimension"
)
_NEITHER = re.compile(r"'tf\.(\w+)' op is neither a custom op nor a flex op")
_TRIED_SHAPES = ((1, 8), (1, 8, 8, 4), (8,), (), (4, 4), (1, 4, 4, 4, 2), (2, 1, 3))
_TRIED_SIZES = (1, 0, [1], [0], [1, 2], [1, 8], [0, 1], [8, 8], [1, 8, 8, 4], [[0, 0], [1, 1]], [[0, 0]])
_MOST_TRIES = 250
_MOST_CALLS = 2


def calls(key: str, dtype: str) -> Iterator[Call]:
    """Yield ways to call an operation (``Conv2D``, ``Conv2D/NCHW``) on ``dtype``."""
    from tensorflow.python.framework import op_def_registry

    op, _, data_format = key.partition("/")
    definition = op_def_registry.get(op)
    attributes = _attributes(definition, dtype)
    if attributes is None:
        return
    if data_format:
        attributes |= {name: value for name, value in _CHANNELS_FIRST.items() if _has(definition, name)}
    if "3D" in op:
        attributes |= {name: value for name, value in _IN_SPACE.items() if _has(definition, name)}
    given = ARGUMENTS.get(key) or ((_IMAGE, _sizes(1, 2)) if op in _REDUCTIONS else None)
    combinations = [given] if given else _tried(definition)
    for arguments in itertools.islice(combinations, _MOST_TRIES):
        if any(isinstance(argument, Fed) for argument in arguments):
            yield Call(op, dtype, tuple(arguments), attributes)


def _tried(definition: Any) -> Iterable[tuple[Argument, ...]]:
    """Yield arguments to try: data of one shape first, then of several."""
    slots = [_is_size(definition, argument) for argument in definition.input_arg]
    for shape in _TRIED_SHAPES:
        options = [
            [_size(a, v) for v in _TRIED_SIZES] if size else [_data(a, shape)]
            for a, size in zip(definition.input_arg, slots, strict=True)
        ]
        yield from itertools.product(*options)
    options = [
        [_size(a, v) for v in _TRIED_SIZES] if size else [_data(a, shape) for shape in _TRIED_SHAPES]
        for a, size in zip(definition.input_arg, slots, strict=True)
    ]
    yield from itertools.product(*options)


def _is_size(definition: Any, argument: Any) -> bool:
    """Tell whether an argument is a size, an axis or a list of them: integers only, and called like one."""
    allowed = [
        a.allowed_values.list.type for a in definition.attr if argument.type_attr and a.name == argument.type_attr
    ]
    integers = argument.type in {3, 9} or any(kinds and set(kinds) <= {3, 5, 9} for kinds in allowed)
    return bool(integers and _SIZE_NAMES.fullmatch(argument.name))


def _size(argument: Any, value: Any) -> Held:
    return Held(value, "int64" if argument.type == 9 else "int32")


def _data(argument: Any, shape: tuple[int, ...]) -> Fed:
    import tensorflow as tf

    return Fed(shape, tf.as_dtype(argument.type).name if argument.type else None)


def _has(definition: Any, name: str) -> bool:
    return any(attr.name == name for attr in definition.attr)


def _attributes(definition: Any, dtype: str) -> dict[str, Any] | None:
    """Return the attributes to set, None where ``dtype`` plays no part in the operation or a function is wanted."""
    import tensorflow as tf

    number = tf.as_dtype(dtype).as_datatype_enum
    values: dict[str, Any] = {}
    used = any(argument.type == number for argument in definition.input_arg)
    for attr in definition.attr:
        allowed = list(attr.allowed_values.list.type)
        if attr.type == "type":
            if _is_main(definition, attr.name):
                fits = not allowed or number in allowed
                values[attr.name] = tf.as_dtype(number if fits else 3 if 3 in allowed else allowed[0])
                used = used or fits
            elif not attr.HasField("default_value"):
                values[attr.name] = tf.as_dtype(3 if not allowed or 3 in allowed else allowed[0])
        elif attr.name in ATTRIBUTES and attr.name != "N":
            values[attr.name] = ATTRIBUTES[attr.name]
        elif attr.type == "list(type)":
            values[attr.name] = [tf.as_dtype(dtype)]
            used = True
        elif not attr.HasField("default_value"):
            if attr.name != "N" and attr.type not in _BY_TYPE:
                return None
            strings = list(attr.allowed_values.list.s)
            values[attr.name] = 2 if attr.name == "N" else strings[0].decode() if strings else _BY_TYPE[attr.type]
    return values if used else None


def _is_main(definition: Any, attr: str) -> bool:
    """Tell whether a type attribute is that of the data, not that of sizes or axes."""
    arguments = [argument for argument in definition.input_arg if argument.type_attr == attr]
    return bool(arguments) and not all(_is_size(definition, argument) for argument in arguments)


class Probe(NamedTuple):
    """A graph with one operation: its definition, what is fed, and the results by name."""

    graph: Any
    fed: tuple[str, ...]
    results: tuple[str, ...]


def build(call: Call, *, before: bool = False, after: bool = False) -> Probe | None:
    """Return the graph of a call, with fake quant nodes before and after if asked; None if TensorFlow refuses it."""
    import numpy as np
    import tensorflow as tf
    from tensorflow.python.framework import op_def_registry

    with tf.Graph().as_default() as graph:
        fed: list[str] = []
        inputs: list[Any] = []
        try:
            for argument in call.arguments:
                dtype = tf.as_dtype(getattr(argument, "dtype", None) or _slot_dtype(call, len(inputs)))
                if isinstance(argument, Fed):
                    tensor = tf.compat.v1.placeholder(dtype, argument.shape)
                    fed.append(tensor.name)
                    tensor = _ranged(tensor) if before and dtype == tf.float32 else tensor
                elif isinstance(argument, Held):
                    tensor = tf.constant(argument.value, dtype)
                else:
                    tensor = tf.constant(np.ones(argument.shape), dtype)
                inputs.append(tensor)
            listed = [
                (slot, tensor) for slot, tensor in zip(op_def_registry.get(call.op).input_arg, inputs, strict=True)
            ]
            flat = [t for slot, tensor in listed for t in [tensor] * (2 if slot.number_attr else 1)]
            op = graph.create_op(call.op, flat, None, name="probe", attrs=_encoded(call.attributes))
            results = [_ranged(t) if after and t.dtype == tf.float32 else t for t in op.outputs]
        except (ValueError, TypeError, tf.errors.OpError):
            return None
    return Probe(graph, tuple(fed), tuple(tensor.name for tensor in results)) if results else None


def _slot_dtype(call: Call, position: int) -> Any:
    """Return the dtype of an argument that says none: that of its type attribute."""
    from tensorflow.python.framework import op_def_registry

    argument = op_def_registry.get(call.op).input_arg[position]
    return call.attributes.get(argument.type_attr, call.dtype)


def _encoded(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return attributes as AttrValue messages."""
    from tensorflow.core.framework import attr_value_pb2
    from tensorflow.python.framework import dtypes

    result = {}
    for name, value in attributes.items():
        message = attr_value_pb2.AttrValue()
        items = value if isinstance(value, list) else [value]
        for item in items:
            kind = (
                ("type", item.as_datatype_enum)
                if isinstance(item, dtypes.DType)
                else ("b", item)
                if isinstance(item, bool)
                else ("i", item)
                if isinstance(item, int)
                else ("f", item)
                if isinstance(item, float)
                else ("s", item.encode())
            )
            if isinstance(value, list):
                getattr(message.list, kind[0]).append(kind[1])
            else:
                setattr(message, *kind)
        result[name] = message
    return result


def _ranged(tensor: Any) -> Any:
    import tensorflow as tf

    # As contrib.quantize writes it. Behind FakeQuantWithMinMaxArgs the converter follows ranges less far.
    return tf.quantization.fake_quant_with_min_max_vars(tensor, tf.constant(-1.0), tf.constant(1.0))


def convert(probe: Probe, **settings: Any) -> bytes | str:
    """Return the model, or what the converter says: ``select``, ``none``, ``unclear``."""
    import tensorflow as tf

    graph = probe.graph
    fed = [graph.get_tensor_by_name(name) for name in probe.fed]
    results = [graph.get_tensor_by_name(name) for name in probe.results]
    converter = tf.compat.v1.lite.TFLiteConverter(graph.as_graph_def(add_shapes=True), fed, results)
    for key, value in settings.items():
        setattr(converter, key, value)
    try:
        return bytes(converter.convert())
    except Exception as error:  # noqa: BLE001 - the converter raises bare exceptions of many kinds
        return verdict(str(error))


def verdict(text: str) -> str:
    """Return what a message of the converter says of the operation that it failed on."""
    if "Custom ops:" in text:
        return "none"
    if "TF Select ops:" in text:
        return "select"
    return "none" if _NEITHER.search(text) else "unclear"


def fitting(key: str) -> list[tuple[Argument, ...]]:
    """Return the first arguments that TensorFlow accepts for an operation, on whatever dtype."""
    for dtype in ("float32", "int32", "bool", "string"):
        fits = (call.arguments for call in calls(key, dtype) if build(call) is not None)
        found = list(itertools.islice(fits, _MOST_CALLS))
        if found:
            return found
    return []


def support(key: str, dtype: str, arguments: Sequence[tuple[Argument, ...]]) -> str | None:
    """Return what the converter makes of an operation on a dtype: the best over the given arguments."""
    order = ("none", "select", "builtin")
    found: list[str] = []
    for call in _with(key, dtype, arguments):
        probe = build(call)
        if probe is None:
            continue
        answer = convert(probe)
        if not isinstance(answer, bytes) and len(probe.results) > 1:
            alone = convert(probe._replace(results=probe.results[:1]))
            answer = alone if isinstance(alone, bytes) else answer
        if isinstance(answer, bytes):
            return "builtin"
        found.append(answer)
    return max((answer for answer in found if answer in order), key=order.index, default=None)


def _with(key: str, dtype: str, arguments: Sequence[tuple[Argument, ...]]) -> Iterator[Call]:
    plain = next(calls(key, dtype), None)
    return (plain._replace(arguments=each) for each in arguments) if plain is not None else iter(())


def quantized(key: str, arguments: Sequence[tuple[Argument, ...]]) -> tuple[bool, bool] | None:
    """Return whether an operation computes in uint8 with ranges on both sides, and with those before it only."""
    import tensorflow as tf

    for call in _with(key, "float32", arguments):
        probe = build(call)
        if probe is None or probe.graph.get_tensor_by_name(probe.results[0]).dtype != tf.float32:
            continue
        before_only = build(call, before=True)
        keeps = _is_quantized(before_only) or _is_quantized(_with_layer(before_only))
        return _is_quantized(build(call, before=True, after=True)), keeps
    return None


def _with_layer(probe: Probe | None) -> Probe | None:
    """Put a dense layer with a range of its own behind the first result, which gets none."""
    import tensorflow as tf

    if probe is None:
        return None
    with probe.graph.as_default():
        result = probe.graph.get_tensor_by_name(probe.results[0])
        size = result.shape.num_elements()
        if not size:
            return None
        row = tf.reshape(result, [1, size])
        layer = _ranged(tf.matmul(row, tf.ones([size, 4])))
    return probe._replace(results=(layer.name,))


def _is_quantized(probe: Probe | None) -> bool:
    import tensorflow as tf

    if probe is None:
        return False
    stats = {
        name.partition(":")[0]: (128.0, 127.0)
        for name in probe.fed
        if probe.graph.get_tensor_by_name(name).dtype == tf.float32
    }
    model = convert(probe, inference_type=tf.uint8, quantized_input_stats=stats)
    return isinstance(model, bytes) and _computes_in_integers(model)


def _computes_in_integers(model: bytes) -> bool:
    """Tell whether no tensor of a model is a float."""
    from tensorflow.lite.python import schema_py_generated as schema

    graph = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(model, 0)).subgraphs[0]
    return all(tensor.type not in {schema.TensorType.FLOAT32, schema.TensorType.FLOAT16} for tensor in graph.tensors)


def control_flow() -> dict[str, str]:
    """Return what the converter makes of the operations of conditionals and loops, old and new, as parts of one."""
    import tensorflow as tf

    found: dict[str, str] = {}
    for switch in (tf.compat.v1.disable_control_flow_v2, tf.compat.v1.enable_control_flow_v2):
        switch()
        for body in (_conditional, _loop, _mapped):
            with tf.Graph().as_default() as graph:
                fed = tf.compat.v1.placeholder(tf.float32, (4, 8))
                # An Exit that is itself the output gets lost when the converter makes functions of loops.
                result = tf.identity(body(fed))
                found.update(_judged(graph, fed, result))
    return found


def _judged(graph: Any, fed: Any, result: Any) -> dict[str, str]:
    import tensorflow as tf

    converter = tf.compat.v1.lite.TFLiteConverter(graph.as_graph_def(add_shapes=True), [fed], [result])
    try:
        converter.convert()
    except Exception as error:  # noqa: BLE001 - as above
        return dict.fromkeys(_NEITHER.findall(str(error)), verdict(str(error)))
    return dict.fromkeys((op.type for op in graph.get_operations()), "builtin")


def _conditional(data: Any) -> Any:
    import tensorflow as tf

    return tf.compat.v1.cond(tf.reduce_sum(data) > 0.0, lambda: data + 1.0, lambda: data * 2.0)


def _loop(data: Any) -> Any:
    import tensorflow as tf

    return tf.compat.v1.while_loop(lambda i, _: i < 4, lambda i, x: (i + 1, x * 2.0), (0, data))[1]


def _mapped(data: Any) -> Any:
    import tensorflow as tf

    return tf.map_fn(lambda row: row * 2.0, data)


_INTEGERS, _ANY = "integers", "any"
QUESTIONS = (*DTYPES, _INTEGERS)
"""What is asked of each operation: each dtype, and whether it computes in integers."""


def ask(key: str, question: str) -> Any:
    """Ask one thing about an operation; return None where it cannot be asked."""
    arguments = _fitting_once(key)
    return quantized(key, arguments) if question == _INTEGERS else support(key, question, arguments)


@cache
def _fitting_once(key: str) -> list[tuple[Argument, ...]]:
    return fitting(key)


_LEFT_OUT = re.compile(
    r"^_|Grad|Dataset|TPU|Xla|Iterator|Quantized|Boosted|Collective|Nccl|Summary|Debug|Conditional|Sdca|Ragged|Apply|Tree"
    r"|Sparse(?!ToDense|Segment)|Unicode|Encode|Decode|Lookup|Table|Forest|TensorArray|TensorList|Queue|Reader|Sampler"
    r"|Stateless(Random|Trunc|Multi|Param|Sample|Shuffle)|Parse|String|Substr|Regex|Load|Retrieve|Uniform(Q|D|R|A|C)"
    r"|Optional|Experimental|Anonymous|Outfeed|Infeed|Mutable|PyFunc|Risc|Cudnn|BatchFunction|Accumul|Barrier|Fingerprint"
)


def candidates() -> list[str]:
    """Return what is worth asking about: operations that only compute, on the way of data, and other data formats."""
    from coldpress.graph.op_defs import all_ops, is_stateful

    ops = [op for op in all_ops() if not _LEFT_OUT.search(op) and not is_stateful(op)]
    return ops + [key for key in ARGUMENTS if "/" in key]


Job = tuple[str, str]
"""An operation and a question."""


def _child(jobs: Sequence[Job], answers: Any) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    for job in jobs:
        answers.send((job, ask(*job)))


def ask_all(keys: Sequence[str], seconds: float = 120.0) -> dict[Job, Any]:
    """Ask in a child process, which is replaced when an operation crashes or hangs the converter."""
    context = multiprocessing.get_context("spawn")
    results: dict[Job, Any] = {}
    left = [(key, question) for key in keys for question in QUESTIONS]
    while left:
        answers, other_end = context.Pipe(duplex=False)
        child = context.Process(target=_child, args=(left, other_end))
        child.start()
        other_end.close()
        left = _collect(child, answers, left, results, seconds)
    return results


def _collect(child: Any, answers: Any, left: list[Job], results: dict[Job, Any], seconds: float) -> list[Job]:
    """Take answers in order until all are there or the child fails; return what is left to ask."""
    for number, job in enumerate(left):
        try:
            if not answers.poll(seconds):
                raise EOFError
            _, results[job] = answers.recv()
        except EOFError:
            print(f"{' on '.join(job)}: the converter crashed or hung", flush=True)
            child.kill()
            child.join()
            return left[number + 1 :]
        if number % 500 == 499:
            print(f"{len(left) - number - 1} left", flush=True)
    child.join()
    return []


def table(results: Mapping[Job, Any]) -> dict[str, Any]:
    """Return the answers as they are stored."""
    import tensorflow as tf

    support_of: dict[str, dict[str, str]] = {}
    ranges: dict[str, tuple[bool, bool]] = {}
    for (key, question), answer in sorted(results.items()):
        if answer is not None and question == _INTEGERS:
            ranges[key] = answer
        elif answer is not None:
            support_of.setdefault(key, {})[question] = answer
    ranges = {key: answer for key, answer in ranges.items() if support_of.get(key, {}).get("float32") == "builtin"}
    return {
        "tensorflow": tf.__version__,
        "support": support_of,
        "quantized": [key for key, (both, _) in ranges.items() if both],
        "same_range": [key for key, (_, before) in ranges.items() if before],
        "not_quantized": [key for key, (both, before) in ranges.items() if not both and not before],
    }


def main() -> None:
    """Ask about every operation and write the table; or about those named on the command line, and print it."""
    if sys.argv[1:]:
        print(
            json.dumps(table({(key, question): ask(key, question) for key in sys.argv[1:] for question in QUESTIONS}))
        )
        return
    results = ask_all(candidates())
    asked = {key for (key, question), answer in results.items() if answer is not None and question != _INTEGERS}
    results |= {(op, _ANY): answer for op, answer in control_flow().items() if op not in asked}
    content = table(results)
    TARGET.write_text(json.dumps(content, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(content['support'])} operations")


if __name__ == "__main__":
    main()
