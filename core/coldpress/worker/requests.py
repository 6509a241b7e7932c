"""Everything that can be asked of a worker, and what it answers. Plain data; arrays go by ``.npy`` files."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - the codec reads the annotations at run time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from coldpress.recipe import InferenceType, InputChoice, IoType  # noqa: TC001 - as above

R = TypeVar("R")


class Request(Generic[R]):
    """A job; ``R`` is the type of its answer."""

    __slots__ = ()


def answer_type(request: Request[R]) -> type[R]:
    """Return the dataclass that answers ``request``."""
    base = type(request).__orig_bases__[0]  # type: ignore[attr-defined]
    kind: type[R] = base.__args__[0]
    return kind


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
class Done:
    """The job is done, and there is nothing to say."""


@dataclass(frozen=True, slots=True)
class Ping(Request[Done]):
    """Answer at once; waits for the worker to be ready."""


# ---- TensorFlow ----


@dataclass(frozen=True, slots=True)
class WidenedRange:
    """A trained range of weights, widened to be symmetric around zero: what a per-tensor int8 kernel asks for."""

    node: str
    minimum: float
    maximum: float
    limit: float


@dataclass(frozen=True, slots=True)
class Converted:
    """A ``.tflite`` file was written. ``widened`` are the ranges that were changed on the way, for int8."""

    nbytes: int
    sha256: str
    seconds: float
    widened: tuple[WidenedRange, ...] = ()


@dataclass(frozen=True, slots=True)
class Convert(Request[Converted]):
    """Convert a frozen GraphDef.

    ``target`` is overwritten in place: give a temporary path. ``representative`` holds one ``.npy`` file an input, in
    the order of ``inputs``, of shape ``(runs, *input shape)``; ``measured`` says that ranges come from it, not from
    fake quant nodes. ``accept`` holds the codes of checks to leave out; with ``convert.int8_weights`` among them the
    trained ranges of weights are made symmetric, so that the file is legal and a little coarser.
    """

    frozen: str
    target: str
    inputs: tuple[InputChoice, ...]
    outputs: tuple[str, ...]
    inference_type: InferenceType
    input_type: IoType | None = None
    output_type: IoType | None = None
    default_ranges: tuple[float, float] | None = None
    representative: tuple[str, ...] = ()
    measured: bool = False
    allow_custom_ops: bool = False
    select_tf_ops: bool = False
    accept: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ReferenceRun:
    """What the graph computed: a ``.npy`` file a tensor, of shape ``(runs, *tensor shape)``."""

    arrays: Mapping[str, str]
    seconds: float


@dataclass(frozen=True, slots=True)
class RunReference(Request[ReferenceRun]):
    """Run a frozen GraphDef on given inputs, one run after the other.

    ``feeds`` maps a tensor to a ``.npy`` file of shape ``(runs, *tensor shape)``; the results of ``tensors`` are
    written to ``folder``. One thread gives the same bits each time. Without ``fake_quant`` every fake quant node lets
    its input through: the network as it would be without quantization.
    """

    graph: str
    feeds: Mapping[str, str]
    tensors: tuple[str, ...]
    folder: str
    threads: int = 1
    fake_quant: bool = True


@dataclass(frozen=True, slots=True)
class RunTrained(Request[ReferenceRun]):
    """Run a graph that is not frozen with the values of a checkpoint, to prove that a rewrite computes the same.

    ``feeds``, ``tensors``, ``folder`` and ``fake_quant`` are as for ``RunReference``. ``keys`` maps a variable to its
    key in the checkpoint where the two differ, ``slices`` to start and length along each dimension where it is a part
    of a partitioned one.
    """

    graph: str
    checkpoint: str
    feeds: Mapping[str, str]
    tensors: tuple[str, ...]
    folder: str
    keys: Mapping[str, str]
    slices: Mapping[str, tuple[tuple[int, int], ...]]
    threads: int = 1
    fake_quant: bool = True


@dataclass(frozen=True, slots=True)
class BrokenNode:
    """The first node whose inputs do not fit together, as TensorFlow's own shape rule says.

    ``wanted`` is the shape that its second input holds as a value, where it has one (``Reshape``, ``BroadcastTo``).
    """

    node: str
    operation: str
    inputs: tuple[str, ...]
    input_shapes: tuple[tuple[int | None, ...] | None, ...]
    reason: str
    wanted: tuple[int | None, ...] | None = None


@dataclass(frozen=True, slots=True)
class PropagatedShapes:
    """Shape (None: unknown rank) and dtype of every tensor that could be reached."""

    shapes: Mapping[str, tuple[int | None, ...] | None]
    dtypes: Mapping[str, str]
    broken: BrokenNode | None


@dataclass(frozen=True, slots=True)
class PropagateShapes(Request[PropagatedShapes]):
    """Propagate the shapes of ``inputs`` to ``outputs`` through a GraphDef; nothing is executed."""

    graph: str
    inputs: tuple[InputChoice, ...]
    outputs: tuple[str, ...]


class SupportKind(StrEnum):
    """What it takes to run an operation of a graph as part of a ``.tflite``."""

    BUILTIN = "builtin"
    """A kernel of TensorFlow Lite, in the mode asked for."""
    FLOAT_ONLY = "float_only"
    """A kernel of TensorFlow Lite, but none for integers: it would compute in float32 between quantized ones."""
    SELECT = "select"
    """TensorFlow's own kernel, by the Flex delegate."""
    CUSTOM = "custom"
    """A kernel that the app would have to bring."""
    UNKNOWN = "unknown"
    """Not an operation of this TensorFlow; it cannot be converted."""


@dataclass(frozen=True, slots=True)
class OperationSupport:
    """An operation, how it can be run, and the nodes of the graph that came to it.

    ``operation`` is the file's name (``CONV_2D``) for what TensorFlow Lite runs itself, else the graph's (``Erf``).
    """

    operation: str
    kind: SupportKind
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Support:
    """What TensorFlow Lite can do with each operation, in order of execution."""

    operations: tuple[OperationSupport, ...]


@dataclass(frozen=True, slots=True)
class AskSupport(Request[Support]):
    """Ask what TensorFlow Lite can do with the operations that ``outputs`` need; the graph need not be frozen."""

    graph: str
    inputs: tuple[InputChoice, ...]
    outputs: tuple[str, ...]
    inference_type: InferenceType


@dataclass(frozen=True, slots=True)
class TensorFlowFrozen:
    """A frozen GraphDef was written."""

    nodes: int
    constants: int
    nbytes: int


@dataclass(frozen=True, slots=True)
class FreezeWithTensorFlow(Request[TensorFlowFrozen]):
    """Freeze with TensorFlow's own code, for graphs whose resource variables are read inside functions.

    ``keys`` maps a variable to its key in the checkpoint where the two differ. ``target`` is overwritten in place.
    """

    graph: str
    checkpoint: str
    outputs: tuple[str, ...]
    target: str
    keys: Mapping[str, str]


# ---- the interpreter ----


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


REQUESTS: Mapping[str, type[Request[Any]]] = {
    kind.__name__: kind
    for kind in (
        Ping,
        Convert,
        RunReference,
        RunTrained,
        PropagateShapes,
        AskSupport,
        FreezeWithTensorFlow,
        CheckModel,
        RunModel,
        MeasureLatency,
    )
}
