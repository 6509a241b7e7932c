"""What TensorFlow's converter must not be given: it crashes, hangs, or quietly writes a wrong file.

Most of this is found earlier, by findings, with more to say; these checks are the last door, and each has the code
under which a person may insist (``Convert.accept``). Measured with TensorFlow 2.21: a fake quant range that is
infinite ends the process, one that is reversed or empty gives scales of 4e-9, NaN in the representative data gives an
unquantized model, a batch norm in training mode converts without a word.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from coldpress.errors import ConverterError
from coldpress.recipe import InferenceType
from coldpress.worker.fake_quant import constant_nodes, fake_quants, widening_cost
from coldpress.worker.io_types import chosen_io
from coldpress.worker.names import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from coldpress.worker.requests.conversion import Convert

_VARIABLES: Final = ("Variable", "VariableV2", "VarHandleOp", "AutoReloadVariable")
_BATCH_NORMS: Final = ("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3")
_HUGE: Final = 2**31
"""Bytes of one tensor that no 32-bit runtime can hold, and that constant folding would try to compute."""


def check_graph(graph: Any, request: Convert) -> None:
    """Raise ``ConverterError`` for the first check that the pruned GraphDef does not pass."""
    chosen_io(request)
    for check in _GRAPH_CHECKS:
        for error in check(graph, request):
            if error.code not in request.accept:
                raise error


def check_imported(graph: Any, request: Convert) -> None:
    """Raise ``ConverterError`` for what is known only once TensorFlow has worked out the shapes."""
    for check in (_ranks, _huge_tensors):
        for error in check(graph, request):
            if error.code not in request.accept:
                raise error


def check_representative(samples: Sequence[NDArray[np.generic]], request: Convert) -> None:
    """Raise ``ConverterError`` where the representative data, one array an input, would spoil the result."""
    for error in _samples(samples, request):
        if error.code not in request.accept:
            raise error


def _frozen(graph: Any, _request: Convert) -> Iterator[ConverterError]:
    for node in graph.node:
        if node.op in _VARIABLES:
            yield ConverterError("convert.not_frozen", node=node.name, operation=node.op)


def _batch_norm(graph: Any, _request: Convert) -> Iterator[ConverterError]:
    for node in graph.node:
        # The attribute's default is True.
        if node.op in _BATCH_NORMS and ("is_training" not in node.attr or node.attr["is_training"].b):
            yield ConverterError("convert.batch_norm_training", node=node.name)


def _ranges(graph: Any, _request: Convert) -> Iterator[ConverterError]:
    for quant in fake_quants(graph):
        fault = quant.fault
        if fault is not None:
            yield ConverterError(f"convert.range_{fault.kind}", node=quant.node, min=fault.low, max=fault.high)


def _mode(graph: Any, request: Convert) -> Iterator[ConverterError]:
    """Compare the mode with what the graph holds: trained ranges, ranges to be measured, or none."""
    mode = request.inference_type
    quants = fake_quants(graph)
    trained = any(not quant.constant for quant in quants)
    if quants and mode in (InferenceType.FLOAT16, InferenceType.DYNAMIC, InferenceType.INT16X8):
        yield ConverterError("convert.mode_on_qat", mode=mode.value, node=quants[0].node)
    if quants and request.representative and mode is InferenceType.INT8:
        yield ConverterError("convert.representative_on_qat", node=quants[0].node)
    if mode is InferenceType.UINT8 and not trained and request.default_ranges is None:
        yield ConverterError("convert.no_ranges")
    needs_data = mode is InferenceType.INT16X8 or (mode is InferenceType.INT8 and not trained)
    if needs_data and not request.representative and request.default_ranges is None:
        yield ConverterError("convert.needs_representative_data", mode=mode.value)


def _int8_weights(graph: Any, request: Convert) -> Iterator[ConverterError]:
    """Find weights whose zero point is not 0: contrib.quantize trains them, and int8 kernels do not take them."""
    if request.inference_type is not InferenceType.INT8 or request.representative:
        return
    lopsided = [quant for quant in fake_quants(graph) if quant.constant and not quant.symmetric]
    for quant in lopsided:
        low, high, cost = quant.minimum[0], quant.maximum[0], round(widening_cost(lopsided), 1)
        yield ConverterError("convert.int8_weights", node=quant.node, min=low, max=high, cost=cost)


def _input_stats(graph: Any, request: Convert) -> Iterator[ConverterError]:
    """Look at mean and std: the converter takes std 0 and mean 300 without a word; TF 1.15 aborts."""
    mode = request.inference_type
    if mode not in (InferenceType.UINT8, InferenceType.INT8) or request.representative:
        return
    low, high = (0, 255) if mode is InferenceType.UINT8 else (-128, 127)
    floats = {node.name for node in graph.node if node.op.startswith("Placeholder") and node.attr["dtype"].type == 1}
    for choice in request.inputs:
        name = canonical(choice.tensor)
        if name.removesuffix(":0") not in floats:
            continue
        if choice.mean is None or choice.std is None:
            yield ConverterError("convert.needs_mean_std", tensor=name)
        elif not (math.isfinite(choice.std) and choice.std > 0):
            yield ConverterError("convert.bad_std", tensor=name, std=choice.std)
        elif not low <= choice.mean <= high:
            yield ConverterError("convert.bad_mean", tensor=name, mean=choice.mean, low=low, high=high)


def _fed_constants(graph: Any, request: Convert) -> Iterator[ConverterError]:
    """Find outputs that no input reaches: constants, and not what anybody wants to convert."""
    constants = constant_nodes(graph)
    for output in request.outputs:
        name = canonical(output).rpartition(":")[0]
        if name in constants and request.inputs:
            yield ConverterError("convert.constant_output", tensor=output)


_GRAPH_CHECKS: Final[tuple[Callable[[Any, Convert], Iterator[ConverterError]], ...]] = (
    _frozen,
    _batch_norm,
    _ranges,
    _mode,
    _int8_weights,
    _input_stats,
    _fed_constants,
)


def _ranks(graph: Any, request: Convert) -> Iterator[ConverterError]:
    """Find inputs of unknown rank, which convert to scalars, or unknown size, which becomes 1."""
    for choice in request.inputs:
        shape = graph.get_tensor_by_name(canonical(choice.tensor)).shape
        if shape.rank is None:
            yield ConverterError("convert.unknown_rank", tensor=choice.tensor)
        elif None in shape.as_list()[1:]:
            yield ConverterError("convert.unknown_size", tensor=choice.tensor, shape=str(shape))


def _huge_tensors(graph: Any, _request: Convert) -> Iterator[ConverterError]:
    for op in graph.get_operations():
        for tensor in op.outputs:
            elements = tensor.shape.num_elements()
            if elements is not None and elements * max(tensor.dtype.base_dtype.size or 1, 1) >= _HUGE:
                gigabytes = round(elements * tensor.dtype.base_dtype.size / 2**30, 1)
                yield ConverterError(
                    "convert.huge_tensor", tensor=tensor.name, shape=str(tensor.shape), gigabytes=gigabytes
                )


def _samples(samples: Sequence[NDArray[np.generic]], request: Convert) -> Iterator[ConverterError]:
    if not samples:
        return
    if len(samples) != len(request.inputs):
        yield ConverterError("convert.representative_count", given=len(samples), inputs=len(request.inputs))
        return
    for choice, array in zip(request.inputs, samples, strict=True):
        if not len(array):
            yield ConverterError("convert.representative_empty", tensor=choice.tensor)
        wanted = None if choice.shape is None else tuple(choice.shape)
        if wanted is not None and not _fits(array.shape[1:], wanted):
            given = str(list(array.shape[1:]))
            yield ConverterError("convert.representative_shape", tensor=choice.tensor, given=given, wanted=str(wanted))
        if np.issubdtype(array.dtype, np.floating):
            bad = int(sum(np.count_nonzero(~np.isfinite(sample)) for sample in array))
            if bad:
                yield ConverterError("convert.representative_not_finite", tensor=choice.tensor, count=bad)


def _fits(given: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return len(given) == len(wanted) and all(b is None or a == b for a, b in zip(given, wanted, strict=True))
