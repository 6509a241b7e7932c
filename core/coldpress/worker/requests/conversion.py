"""From a frozen GraphDef to a ``.tflite`` file."""

from __future__ import annotations

from dataclasses import dataclass

from coldpress.recipe import InferenceType, InputChoice, IoType  # noqa: TC001 - the codec reads annotations at run time
from coldpress.worker.requests.request import Request


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
