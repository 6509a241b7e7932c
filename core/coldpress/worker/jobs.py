"""Jobs for callers that hold arrays: files are written, requests sent, results read back, and the files removed."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from coldpress.events import Step, ignore
from coldpress.recipe import InferenceType
from coldpress.verify.outputs import Output
from coldpress.worker.array_files import save_array
from coldpress.worker.requests.graph import RunReference, RunTrained
from coldpress.worker.requests.tflite import Kernels, ModelRun, RunModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from coldpress.cancel import CancelToken
    from coldpress.events import Listener
    from coldpress.worker.requests.conversion import Convert, Converted
    from coldpress.worker.requests.graph import ReferenceRun
    from coldpress.worker.requests.request import Request
    from coldpress.worker.requests.tflite import TensorInfo
    from coldpress.worker.supervisor import Worker

    Arrays = Mapping[str, NDArray[np.generic]]

R = TypeVar("R")

_MOST_THREADS: Final = 4
_MEASURED: Final = (InferenceType.INT8, InferenceType.INT16X8)


@dataclass(frozen=True, slots=True)
class Call:
    """How a job is watched: where its events go, what stops it."""

    listener: Listener = ignore
    cancel: CancelToken | None = None
    timeout: float | None = None
    step: Step = Step.VERIFY


@dataclass(frozen=True, slots=True)
class TrainedGraph:
    """A graph that is not frozen, its checkpoint, and where that keeps variables that do not lie under their name."""

    graph: str | Path
    checkpoint: str
    keys: Mapping[str, str] = field(default_factory=dict)
    slices: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelResult:
    """What a model computed: its outputs, further tensors by index, and the clipped share of each input's values."""

    outputs: tuple[Output, ...]
    tensors: Mapping[int, Output]
    clipped: tuple[float, ...]
    seconds: float


@contextmanager
def run_folder(worker: Worker) -> Iterator[str]:
    """Give a folder for the arrays of one run, removed at the end."""
    folder = tempfile.mkdtemp(dir=worker.folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def convert(
    worker: Worker,
    request: Convert,
    representative: Sequence[NDArray[np.generic]] = (),
    call: Call | None = None,
) -> Converted:
    """Convert; ``representative`` holds one array an input, ``(runs, *input shape)``, in the order of the inputs."""
    watched = call or Call(step=Step.CONVERT)
    if watched.timeout is None:
        watched = replace(watched, timeout=_patience(request))
    with run_folder(worker) as folder:
        paths = tuple(save_array(folder, f"sample{number}", array) for number, array in enumerate(representative))
        return _run(worker, _with_representative(request, paths), watched)


def run_reference(
    worker: Worker,
    graph: str | Path,
    feeds: Arrays,
    tensors: Sequence[str],
    *,
    fake_quant: bool = True,
    call: Call | None = None,
) -> dict[str, NDArray[Any]]:
    """Run a frozen graph on ``feeds`` (tensor name to ``(runs, *shape)``); return each tensor, ``(runs, *shape)``."""
    with run_folder(worker) as folder:
        paths = _save_feeds(folder, feeds)
        request = RunReference(str(graph), paths, tuple(tensors), folder, _threads(), fake_quant)
        return _computed(_run(worker, request, call or Call()))


def run_trained(
    worker: Worker,
    trained: TrainedGraph,
    feeds: Arrays,
    tensors: Sequence[str],
    *,
    fake_quant: bool = True,
    call: Call | None = None,
) -> dict[str, NDArray[Any]]:
    """Run a graph that is not frozen; arguments and answer are as those of ``run_reference``."""
    with run_folder(worker) as folder:
        paths = _save_feeds(folder, feeds)
        request = RunTrained(
            graph=str(trained.graph),
            checkpoint=trained.checkpoint,
            feeds=paths,
            tensors=tuple(tensors),
            folder=folder,
            keys=trained.keys,
            slices=trained.slices,
            threads=_threads(),
            fake_quant=fake_quant,
        )
        return _computed(_run(worker, request, call or Call()))


def run_model(
    worker: Worker,
    model: str | Path,
    feeds: Sequence[NDArray[np.generic]],
    kernels: Kernels,
    *,
    tensors: Sequence[int] = (),
    call: Call | None = None,
) -> ModelResult:
    """Run a ``.tflite`` on ``feeds``, one array an input in the model's order, ``(runs, *input shape)``."""
    with run_folder(worker) as folder:
        paths = tuple(save_array(folder, f"feed{number}", array) for number, array in enumerate(feeds))
        request = RunModel(str(model), paths, folder, kernels, tensors=tuple(tensors))
        return _read(_run(worker, request, call or Call()), tensors)


def _save_feeds(folder: str, feeds: Arrays) -> dict[str, str]:
    return {name: save_array(folder, f"feed{number}", array) for number, (name, array) in enumerate(feeds.items())}


def _computed(answer: ReferenceRun) -> dict[str, NDArray[Any]]:
    return {name: np.load(path, allow_pickle=False) for name, path in answer.arrays.items()}


def _patience(request: Convert) -> float:
    """Return seconds after which a conversion hangs for good: half a gigabyte takes 13 s, so this is far beyond."""
    try:
        size = Path(request.frozen).stat().st_size
    except OSError:
        size = 0
    return 600 + size / 1e6 * (10 if request.inference_type in _MEASURED else 2)


def _threads() -> int:
    """Return how many threads the reference takes; the same number gives the same bits each time."""
    return min(os.cpu_count() or 1, _MOST_THREADS)


def _read(answer: ModelRun, tensors: Sequence[int]) -> ModelResult:
    values = [_output(item.tensor, np.load(item.file, allow_pickle=False)) for item in answer.tensors]
    outputs = len(values) - len(tensors)
    further = dict(zip(tensors, values[outputs:], strict=True))
    return ModelResult(tuple(values[:outputs]), further, answer.clipped, answer.seconds)


def _output(info: TensorInfo, values: NDArray[np.generic]) -> Output:
    # The values have one axis more than the tensor: the runs.
    return Output(info.name, values, info.scales, info.zero_points, info.axis + 1)


def _with_representative(request: Convert, paths: tuple[str, ...]) -> Convert:
    return replace(request, representative=paths, measured=True) if paths else request


def _run(worker: Worker, request: Request[R], call: Call) -> R:
    return worker.run(request, listener=call.listener, cancel=call.cancel, timeout=call.timeout, step=call.step)
