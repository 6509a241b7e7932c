"""Plots of a verification, drawn by pyqtgraph, which is imported little by little while nobody needs it yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import QSizePolicy

from coldpress_gui.gradual_import import GradualImport
from coldpress_gui.theme import colours, font
from coldpress_gui.widgets.basics import Card

if TYPE_CHECKING:
    import numpy as np

    from coldpress.verify.scatter import Scatter

PYQTGRAPH = GradualImport("pyqtgraph", (QtCore, QtGui, QtWidgets))
_BINS = 60


@dataclass(frozen=True, slots=True)
class Comparison:
    """Reference and result of one output, point by point, and the errors' histogram."""

    name: str
    reference: np.ndarray
    result: np.ndarray
    error_counts: np.ndarray
    error_edges: np.ndarray


def comparison_of(scatter: Scatter) -> Comparison | None:
    """Return what the plots show of an output; None where no pair of values is finite."""
    import numpy as np

    finite = np.isfinite(scatter.reference) & np.isfinite(scatter.result)
    one, other = scatter.reference[finite].astype(np.float64), scatter.result[finite].astype(np.float64)
    if not one.size:
        return None
    counts, edges = np.histogram(other - one, _BINS)
    return Comparison(scatter.name, one, other, counts, edges)


class PlotCard(Card):
    """A heading and a plot that fills the card."""

    def __init__(self) -> None:
        super().__init__()
        self._plot: Any = None
        self._shown: Comparison | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(190)
        self.axis_names = ("", "")
        self._redraw = QTimer(self, singleShot=True)
        self._redraw.timeout.connect(lambda: self.show_comparison(self._shown))

    def show_comparison(self, comparison: Comparison | None) -> None:
        """Draw a comparison; None hides the card."""
        self._shown = comparison
        self.setVisible(comparison is not None)
        if comparison is None:
            return
        if self._plot is None:
            self._plot = _make_plot()
            self.body.addWidget(self._plot, 1)
        self._plot.clear()
        self._colour()
        self.draw(self._plot, comparison)

    def draw(self, plot: Any, comparison: Comparison) -> None:
        """Put the items into the plot."""
        raise NotImplementedError

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # Another theme is told to a widget many times over; it is drawn once.
        if event.type() == QEvent.Type.PaletteChange and getattr(self, "_plot", None) is not None:
            self._redraw.start()

    def _colour(self) -> None:
        now = colours()
        self._plot.setBackground(now.surface)
        for side, name in (("bottom", self.axis_names[0]), ("left", self.axis_names[1])):
            axis = self._plot.getAxis(side)
            axis.setPen(now.line_strong)
            axis.setTextPen(now.muted)
            axis.setStyle(tickFont=font(scale=0.85))
            axis.enableAutoSIPrefix(False)
            axis.setLabel(name, color=now.muted)
        self._plot.setAccessibleName(self.heading.text())


class ScatterCard(PlotCard):
    """Reference against result: a perfect result lies on the line."""

    def draw(self, plot: Any, comparison: Comparison) -> None:
        pyqtgraph, now = PYQTGRAPH.module(), colours()
        low = float(min(comparison.reference.min(), comparison.result.min()))
        high = float(max(comparison.reference.max(), comparison.result.max()))
        line = pyqtgraph.mkPen(now.line_strong, width=1, style=Qt.PenStyle.DashLine)
        plot.plot([low, high], [low, high], pen=line)
        brush = now.colour("accent")
        brush.setAlpha(110)
        points = pyqtgraph.ScatterPlotItem(
            comparison.reference, comparison.result, size=5, pen=None, brush=pyqtgraph.mkBrush(brush), pxMode=True
        )
        plot.addItem(points)


class ErrorCard(PlotCard):
    """How large the errors are, and how many of each."""

    def draw(self, plot: Any, comparison: Comparison) -> None:
        import numpy as np

        pyqtgraph = PYQTGRAPH.module()
        edges, counts = comparison.error_edges, comparison.error_counts
        width = float(edges[1] - edges[0])
        # Most errors are near zero: heights are logarithmic so that the rare large ones show.
        heights = np.log10(counts + 1.0)
        bars = pyqtgraph.BarGraphItem(x0=edges[:-1], width=width, height=heights, brush=colours().accent, pen=None)
        plot.addItem(bars)
        plot.getAxis("left").setTicks([_decades(float(heights.max()))])


def _decades(highest: float) -> list[tuple[float, str]]:
    """Return ticks at 1, 10, 100 … for heights of log10(count + 1)."""
    import math

    return [(math.log10(10**power + 1), f"{10**power:,}") for power in range(int(highest) + 1)]


def _make_plot() -> Any:
    plot = PYQTGRAPH.module().PlotWidget(enableMenu=False)
    plot.setFrameShape(plot.Shape.NoFrame)
    plot.hideButtons()
    plot.setMouseEnabled(x=False, y=False)
    plot.showGrid(x=True, y=True, alpha=0.12)
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    # A graphics view wants to be as large as its scene; a plot takes what there is.
    plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
    return plot
