"""Integers and the real values that they stand for: ``real = (integer - zero_point) * scale``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def quantize(values: NDArray[np.generic], scale: float, zero_point: int, dtype: np.dtype[Any]) -> NDArray[np.generic]:
    """Return the nearest integers of ``dtype``, those out of range clipped; halves round away from zero, as in C."""
    limits = np.iinfo(dtype)
    steps = np.asarray(values, np.float64) / scale
    rounded = np.trunc(steps + np.copysign(0.5, steps)) + zero_point
    clipped: NDArray[np.generic] = np.clip(rounded, limits.min, limits.max).astype(dtype)
    return clipped


def dequantize(
    values: NDArray[np.generic], scales: Sequence[float], zero_points: Sequence[int], axis: int = 0
) -> NDArray[np.float64]:
    """Return the real values; several scales go along ``axis``; none means that the values are real already."""
    real = np.asarray(values, np.float64)
    if not scales:
        return real
    if len(scales) == 1:
        return (real - zero_points[0]) * scales[0]
    shape = [1] * real.ndim
    shape[axis] = len(scales)
    points = np.asarray(zero_points or [0] * len(scales), np.float64).reshape(shape)
    return (real - points) * np.asarray(scales, np.float64).reshape(shape)


def clipped_share(values: NDArray[np.generic], scale: float, zero_point: int, dtype: np.dtype[Any]) -> float:
    """Return the share of real values that ``dtype`` cannot hold, by more than half a step."""
    limits = np.iinfo(dtype)
    steps = np.asarray(values, np.float64) / scale + zero_point
    outside = (steps < limits.min - 0.5) | (steps > limits.max + 0.5)
    return float(np.mean(outside)) if outside.size else 0.0
