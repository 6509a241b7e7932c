"""TOCO: frozen GraphDef to ``.tflite``, by ``tf.compat.v1.lite.TFLiteConverter``, in every mode."""

from __future__ import annotations

import hashlib
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from coldpress.recipe import InferenceType
from coldpress.worker.convert_checks import check_graph, check_imported, check_representative
from coldpress.worker.converter_errors import converter_error
from coldpress.worker.fake_quant import make_symmetric
from coldpress.worker.io_types import chosen_io
from coldpress.worker.names import array_name, canonical
from coldpress.worker.pruned import prune, read_graph_def
from coldpress.worker.requests.conversion import Convert, Converted
from coldpress.worker.shapes import set_input_shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray


def convert(request: Convert, progress: Callable[[int, int], None]) -> Converted:
    """Convert, and write the file; the same request gives the same bytes."""
    began = time.perf_counter()
    graph = prune(
        read_graph_def(request.frozen),
        [*request.outputs, *(choice.tensor for choice in request.inputs)],
        allow_unknown=request.allow_custom_ops,
    )
    set_input_shapes(graph, request.inputs)
    check_graph(graph, request)
    trained_int8 = request.inference_type is InferenceType.INT8 and not request.measured
    widened = make_symmetric(graph) if trained_int8 else ()
    samples = [np.load(path, mmap_mode="r", allow_pickle=False) for path in request.representative]
    check_representative(samples, request)
    content = convert_graph(graph, request, samples, progress)
    Path(request.target).write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return Converted(nbytes=len(content), sha256=digest, seconds=time.perf_counter() - began, widened=widened)


def convert_graph(
    graph: Any, request: Convert, samples: Sequence[NDArray[np.generic]], progress: Callable[[int, int], None]
) -> bytes:
    """Convert a pruned GraphDef as ``request`` says, and return the file's content; raise what went wrong in codes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            converter = _converter(graph, request)
            _set_mode(converter, request, samples, progress)
            content: bytes = bytes(converter.convert())
        except Exception as error:
            raise converter_error(error) from error
    return content


def _converter(graph: Any, request: Convert) -> Any:
    """Return a converter on the graph; one with operations that TensorFlow does not know is handed over unread."""
    import tensorflow as tf
    from tensorflow.lite.python.conversion_metadata_schema_py_generated import ModelType
    from tensorflow.lite.python.lite import TFLiteConverterBase

    make = tf.compat.v1.lite.TFLiteConverter
    # What ``from_frozen_graph`` notes in the file's metadata; with it the bytes equal those of a script that calls it.
    # It is read from the base class.
    TFLiteConverterBase._set_original_model_type(ModelType.TF_GRAPH_DEF)  # noqa: SLF001
    outputs = [array_name(name) for name in request.outputs]
    with tf.Graph().as_default() as imported:
        try:
            tf.import_graph_def(graph, name="")
        except tf.errors.NotFoundError:
            shapes = [(array_name(choice.tensor), list(choice.shape or ())) for choice in request.inputs]
            return make(graph, None, None, shapes, outputs)
        check_imported(imported, request)
        inputs = [imported.get_tensor_by_name(canonical(choice.tensor)) for choice in request.inputs]
        results = [imported.get_tensor_by_name(canonical(name)) for name in request.outputs]
        return make(imported.as_graph_def(), inputs, results)


def _set_mode(
    converter: Any,
    request: Convert,
    samples: Sequence[NDArray[np.generic]],
    progress: Callable[[int, int], None],
) -> None:
    import tensorflow as tf

    mode = request.inference_type
    builtins = tf.lite.OpsSet.TFLITE_BUILTINS
    converter.allow_custom_ops = request.allow_custom_ops
    if mode is InferenceType.FLOAT16:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
    elif mode is InferenceType.DYNAMIC:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    elif samples:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: _samples(samples, progress)
        builtins = (
            tf.lite.OpsSet.TFLITE_BUILTINS_INT8
            if mode is InferenceType.INT8
            else tf.lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8
        )
        _set_io(converter, request)
    elif mode in (InferenceType.UINT8, InferenceType.INT8):
        _set_trained_quantization(converter, request)
    converter.target_spec.supported_ops = (
        [builtins, tf.lite.OpsSet.SELECT_TF_OPS] if request.select_tf_ops else [builtins]
    )


def _set_io(converter: Any, request: Convert) -> None:
    import tensorflow as tf

    taken, given = chosen_io(request)
    converter.inference_input_type = tf.as_dtype(taken.value)
    converter.inference_output_type = tf.as_dtype(given.value)


def _set_trained_quantization(converter: Any, request: Convert) -> None:
    """Ranges come from the graph's fake quant nodes; what the inputs mean comes from mean and std."""
    import tensorflow as tf

    taken, _given = chosen_io(request)
    converter.inference_type = tf.as_dtype(request.inference_type.value)
    converter.inference_input_type = tf.as_dtype(taken.value)
    converter.quantized_input_stats = {
        array_name(choice.tensor): (choice.mean, choice.std) for choice in request.inputs if choice.std is not None
    }
    converter.default_ranges_stats = request.default_ranges


def _samples(
    arrays: Sequence[NDArray[np.generic]], progress: Callable[[int, int], None]
) -> Iterator[list[NDArray[np.generic]]]:
    total = len(arrays[0])
    for run in range(total):
        yield [_sample(array[run]) for array in arrays]
        progress(run + 1, total)


def _sample(value: NDArray[np.generic]) -> NDArray[np.generic]:
    """Return one sample; real values in the one type that the calibrator takes."""
    # ``ascontiguousarray`` would make a row of a single number.
    return np.asarray(value, dtype=np.float32 if np.issubdtype(value.dtype, np.floating) else None, order="C")
