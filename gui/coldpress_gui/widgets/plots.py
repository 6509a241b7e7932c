"""Plots of a verification, drawn by pyqtgraph, which is imported little by little while nobody needs it yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QSizePolicy

from coldpress_gui.gradual_import import GradualImport
from coldpress_gui.theme import colours, font
from coldpress_gui.widgets.basics import Card

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from coldpress.verify.layers import Layer
    from coldpress.verify.scatter import Scatter

D = TypeVar("D")

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


class PlotCard(Card, Generic[D]):
    """A heading and a plot that fills the card; ``D`` is what it draws."""

    def __init__(self) -> None:
        super().__init__()
        self._plot: Any = None
        self._shown: D | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(190)
        self.axis_names = ("", "")
        self._redraw = QTimer(self, singleShot=True)
        self._redraw.timeout.connect(lambda: self.show_data(self._shown))

    def show_data(self, data: D | None) -> None:
        """Draw something; None hides the card."""
        self._shown = data
        self.setVisible(data is not None)
        if data is None:
            return
        if self._plot is None:
            self._plot = _make_plot()
            self.body.addWidget(self._plot, 1)
        self._plot.clear()
        self._colour()
        self.draw(self._plot, data)

    def draw(self, plot: Any, data: D) -> None:
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


class ScatterCard(PlotCard[Comparison]):
    """Reference against result: a perfect result lies on the line."""

    def draw(self, plot: Any, data: Comparison) -> None:
        pyqtgraph, now = PYQTGRAPH.module(), colours()
        low = float(min(data.reference.min(), data.result.min()))
        high = float(max(data.reference.max(), data.result.max()))
        line = pyqtgraph.mkPen(now.line_strong, width=1, style=Qt.PenStyle.DashLine)
        plot.plot([low, high], [low, high], pen=line)
        brush = now.colour("accent")
        brush.setAlpha(110)
        points = pyqtgraph.ScatterPlotItem(
            data.reference, data.result, size=5, pen=None, brush=pyqtgraph.mkBrush(brush), pxMode=True
        )
        plot.addItem(points)


class ErrorCard(PlotCard[Comparison]):
    """How large the errors are, and how many of each."""

    def draw(self, plot: Any, data: Comparison) -> None:
        import numpy as np

        pyqtgraph = PYQTGRAPH.module()
        edges, counts = data.error_edges, data.error_counts
        width = float(edges[1] - edges[0])
        # Most errors are near zero: heights are logarithmic so that the rare large ones show.
        heights = np.log10(counts + 1.0)
        bars = pyqtgraph.BarGraphItem(x0=edges[:-1], width=width, height=heights, brush=colours().accent, pen=None)
        plot.addItem(bars)
        plot.getAxis("left").setTicks([_decades(float(heights.max()))])


class LossCard(PlotCard["Sequence[Layer]"]):
    """How much each layer loses, in order of execution; a click on a bar chooses its layer."""

    layer_clicked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(130)
        self._marked: Layer | None = None

    def mark(self, layer: Layer) -> None:
        """Give one layer's bar another colour."""
        if layer is not self._marked:
            self._marked = layer
            self._redraw.start()

    def draw(self, plot: Any, data: Sequence[Layer]) -> None:
        pyqtgraph, now = PYQTGRAPH.module(), colours()
        brushes = [now.colour(self._role(layer)) for layer in data]
        heights = [layer.loss_db for layer in data]
        places = list(range(1, len(data) + 1))
        plot.addItem(pyqtgraph.BarGraphItem(x=places, width=0.7, height=heights, brushes=brushes, pen=None))
        axis = plot.getAxis("bottom")
        axis.setTicks([[(number, str(number)) for number in _spread(len(data))]])
        plot.setXRange(0.4, max(len(data), 8) + 0.6, padding=0)
        if not getattr(plot, "is_heard", False):
            plot.is_heard = True
            plot.scene().sigMouseClicked.connect(self._clicked)

    def _role(self, layer: Layer) -> str:
        if layer is self._marked:
            return "good"
        return "warning" if layer.reasons else "accent"

    def _clicked(self, event: Any) -> None:
        if self._shown is None:
            return
        number = round(self._plot.plotItem.vb.mapSceneToView(event.scenePos()).x()) - 1
        if 0 <= number < len(self._shown):
            self.layer_clicked.emit(self._shown[number])


@dataclass(frozen=True, slots=True)
class NamedPoint:
    """A point with a name; ``role`` is its colour by what it says."""

    x: float
    y: float
    name: str
    role: str


class NamedPointsCard(PlotCard["Sequence[NamedPoint]"]):
    """A few points, each with its name beside it."""

    def draw(self, plot: Any, data: Sequence[NamedPoint]) -> None:
        pyqtgraph, now = PYQTGRAPH.module(), colours()
        brushes = [pyqtgraph.mkBrush(now.colour(point.role)) for point in data]
        xs, ys = [point.x for point in data], [point.y for point in data]
        plot.addItem(pyqtgraph.ScatterPlotItem(xs, ys, size=11, pen=None, brush=brushes))
        low, high = min(ys), max(ys)
        room = max((high - low) * 0.15, 1.0)
        plot.setXRange(0, max(xs) * 1.25, padding=0)
        plot.setYRange(low - room, high + room, padding=0)
        above: list[NamedPoint] = []
        for point in sorted(data, key=lambda point: -point.y):
            crowded = any(_near(point, other, max(xs), high - low) for other in above)
            label = pyqtgraph.TextItem(point.name, color=now.text, anchor=(-0.12, -0.1 if crowded else 0.5))
            label.setFont(font())
            label.setPos(point.x, point.y)
            plot.addItem(label)
            above.append(point)


def _near(point: NamedPoint, other: NamedPoint, width: float, height: float) -> bool:
    """Whether the names of two points would touch."""
    return abs(point.x - other.x) < 0.2 * width and abs(point.y - other.y) < 0.09 * max(height, 1.0)


def _spread(count: int, most: int = 16) -> range:
    """Return at most ``most`` numbers from 1 to ``count``."""
    return range(1, count + 1, max(1, -(-count // most)))


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
