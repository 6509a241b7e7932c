"""A picture of a node's surroundings: producers on the left, consumers on the right, a click moves there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsPathItem,
    QGraphicsScene,
    QGraphicsView,
    QStyleOptionGraphicsItem,
    QWidget,
)

from coldpress_gui.theme import colours, font

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent
    from PySide6.QtWidgets import QGraphicsSceneMouseEvent

    from coldpress.graph.graph import Graph

_WIDTH, _HEIGHT = 138.0, 40.0
_ACROSS, _DOWN = 186.0, 54.0
_STEPS = 2
_COLUMN = 6


@dataclass(frozen=True, slots=True)
class Spot:
    """A node at its place: ``column`` 0 is the middle, producers are negative."""

    name: str
    column: int
    row: int


def surroundings(graph: Graph, centre: str) -> tuple[list[Spot], list[tuple[str, str]], int]:
    """Return the nodes within two steps, the edges between them, and how many nodes were left out."""
    columns: dict[int, list[str]] = {0: [centre]}
    placed = {centre}
    left_out = 0
    for direction in (-1, 1):
        for step in range(1, _STEPS + 1):
            found: dict[str, None] = {}
            for name in columns.get(direction * (step - 1), ()):
                near = (ref.node for ref in graph.data_inputs(name)) if direction < 0 else graph.readers(name)
                found.update(dict.fromkeys(other for other in near if other in graph and other not in placed))
            kept = list(found)[:_COLUMN]
            left_out += len(found) - len(kept)
            columns[direction * step] = kept
            placed.update(kept)
    spots = [Spot(name, column, row) for column, names in columns.items() for row, name in enumerate(names)]
    edges = [(ref.node, name) for name in placed for ref in graph.data_inputs(name) if ref.node in placed]
    return spots, list(dict.fromkeys(edges)), left_out


class _NodeItem(QGraphicsItem):
    """A box with the operation and the last part of the name."""

    def __init__(self, view: NeighbourhoodView, name: str, op: str, *, centre: bool) -> None:
        super().__init__()
        self._view, self._name, self._op, self._centre = view, name, op, centre
        self.setToolTip(f"{name}\n{op}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def boundingRect(self) -> QRectF:
        return QRectF(-1, -1, _WIDTH + 2, _HEIGHT + 2)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        now = colours()
        painter.setPen(QPen(now.colour("accent" if self._centre else "line_strong"), 1.6 if self._centre else 1))
        painter.setBrush(now.colour("accent_soft" if self._centre else "raised"))
        painter.drawRoundedRect(QRectF(0, 0, _WIDTH, _HEIGHT), 6, 6)
        self._line(painter, self._name.rpartition("/")[2], QRectF(8, 4, _WIDTH - 16, 16), "text", bold=True)
        self._line(painter, self._op, QRectF(8, 20, _WIDTH - 16, 16), "muted", bold=False)

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        event.accept()
        self._view.node_clicked.emit(self._name)

    def _line(self, painter: QPainter, text: str, box: QRectF, role: str, *, bold: bool) -> None:
        painter.setPen(colours().colour(role))
        painter.setFont(font(scale=0.88, bold=bold))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


class NeighbourhoodView(QGraphicsView):
    """The picture. Left and right arrow keys move to the first producer or consumer."""

    node_clicked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._graph: Graph | None = None
        self._name = ""
        self.left_out = 0

    def show_node(self, graph: Graph | None, name: str) -> None:
        """Draw the surroundings of a node."""
        self._graph, self._name = graph, name
        self._draw()

    def names(self) -> list[str]:
        """Return the nodes in the picture."""
        if self._graph is None or self._name not in self._graph:
            return []
        return [spot.name for spot in surroundings(self._graph, self._name)[0]]

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_scene"):
            self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        side = steps.get(Qt.Key(event.key()))
        if side is None or self._graph is None or self._name not in self._graph:
            super().keyPressEvent(event)
            return
        spots, _edges, _left_out = surroundings(self._graph, self._name)
        target = next((spot.name for spot in spots if spot.column == side), None)
        if target:
            self.node_clicked.emit(target)

    def _draw(self) -> None:
        self._scene.clear()
        self.setBackgroundBrush(colours().colour("surface"))
        if self._graph is None or self._name not in self._graph:
            return
        spots, edges, self.left_out = surroundings(self._graph, self._name)
        heights = {column: sum(spot.column == column for spot in spots) for column in range(-_STEPS, _STEPS + 1)}
        places = {
            spot.name: QPointF(spot.column * _ACROSS, (spot.row - (heights[spot.column] - 1) / 2) * _DOWN)
            for spot in spots
        }
        for source, target in edges:
            self._scene.addItem(_edge(places[source], places[target]))
        for spot in spots:
            item = _NodeItem(self, spot.name, self._graph[spot.name].op, centre=spot.column == 0)
            item.setPos(places[spot.name])
            self._scene.addItem(item)
        self._scene.setSceneRect(self._scene.itemsBoundingRect().adjusted(-10, -10, 10, 10))
        self._fit()

    def _fit(self) -> None:
        """Show it whole as long as it stays readable; else the middle, and it can be dragged."""
        self.resetTransform()
        rect = self._scene.sceneRect()
        if rect.isEmpty() or not self._name:
            return
        scale = min(1.0, self.viewport().width() / rect.width(), self.viewport().height() / rect.height())
        self.scale(max(scale, 0.72), max(scale, 0.72))
        self.centerOn(_WIDTH / 2, _HEIGHT / 2)


def _edge(source: QPointF, target: QPointF) -> QGraphicsPathItem:
    start = source + QPointF(_WIDTH, _HEIGHT / 2)
    end = target + QPointF(0, _HEIGHT / 2)
    bend = max(24.0, abs(end.x() - start.x()) / 2)
    path = QPainterPath(start)
    path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end)
    item = QGraphicsPathItem(path)
    item.setPen(QPen(colours().colour("line_strong"), 1.3))
    item.setZValue(-1)
    return item
