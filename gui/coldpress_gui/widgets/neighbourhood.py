"""A picture of a node's surroundings: producers on the left, consumers on the right, a click moves there."""

from __future__ import annotations

from collections import Counter
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
    from coldpress.graph.neighbourhood import Neighbour, Neighbourhood

_WIDTH, _HEIGHT = 138.0, 40.0
_ACROSS, _DOWN = 186.0, 54.0
_COLUMN = 6
_SMALLEST = 0.72
"""Below this scale names cannot be read."""
_MARGIN = 400.0
"""Around the picture, so that any node can be in the middle of the view."""


class _NodeItem(QGraphicsItem):
    """A box with the operation and the last part of the name."""

    def __init__(self, view: NeighbourhoodView, node: Neighbour, op: str) -> None:
        super().__init__()
        self._view, self._node, self._op = view, node, op
        self.setToolTip(f"{node.name}\n{op}")
        if node.present:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def boundingRect(self) -> QRectF:
        return QRectF(-1, -1, _WIDTH + 2, _HEIGHT + 2)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        now, centre = colours(), self._node.column == 0
        line = Qt.PenStyle.SolidLine if self._node.present else Qt.PenStyle.DashLine
        painter.setPen(QPen(now.colour("accent" if centre else "line_strong"), 1.6 if centre else 1, line))
        painter.setBrush(now.colour("accent_soft" if centre else "raised"))
        painter.drawRoundedRect(QRectF(0, 0, _WIDTH, _HEIGHT), 6, 6)
        self._line(painter, self._node.name.rpartition("/")[2], QRectF(8, 4, _WIDTH - 16, 16), "text", bold=True)
        self._line(painter, self._op, QRectF(8, 20, _WIDTH - 16, 16), "muted", bold=False)

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        event.accept()
        if self._node.present:
            self._view.node_clicked.emit(self._node.name)

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
        for set_policy in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            set_policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._graph: Graph | None = None
        self._shown: Neighbourhood | None = None

    def show_node(self, graph: Graph | None, name: str) -> None:
        """Draw the surroundings of a node."""
        from coldpress.graph.neighbourhood import neighbourhood

        self._graph = graph
        self._shown = neighbourhood(graph, name, most=_COLUMN) if graph is not None and name in graph else None
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.LanguageChange) and hasattr(self, "_shown"):
            self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        side = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if side is None or self._shown is None:
            super().keyPressEvent(event)
            return
        target = next((node.name for node in self._shown.nodes if node.column == side and node.present), None)
        if target:
            self.node_clicked.emit(target)

    def _draw(self) -> None:
        self._scene.clear()
        self.setBackgroundBrush(colours().colour("surface"))
        shown, graph = self._shown, self._graph
        self.setAccessibleDescription(self._spoken())
        if shown is None or graph is None:
            return
        heights = Counter(node.column for node in shown.nodes)
        places = {
            node.name: QPointF(node.column * _ACROSS, (node.row - (heights[node.column] - 1) / 2) * _DOWN)
            for node in shown.nodes
        }
        for ends in dict.fromkeys((edge.source, edge.target) for edge in shown.edges):
            self._scene.addItem(_edge(places[ends[0]], places[ends[1]]))
        for node in shown.nodes:
            item = _NodeItem(self, node, graph[node.name].op if node.present else self.tr("not in the graph"))
            item.setPos(places[node.name])
            self._scene.addItem(item)
        for column, number in shown.left_out.items():
            self._write_left_out(QPointF(column * _ACROSS, (heights[column] + 1) / 2 * _DOWN), number)
        around = self._scene.itemsBoundingRect()
        self._scene.setSceneRect(around.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN))
        self._fit()

    def _write_left_out(self, place: QPointF, number: int) -> None:
        text = self._scene.addSimpleText(self.tr("%n more", "", number), font(scale=0.88))
        text.setBrush(colours().colour("muted"))
        text.setPos(place)

    def _spoken(self) -> str:
        if self._shown is None:
            return ""
        sides = ((-1, self.tr("reads {names}")), (1, self.tr("read by {names}")))
        near = ((words, [node.name for node in self._shown.nodes if node.column == side]) for side, words in sides)
        return " · ".join(words.format(names=", ".join(names)) for words, names in near if names)

    def _fit(self) -> None:
        """Show it whole as long as it stays readable; else the middle, and it can be dragged."""
        self.resetTransform()
        rect = self._scene.sceneRect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        if self._shown is None or rect.isEmpty():
            return
        scale = min(1.0, self.viewport().width() / rect.width(), self.viewport().height() / rect.height())
        self.scale(max(scale, _SMALLEST), max(scale, _SMALLEST))
        self.centerOn(rect.center() if scale >= _SMALLEST else self._middle())

    def _middle(self) -> QPointF:
        """Return the middle between the direct neighbours: where there are none on a side, it needs no room."""
        columns = [node.column for node in self._shown.nodes if abs(node.column) <= 1] if self._shown else [0]
        return QPointF(_ACROSS * (min(columns) + max(columns)) / 2 + _WIDTH / 2, _HEIGHT / 2)


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
