"""Samples into runs of a batch, and results of runs into samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.generic]


def into_runs(samples: Array, shape: tuple[int, ...]) -> Array:
    """Return ``(samples, ...)`` as ``(runs, *shape)``; the last batch is filled up with its last sample.

    ``shape`` is the input's, batch in front; an input without axes takes one value a run.
    """
    if not shape:
        return samples.reshape(len(samples))
    batch = shape[0]
    missing = -len(samples) % batch
    if missing:
        samples = np.concatenate([samples, np.repeat(samples[-1:], missing, axis=0)])
    return samples.reshape(-1, *shape)


def into_samples(runs: Array, batch: int, count: int) -> Array:
    """Return ``(runs, *output shape)`` as ``(count, ...)`` where the output has the batch in front, else a run each."""
    if runs.ndim > 1 and runs.shape[1] == batch:
        return runs.reshape(-1, *runs.shape[2:])[:count]
    return runs
