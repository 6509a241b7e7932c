"""What the interpreter worker can do: load, check, run and time a ``.tflite``, with ai-edge-litert and no TensorFlow.

It is a process of its own because known graphs convert cleanly and then crash in ``allocate_tensors``.
"""

from __future__ import annotations

import re
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from coldpress.errors import ConverterError, InputError
from coldpress.verify.quantized import clipped_share, quantize
from coldpress.worker.array_files import ResultFile, open_arrays
from coldpress.worker.requests.tflite import (
    CheckedModel,
    CheckModel,
    Kernels,
    Latency,
    MeasureLatency,
    ModelOperation,
    ModelRun,
    RunModel,
    TensorInfo,
    TensorValues,
)
from coldpress.worker.stored_bytes import stored_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

_LACKING: Final = re.compile(r"Didn't find op for builtin opcode '(\w+)'")
_WARM_UP: Final = 0.005
"""Seconds of runs that do not count: caches, and a processor that wakes up."""


def handlers() -> Mapping[type, Callable[[Any, Any], object]]:
    """Import the interpreter and return a handler for each request."""
    import ai_edge_litert.interpreter  # noqa: F401, PLC0415 - only in the worker

    return {CheckModel: check_model, RunModel: run_model, MeasureLatency: measure_latency}


def check_model(request: CheckModel, _progress: Callable[[int, int], None]) -> CheckedModel:
    """Allocate the tensors with plain kernels, and read what the file holds.

    With delegates applied the operations would be the delegate's; opened without, they are the file's own.
    """
    interpreter = _open(request.model, Kernels.NO_DELEGATE)
    details = interpreter._get_ops_details()  # noqa: SLF001 - there is no public way
    missing = _missing_kernels(interpreter, [operation["op_name"] for operation in details])
    tensors = {info.index: info for info in map(_info, interpreter.get_tensor_details())}
    inputs = tuple(_info(item) for item in interpreter.get_input_details())
    constants = stored_bytes(request.model)
    return CheckedModel(
        nbytes=Path(request.model).stat().st_size,
        inputs=inputs,
        outputs=tuple(_info(item) for item in interpreter.get_output_details()),
        operations=_operations(details, constants),
        tensors=tuple(tensors.values()),
        missing=missing,
    )


def _missing_kernels(interpreter: Any, operations: list[str]) -> tuple[str, ...]:
    """Allocate the tensors; return the operations that this interpreter cannot run, raise where it fails otherwise.

    Select TensorFlow operations run on a phone that links the Flex delegate; no interpreter of today's Python packages
    has it (google-ai-edge/LiteRT#6458).
    """
    try:
        _allocate(interpreter)
    except ConverterError as error:
        if error.code == "check.needs_flex":
            return tuple(dict.fromkeys(name for name in operations if name.startswith("Flex")))
        if error.code == "check.custom_operation":
            return (str(error.facts["operation"]),)
        raise
    return ()


def run_model(request: RunModel, progress: Callable[[int, int], None]) -> ModelRun:
    """Run the model on every sample."""
    interpreter = _open(request.model, request.kernels, threads=request.threads, keep=bool(request.tensors))
    _allocate(interpreter)
    inputs = [_info(details) for details in interpreter.get_input_details()]
    arrays = _feeds(inputs, request.feeds)
    runs = len(arrays[0]) if arrays else 1
    wanted = [_info(details) for details in interpreter.get_output_details()]
    named = {details["index"]: details for details in interpreter.get_tensor_details()}
    wanted += [_info(named[index]) for index in request.tensors]
    files = [ResultFile(request.folder, number, info.name, runs) for number, info in enumerate(wanted)]
    began = time.perf_counter()
    for run in range(runs):
        for info, array in zip(inputs, arrays, strict=True):
            interpreter.set_tensor(info.index, _as_input(info, array[run]))
        _invoke(interpreter)
        for info, file in zip(wanted, files, strict=True):
            file.put(run, interpreter.get_tensor(info.index))
        progress(run + 1, runs)
    seconds = time.perf_counter() - began
    for file in files:
        file.close()
    clipped = tuple(_clipped(info, array) for info, array in zip(inputs, arrays, strict=True))
    return ModelRun(
        tuple(TensorValues(info, file.path) for info, file in zip(wanted, files, strict=True)), clipped, seconds
    )


def measure_latency(request: MeasureLatency, progress: Callable[[int, int], None]) -> Latency:
    """Time single runs, after a few that do not count; all of them together take ``budget`` seconds at most."""
    interpreter = _open(request.model, request.kernels, threads=request.threads)
    _allocate(interpreter)
    for details in interpreter.get_input_details():
        interpreter.set_tensor(details["index"], np.zeros(details["shape"], details["dtype"]))
    start = time.perf_counter()
    _invoke(interpreter)
    while time.perf_counter() - start < min(_WARM_UP, request.budget):
        _invoke(interpreter)
    seconds: list[float] = []
    while len(seconds) < request.runs and (not seconds or time.perf_counter() - start < request.budget):
        began = time.perf_counter()
        interpreter.invoke()
        seconds.append(time.perf_counter() - began)
        progress(len(seconds), request.runs)
    return Latency(tuple(seconds))


