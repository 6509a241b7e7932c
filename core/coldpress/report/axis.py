"""Axes of a plot: round ticks, and where a value lies on paper."""

from __future__ import annotations

import math
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Axis:
    """Values ``low`` to ``high`` drawn from ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Return where a value is drawn."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, most: int = 6) -> tuple[float, ...]:
        """Return at most ``most`` round values within the axis."""
        rough = (self.high - self.low) / max(most - 1, 1)
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(step * power for step in _STEPS if step * power >= rough * 0.999)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return tuple(number * step for number in range(first, last + 1))


def axis(low: float, high: float, start: float, end: float, *, margin: float = 0.0) -> Axis:
    """Return an axis that has a length even where all values are equal; ``margin`` is a share of the range."""
    if not high > low:
        half = abs(low) * 0.5 or 0.5
        low, high = low - half, high + half
    room = (high - low) * margin
    return Axis(low - room, high + room, start, end)


def short(value: float) -> str:
    """Return a tick's number."""
    return f"{value:.4g}".replace("e-0", "e-").replace("e+0", "e+") if value else "0"
