"""An output of many samples, as it was stored, and the real values that it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coldpress.verify.quantized import dequantize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Output:
    """Values of shape ``(samples, ...)``; integers with ``scales`` are quantized, along ``axis`` where there are many.

    ``values`` may be mapped from a file; only pieces of it are read at a time.
    """

    name: str
    values: NDArray[np.generic]
    scales: tuple[float, ...] = ()
    zero_points: tuple[int, ...] = ()
    axis: int = 0

    @property
    def scale(self) -> float | None:
        """One step of the quantization; None where there is none, or one a channel."""
        return self.scales[0] if len(self.scales) == 1 else None

    def piece(self, start: int, stop: int) -> NDArray[np.float64]:
        """Return the real values of some samples; of a scalar a sample, with an axis of its own."""
        values = np.asarray(self.values[start:stop])
        real = dequantize(values, self.scales, self.zero_points, self.axis)
        return real.reshape(len(values), 1) if real.ndim == 1 else real

    def pieces(self, elements: int) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """Yield ``(first sample, real values)`` of about ``elements`` numbers at a time."""
        count = len(self.values)
        size = int(np.prod(self.values.shape[1:], dtype=np.int64))
        step = max(1, elements // max(size, 1))
        for start in range(0, count, step):
            yield start, self.piece(start, min(start + step, count))

    def ends(self) -> tuple[float, float] | None:
        """Return the lowest and the highest real value that the integers can hold; None where there is no scale."""
        if self.scale is None or not np.issubdtype(self.values.dtype, np.integer):
            return None
        limits = np.iinfo(np.dtype(self.values.dtype.name))
        point = self.zero_points[0]
        return (limits.min - point) * self.scale, (limits.max - point) * self.scale

    def clipping_points(self) -> tuple[float, float] | None:
        """Return the real values beyond which the integers clip, one and a half steps past their ends.

        A softmax with a scale of 1/256 ends one step short of 1, by design.
        """
        ends = self.ends()
        if ends is None or self.scale is None:
            return None
        return ends[0] - 1.5 * self.scale, ends[1] + 1.5 * self.scale