def _open(model: str, kernels: Kernels, *, threads: int = 1, keep: bool = False) -> Any:
    """Return an interpreter on a file; raise ``InputError`` where the file is no model."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType  # noqa: PLC0415 - only in the worker

    resolvers = {
        Kernels.DEFAULT: OpResolverType.AUTO,
        Kernels.NO_DELEGATE: OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        Kernels.REFERENCE: OpResolverType.BUILTIN_REF,
    }
    with warnings.catch_warnings():
        # Keeping every tensor is what is wanted here; the warning is about its memory.
        warnings.simplefilter("ignore")
        try:
            return Interpreter(
                model_path=model,
                num_threads=threads,
                experimental_op_resolver_type=resolvers[kernels],
                experimental_preserve_all_tensors=keep,
            )
        except (ValueError, RuntimeError) as error:
            lacking = _LACKING.search(str(error))
            if lacking is not None:
                # The reference kernels are fewer than the default ones.
                raise ConverterError("check.no_kernel", operation=lacking[1], kernels=kernels.value) from error
            raise InputError("check.not_a_model", path=model, line=_line(error)) from error


def _allocate(interpreter: Any) -> None:
    try:
        interpreter.allocate_tensors()
    except (RuntimeError, ValueError, MemoryError) as error:
        raise _load_error(error) from error


def _load_error(error: Exception) -> ConverterError:
    """Return why a model cannot be made ready: kernels that this interpreter lacks, or something else."""
    line = _line(error)
    if "Select TensorFlow op" in line:
        return ConverterError("check.needs_flex", line=line)
    custom = re.search(r"unresolved custom op: (\w+)", line)
    if custom is not None:
        return ConverterError("check.custom_operation", operation=custom.group(1))
    return ConverterError("check.cannot_allocate", line=line)


def _invoke(interpreter: Any) -> None:
    try:
        interpreter.invoke()
    except (RuntimeError, ValueError) as error:
        raise ConverterError("check.cannot_run", line=_line(error)) from error


def _feeds(inputs: list[TensorInfo], paths: tuple[str, ...]) -> list[NDArray[np.generic]]:
    if len(inputs) != len(paths):
        raise ConverterError("check.input_count", model=len(inputs), given=len(paths))
    arrays = list(open_arrays({f"input {number}": path for number, path in enumerate(paths)}).values())
    for info, array in zip(inputs, arrays, strict=True):
        if array.shape[1:] != info.shape:
            raise ConverterError(
                "check.input_shape", tensor=info.name, model=str(list(info.shape)), given=str(list(array.shape[1:]))
            )
    return arrays


def _as_input(info: TensorInfo, value: NDArray[np.generic]) -> NDArray[np.generic]:
    """Return real values as the input wants them; values of the input's own type as they are."""
    dtype = np.dtype(info.dtype)
    if value.dtype == dtype:
        # ``ascontiguousarray`` would make a row of a single number.
        return np.asarray(value, order="C")
    if info.scale is not None and info.zero_point is not None and np.issubdtype(dtype, np.integer):
        return quantize(value, info.scale, info.zero_point, dtype)
    return np.asarray(value.astype(dtype), order="C")


def _clipped(info: TensorInfo, values: NDArray[np.generic]) -> float:
    dtype = np.dtype(info.dtype)
    if values.dtype == dtype or info.scale is None or info.zero_point is None:
        return 0.0
    return clipped_share(values, info.scale, info.zero_point, dtype)


def _info(details: Mapping[str, Any]) -> TensorInfo:
    quantization = details["quantization_parameters"]
    scales = tuple(float(scale) for scale in quantization["scales"])
    return TensorInfo(
        index=int(details["index"]),
        name=details["name"],
        dtype=np.dtype(details["dtype"]).name,
        shape=tuple(int(size) for size in details["shape"]),
        signature=tuple(int(size) for size in details["shape_signature"]),
        scales=scales,
        zero_points=tuple(int(point) for point in quantization["zero_points"])[: len(scales)],
        axis=int(quantization["quantized_dimension"]),
    )


def _operations(details: list[Mapping[str, Any]], constants: Mapping[int, int]) -> tuple[ModelOperation, ...]:
    """Return the operations; what several of them read is stored once, and counted where it is read first."""
    left = dict(constants)
    found = []
    for operation in details:
        inputs = tuple(int(index) for index in operation["inputs"])
        outputs = tuple(int(index) for index in operation["outputs"])
        stored = sum(left.pop(index, 0) for index in inputs)
        found.append(ModelOperation(operation["op_name"], inputs, outputs, stored))
    return tuple(found)


def _line(error: Exception) -> str:
    """Return an interpreter's error as one line; it leaves out the space before the node that failed."""
    text = " ".join(line.strip() for line in str(error).splitlines() if line.strip())
    return re.sub(r"(?<=\S)(?=Node number \d)", " ", text) or type(error).__name__
