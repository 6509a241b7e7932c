"""A small histogram of a variable's values, with its figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from coldpress_gui.theme import colours, font

if TYPE_CHECKING:
    import numpy as np
    from PySide6.QtGui import QPaintEvent

BINS = 40


@dataclass(frozen=True, slots=True)
class ValueStatistics:
    """What the values of a variable are like; ``bins`` is empty where they are not numbers."""

    count: int
    low: float
    high: float
    mean: float
    std: float
    zeros: int
    strange: int
    """How many are NaN or infinite."""
    bins: tuple[int, ...]


def statistics_of(values: np.ndarray) -> ValueStatistics | None:
    """Return the figures of an array, None where it holds no numbers."""
    import numpy as np

    if values.dtype.kind not in "fiub" and values.dtype.name != "bfloat16":
        return None
    numbers = values.astype(np.float64).ravel()
    finite = numbers[np.isfinite(numbers)]
    strange = int(numbers.size - finite.size)
    if not finite.size:
        return ValueStatistics(numbers.size, 0, 0, 0, 0, 0, strange, ())
    bins, _edges = np.histogram(finite, BINS)
    low, high, mean, std = (float(f(finite)) for f in (np.min, np.max, np.mean, np.std))
    zeros = int(np.count_nonzero(finite == 0))
    return ValueStatistics(numbers.size, low, high, mean, std, zeros, strange, tuple(int(b) for b in bins))


class Histogram(QWidget):
    """Bars, and the two ends of the range."""

    def __init__(self) -> None:
        super().__init__()
        self._statistics: ValueStatistics | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_statistics(self, statistics: ValueStatistics | None) -> None:
        """Draw these; None hides the picture."""
        self._statistics = statistics
        self.setVisible(statistics is not None and bool(statistics.bins))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 64)

    def paintEvent(self, _event: QPaintEvent) -> None:
        shown = self._statistics
        if shown is None or not shown.bins:
            return
        painter = QPainter(self)
        now = colours()
        painter.setFont(font(scale=0.85))
        line = painter.fontMetrics().height()
        field = QRectF(0, 0, self.width(), self.height() - line - 2)
        width, highest = field.width() / len(shown.bins), max(shown.bins)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.colour("accent"))
        for number, amount in enumerate(shown.bins):
            height = field.height() * amount / highest
            painter.drawRect(QRectF(number * width, field.bottom() - height, max(1.0, width - 1), height))
        painter.setPen(now.colour("muted"))
        below = QRectF(0, field.bottom() + 2, self.width(), line)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, f"{shown.low:.4g}")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, f"{shown.high:.4g}")
