"""What a rewrite put in the place of tensors of training, as data: by it the train graph itself can be run.

A pass says with each change which tensor of the train graph has another value in inference, and which. Set to those
values, the train graph computes what the eval graph should (``held_graph``): conditionals, corrections and delays are
then worked out by TensorFlow, not by the rewrite.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from coldpress.graph.tensor_ref import TensorRef


class StandInKind(StrEnum):
    """Why a tensor has another value in inference."""

    FLAG = "flag"
    """A training flag, set to what it is in inference."""
    STATISTIC = "statistic"
    """A statistic of the batch: the variable that tracks it."""
    RANGE = "range"
    """A range of a fake quantization: the variable that training left."""
    STEP = "step"
    """Whether a step was reached: after training, it was."""
    CORRECTION = "correction"
    """A correction by the statistics of the batch: none."""
    RANDOM = "random"
    """Random numbers: their mean."""
    PASSED = "passed"
    """A layer that only training has (dropout, prints, copies of towers): its input."""
    AVERAGE = "average"
    """A weight: its moving average."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The value of a variable, in another shape or dtype (a number of ``DataType``) where those are given."""

    variable: str
    shape: tuple[int, ...] | None = None
    dtype: int | None = None


@dataclass(frozen=True, slots=True)
class StandIn:
    """``tensor`` of the train graph has ``value`` in inference: a constant, a variable's value, or another tensor's."""

    kind: StandInKind
    tensor: TensorRef
    value: NDArray[np.generic] | Stored | TensorRef


@dataclass(frozen=True, slots=True)
class NormStandIn:
    """The fused batch norm ``node`` normalises by the values of two variables in inference."""

    node: str
    mean: str
    variance: str

    @property
    def kind(self) -> StandInKind:
        """Statistics of the batch."""
        return StandInKind.STATISTIC
