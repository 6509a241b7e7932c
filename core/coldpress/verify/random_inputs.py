"""Inputs to compare on where nobody gave any: seeded, within the range that the input takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEFAULT_RANGE: Final = (-1.0, 1.0)
"""The range of a real input of which nothing is known."""
_COARSE: Final = 4


def random_samples(
    shape: tuple[int, ...], dtype: str, count: int, *, range_: tuple[float, float] | None = None, seed: int = 0
) -> NDArray[np.generic]:
    """Return ``count`` samples of ``shape`` (no batch).

    Real inputs get noise and, for what may be an image, soft shapes in turn: on noise alone a convolutional network
    gives much the same answer each time. Integer inputs get 0 and 1 unless a range is given.
    """
    generator = np.random.default_rng(seed)
    if dtype == "bool":
        return generator.integers(0, 2, (count, *shape)).astype(bool)
    if not dtype.startswith(("float", "bfloat")):
        low, high = range_ or (0, 1)
        return generator.integers(int(low), int(high) + 1, (count, *shape)).astype(dtype)
    low, high = range_ or DEFAULT_RANGE
    unit = np.stack([_sample(generator, shape, soft=index % 2 == 1) for index in range(count)])
    return (low + (high - low) * unit).astype(np.float32)


def _sample(generator: np.random.Generator, shape: tuple[int, ...], *, soft: bool) -> NDArray[np.float64]:
    """Return numbers between 0 and 1, all independent, or varying slowly along the first two axes."""
    if not soft or len(shape) < 2 or min(shape[:2]) < 2 * _COARSE:
        return generator.random(shape)
    coarse = generator.random((_COARSE, _COARSE, *shape[2:]))
    return _stretched(_stretched(coarse, 0, shape[0]), 1, shape[1])


def _stretched(values: NDArray[np.float64], axis: int, size: int) -> NDArray[np.float64]:
    """Interpolate along one axis."""
    at = np.linspace(0, values.shape[axis] - 1, size)
    below = np.minimum(at.astype(int), values.shape[axis] - 2)
    part = (at - below).reshape([-1 if index == axis else 1 for index in range(values.ndim)])
    lower = np.take(values, below, axis)
    result: NDArray[np.float64] = lower + part * (np.take(values, below + 1, axis) - lower)
    return result
