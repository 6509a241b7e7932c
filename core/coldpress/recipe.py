"""The recipe: all that a person decided, frozen. It is the one state of the wizard and the input of the pipeline.

Reading and writing it as TOML is in ``coldpress.recipe_file``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

RECIPE_VERSION = 1


class InferenceType(StrEnum):
    """How the result computes."""

    FLOAT32 = "float32"
    FLOAT16 = "float16"
    DYNAMIC = "dynamic"
    UINT8 = "uint8"
    INT8 = "int8"
    INT16X8 = "int16x8"


class IoType(StrEnum):
    """Type of the tensors that go in and come out of the result."""

    FLOAT32 = "float32"
    UINT8 = "uint8"
    INT8 = "int8"
    INT16 = "int16"


@dataclass(frozen=True, slots=True)
class InputChoice:
    """One input: a tensor name (``input:0``), its shape with None for what is free, and what its integers mean.

    ``real = (integer - mean) / std`` (TF 1.15, ``tflite_convert --mean_values --std_dev_values``).
    """

    tensor: str
    shape: tuple[int | None, ...] | None = None
    mean: float | None = None
    std: float | None = None


@dataclass(frozen=True, slots=True)
class RangeChoice:
    """The range that a person gives a tensor which has none: a guess, which the graph then takes for trained."""

    tensor: str
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.tensor}={self.low!r}:{self.high!r}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``TENSOR=low:high``; raises ``ValueError`` where it is none, or where 0 does not lie in the range.

        Zero must be one of the integers' values exactly (Jacob et al. 2018, section 2.1): padding is made of it.
        """
        tensor, equals, ends = text.rpartition("=")
        low, colon, high = ends.partition(":")
        if not (tensor.strip() and equals and colon):
            raise ValueError(text)
        choice = cls(tensor.strip(), float(low), float(high))
        if not (math.isfinite(choice.low) and math.isfinite(choice.high)) or not choice.low <= 0 <= choice.high:
            raise ValueError(text)
        if choice.low == choice.high:
            raise ValueError(text)
        return choice


@dataclass(frozen=True, slots=True)
class Limits:
    """When a verification passes. None: the limit of the mode (``coldpress.verify.limits``)."""

    max_abs_error: float | None = None
    max_lsb: float | None = None
    max_mean_lsb: float | None = None
    min_snr_db: float | None = None
    min_argmax_agreement: float | None = None
    min_top_k_agreement: float | None = None
    min_cosine: float | None = None
    max_accuracy_loss: float | None = None
    max_layer_loss_db: float | None = None
    max_input_clipped: float | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """Every decision of a run. Paths are as the person gave them; None means *the best suggestion*."""

    source: str
    graph: str | None = None
    """The graph file to use where several lie there; None: found from ``source``."""
    meta_graph_tags: tuple[str, ...] | None = None
    """Which MetaGraph of a SavedModel; None: ``serve``, or the only one."""
    checkpoint: str | None = None
    """The checkpoint prefix; None: the newest beside the graph."""
    inputs: tuple[InputChoice, ...] = ()
    outputs: tuple[str, ...] = ()
    as_is: bool = False
    use_ema: bool = False
    inference_type: InferenceType | None = None
    inference_input_type: IoType | None = None
    inference_output_type: IoType | None = None
    default_ranges: tuple[float, float] | None = None
    ranges: tuple[RangeChoice, ...] = ()
    representative_data: str | None = None
    data: str | None = None
    crop_images: bool = False
    """Cut images of a folder to the input's shape rather than stretch them."""
    allow_custom_ops: bool = False
    select_tf_ops: bool = False
    accept: frozenset[str] = frozenset()
    limits: Limits = Limits()
    output: str | None = None
    seed: int = 0
    """Seeds the random inputs of the verification."""

    def with_(self, **changes: Any) -> Self:
        """Return a copy with some decisions changed."""
        return replace(self, **changes)
