"""Whether two runs of what should be one computation agree: train graph against eval graph, both in TensorFlow.

The same kernels run on the same machine, so only roundings in another order may differ. In float32 those stay some
hundred times below ``FLOAT``; half precision keeps three digits. A fake quantization turns a difference in the last
bit into a whole step now and then: there the two must agree once quantization is let through, and stay close with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from coldpress.verify.metrics import compare
from coldpress.verify.outputs import Output

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Arrays = Mapping[str, NDArray[np.generic]]

FLOAT: Final = 1e-4
"""Largest error in float32, as a share of the largest value of the output."""
HALF: Final = 2e-2
"""The same where the network computes in half precision."""
STEPS: Final = 0.05
"""Largest root mean square error where roundings to another step are let pass."""
_SMALLEST_PEAK: Final = 0.01
"""Outputs below this are rounding errors of larger values that cancelled out."""
_EQUAL_SHARE: Final = 0.75
"""Integers (classes, indices) are equal but for ties."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The worst figures of any output, and whether they are within ``tolerance`` (a share of the largest value)."""

    agrees: bool
    samples: int
    max_abs_error: float
    cosine: float
    tolerance: float


def agreement(reference: Arrays, result: Arrays, tolerance: float) -> Agreement:
    """Hold ``result`` (tensor name to values, samples in front) against ``reference``, every value for itself."""
    return _agreement(reference, result, tolerance, by_mean=False)


def rough_agreement(reference: Arrays, result: Arrays) -> Agreement:
    """Judge by the mean error: single values may differ by steps of a quantization."""
    return _agreement(reference, result, STEPS, by_mean=True)


def _agreement(reference: Arrays, result: Arrays, tolerance: float, *, by_mean: bool) -> Agreement:
    agrees, errors, cosines, samples = True, [0.0], [1.0], 0
    for name, wanted in reference.items():
        got = result[name]
        samples = max(samples, len(wanted))
        metrics = compare(Output(name, _numbers(wanted)), Output(name, _numbers(got)), votes=False)
        errors.append(metrics.max_abs_error)
        cosines.append(metrics.cosine)
        if np.issubdtype(wanted.dtype, np.inexact) or wanted.dtype.name == "bfloat16":
            error = metrics.rmse if by_mean else metrics.max_abs_error
            fits = error <= tolerance * max(metrics.peak, _SMALLEST_PEAK)
        else:
            fits = metrics.equal_share >= _EQUAL_SHARE
        agrees = agrees and fits and not metrics.not_finite
    return Agreement(agrees, samples, max(errors), min(cosines), tolerance)


def _numbers(values: NDArray[np.generic]) -> NDArray[np.generic]:
    return values.astype(np.int8) if values.dtype == bool else values
