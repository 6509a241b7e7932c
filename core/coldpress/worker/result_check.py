"""Is the file what was asked for? The converter succeeds quietly with something else: this looks at the file itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coldpress.finding import Finding, Severity
from coldpress.recipe import InferenceType
from coldpress.worker.io_types import chosen_io

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coldpress.worker.requests.conversion import Convert
    from coldpress.worker.requests.tflite import CheckedModel, ModelOperation, TensorInfo

_INTEGER_MODES: Final = (InferenceType.UINT8, InferenceType.INT8, InferenceType.INT16X8)
_BRIDGES: Final = frozenset({"QUANTIZE", "DEQUANTIZE"})
_REAL: Final = frozenset({"float16", "float32", "float64"})
_WEIGHTS: Final = {"CONV_2D": 1, "DEPTHWISE_CONV_2D": 1, "FULLY_CONNECTED": 1, "TRANSPOSE_CONV": 1}


def check_result(request: Convert, model: CheckedModel) -> tuple[Finding, ...]:
    """Return what differs between a request and the file that came of it; types that differ block."""
    findings = [*_io(request, model)]
    if model.missing:
        facts = {"operations": ", ".join(model.missing)}
        findings.append(Finding("check.cannot_run_here", Severity.WARNING, facts=facts))
    if request.inference_type in _INTEGER_MODES:
        findings += _unquantized(model)
        findings += _islands(model)
        findings += _weights(request, model)
    if request.inference_type is InferenceType.DYNAMIC and not _has(model, "int8"):
        findings.append(Finding("check.nothing_quantized", Severity.WARNING))
    if request.inference_type is InferenceType.FLOAT16 and not _has(model, "float16"):
        findings.append(Finding("check.nothing_halved", Severity.WARNING))
    return tuple(findings)


def _io(request: Convert, model: CheckedModel) -> Iterator[Finding]:
    """Compare the types of inputs and outputs; integers and booleans of the graph itself are left as they are."""
    taken, given = chosen_io(request)
    for side, tensors, wanted in (("input", model.inputs, taken.value), ("output", model.outputs, given.value)):
        for tensor in tensors:
            if _is_real(tensor) and tensor.dtype != wanted:
                facts = {"tensor": tensor.name, "side": side, "asked": wanted, "got": tensor.dtype}
                yield Finding("check.io_type", Severity.BLOCK, (tensor.name,), facts)


def _unquantized(model: CheckedModel) -> Iterator[Finding]:
    """Find a model that computes in float32 behind integer inputs: NaN in the representative data gives one."""
    computing = [operation for operation in model.operations if operation.name not in _BRIDGES]
    if computing and all(_floats(model, operation) for operation in computing):
        yield Finding("check.not_quantized", Severity.BLOCK)


def _islands(model: CheckedModel) -> Iterator[Finding]:
    """Operations between quantized ones that compute in float32: no range was known, or no integer kernel exists."""
    islands = [operation for operation in model.operations if operation.name not in _BRIDGES]
    islands = [operation for operation in islands if _floats(model, operation)]
    if not islands or len(islands) == len([o for o in model.operations if o.name not in _BRIDGES]):
        return
    names = {tensor.index: tensor.name for tensor in model.tensors}
    nodes = tuple(names.get(operation.outputs[0], operation.name) for operation in islands if operation.outputs)
    kinds = ", ".join(dict.fromkeys(operation.name for operation in islands))
    yield Finding("check.float_island", Severity.WARNING, nodes, {"operations": kinds, "islands": len(islands)})


def _weights(request: Convert, model: CheckedModel) -> Iterator[Finding]:
    """int8 kernels assume weights with zero point 0; a file that has others may load, and computes wrong."""
    if request.inference_type is InferenceType.UINT8:
        return
    tensors = {tensor.index: tensor for tensor in model.tensors}
    for operation in model.operations:
        position = _WEIGHTS.get(operation.name)
        weights = tensors.get(operation.inputs[position]) if position is not None else None
        if weights is not None and weights.dtype == "int8" and any(weights.zero_points):
            point = next(point for point in weights.zero_points if point)
            yield Finding("check.weights_zero_point", Severity.BLOCK, (weights.name,), {"zero_point": point})


def _is_real(tensor: TensorInfo) -> bool:
    """Whether a tensor stands for real numbers: stored as such, or quantized."""
    return tensor.dtype in _REAL or bool(tensor.scales)


def _floats(model: CheckedModel, operation: ModelOperation) -> bool:
    """Whether an operation takes or makes float32."""
    dtypes = {tensor.index: tensor.dtype for tensor in model.tensors}
    touched: Sequence[int] = (*operation.inputs, *operation.outputs)
    return any(dtypes.get(index) in _REAL for index in touched)


def _has(model: CheckedModel, dtype: str) -> bool:
    return any(tensor.dtype == dtype for tensor in model.tensors)
