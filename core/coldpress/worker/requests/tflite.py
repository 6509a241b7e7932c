"""What the interpreter is asked about a ``.tflite`` file: what it is, what it computes, how long it takes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from coldpress.worker.requests.request import Request


class Kernels(StrEnum):
    """Which implementation of the operations runs a ``.tflite``; the same file differs by 1-2 LSB between them."""

    DEFAULT = "default"
    """Built-in kernels and the delegate that is applied by default (XNNPACK)."""
    NO_DELEGATE = "no_delegate"
    """Built-in optimized kernels alone."""
    REFERENCE = "reference"
    """The plain reference kernels."""


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """A tensor of a ``.tflite`` file. Per-channel quantization has one scale a channel, along ``axis``.

    ``signature`` is the shape with -1 where it may be resized; ``scales`` is empty for a tensor that is not quantized.
    """

    index: int
    name: str
    dtype: str
    shape: tuple[int, ...]
    signature: tuple[int, ...]
    scales: tuple[float, ...]
    zero_points: tuple[int, ...]
    axis: int

    @property
    def scale(self) -> float | None:
        """The scale, or None where the tensor is not quantized, or has one a channel."""
        return self.scales[0] if len(self.scales) == 1 else None

    @property
    def zero_point(self) -> int | None:
        """The zero point, or None where the tensor is not quantized, or has one a channel."""
        return self.zero_points[0] if len(self.zero_points) == 1 else None


@dataclass(frozen=True, slots=True)
class ModelOperation:
    """One operation of a ``.tflite`` file, in order of execution; tensors by index, -1 where one is left out.

    ``constant_bytes`` is what its constants take in the file; what several operations read counts for the first.
    """

    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    constant_bytes: int


@dataclass(frozen=True, slots=True)
class CheckedModel:
    """What a ``.tflite`` file really is, read after its tensors were allocated.

    ``missing`` are operations (select TensorFlow ones, custom ones) that no interpreter on this machine can run: such a
    file can be looked at, but not verified.
    """

    nbytes: int
    inputs: tuple[TensorInfo, ...]
    outputs: tuple[TensorInfo, ...]
    operations: tuple[ModelOperation, ...]
    tensors: tuple[TensorInfo, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckModel(Request[CheckedModel]):
    """Load a ``.tflite`` file, allocate its tensors, and say what it is."""

    model: str


@dataclass(frozen=True, slots=True)
class TensorValues:
    """A tensor of the model and the ``.npy`` file of its values, ``(runs, *tensor shape)``, as the model holds them."""

    tensor: TensorInfo
    file: str


@dataclass(frozen=True, slots=True)
class ModelRun:
    """What the model computed; ``clipped`` is the share of input values outside what the input can hold."""

    tensors: tuple[TensorValues, ...]
    clipped: tuple[float, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class RunModel(Request[ModelRun]):
    """Run a ``.tflite`` file, one run after the other, and write its outputs to ``folder``.

    ``feeds`` is a ``.npy`` file an input, in the model's order, of shape ``(runs, *input shape)``: real values, which
    are quantized as the input says, or values of the input's own integer type. ``tensors`` names further tensors by
    index; they are kept only by kernels without a delegate.
    """

    model: str
    feeds: tuple[str, ...]
    folder: str
    kernels: Kernels = Kernels.DEFAULT
    threads: int = 1
    tensors: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds of each timed run."""

    seconds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class MeasureLatency(Request[Latency]):
    """Time warm runs of a model on inputs of zeros, ``runs`` of them or as many as ``budget`` seconds allow."""

    model: str
    kernels: Kernels = Kernels.DEFAULT
    threads: int = 1
    runs: int = 200
    budget: float = 0.3
