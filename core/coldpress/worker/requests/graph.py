"""What TensorFlow is asked about a GraphDef: to run or freeze it, its shapes, what TensorFlow Lite can do with it."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - the codec reads the annotations at run time
from dataclasses import dataclass
from enum import StrEnum

from coldpress.recipe import InferenceType, InputChoice  # noqa: TC001 - as above
from coldpress.worker.requests.request import Request


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
