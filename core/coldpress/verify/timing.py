"""How long runs take: the middle of many, and how far they spread."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Timing:
    """Warm runs of one model in one setting, in seconds.

    ``low`` and ``high`` are the 10th and the 90th percentile: a single run that the machine held up moves neither.
    ``kernels`` is ``default`` (with the delegate that is applied by default, XNNPACK) or ``no_delegate``.
    """

    kernels: str
    threads: int
    runs: int
    median: float
    low: float
    high: float


def timing(seconds: Sequence[float], *, kernels: str, threads: int) -> Timing:
    """Return the figures of at least one run."""
    if len(seconds) == 1:
        return Timing(kernels, threads, 1, seconds[0], seconds[0], seconds[0])
    tenths = statistics.quantiles(seconds, n=10, method="inclusive")
    return Timing(kernels, threads, len(seconds), statistics.median(seconds), tenths[0], tenths[-1])
