"""Distributions of random operations, as evenly spaced quantiles."""

from __future__ import annotations

from functools import cache
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from coldpress.eval_graph.constants import Value

UNIFORM = frozenset({"RandomUniform", "StatelessRandomUniform", "StatelessRandomUniformV2", "StatefulUniform"})
_NORMAL = frozenset(
    {
        *("RandomStandardNormal", "StatelessRandomNormal", "StatelessRandomNormalV2"),
        *("StatefulStandardNormal", "StatefulStandardNormalV2"),
    }
)
_TRUNCATED = frozenset({"TruncatedNormal", "StatelessTruncatedNormal", "StatelessTruncatedNormalV2"})
DRAWS = 4096


def draws(op: str) -> Value | None:
    """Return the quantiles of an operation's distribution as one row."""
    if op in UNIFORM:
        return _uniform()
    if op in _NORMAL:
        return _normal(limit=None)
    return _normal(limit=2.0) if op in _TRUNCATED else None


def distribution_mean(op: str) -> float:
    """Return the mean of what a random operation draws."""
    return 0.5 if op in UNIFORM else 0.0


@cache
def _uniform() -> Value:
    return ((np.arange(DRAWS, dtype=np.float32) + 0.5) / DRAWS)[np.newaxis]


@cache
def _normal(*, limit: float | None) -> Value:
    """Return normal quantiles, cut off at ``limit`` deviations as TruncatedNormal does."""
    low = 0.0 if limit is None else NormalDist().cdf(-limit)
    shares = low + (1 - 2 * low) * _uniform()[0]
    return np.array([[NormalDist().inv_cdf(float(share)) for share in shares]], np.float32)
