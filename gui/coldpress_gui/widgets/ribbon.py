"""The pipeline ribbon: the map of the whole job, filling in with real figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from coldpress_gui.icons import pixmap
from coldpress_gui.theme import RADIUS, colours, font

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

_ARROW = 28


@dataclass(frozen=True, slots=True)
class Stage:
    """One box: its name, the figures known (empty: not made yet), and whether an earlier change made it out of date."""

    title: str
    figures: str
    empty: str
    current: bool = False
    stale: bool = False

    @property
    def made(self) -> bool:
        """Whether there is something in it."""
        return bool(self.figures)


class Ribbon(QWidget):
    """Boxes joined by arrows."""

    def __init__(self) -> None:
        super().__init__()
        self._stages: tuple[Stage, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_stages(self, stages: Sequence[Stage]) -> None:
        """Draw these boxes."""
        self._stages = tuple(stages)
        said = " → ".join(f"{stage.title}: {stage.figures or stage.empty}" for stage in self._stages)
        self.setAccessibleName(said)
        self.setToolTip(said)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(600, round(self.fontMetrics().height() * 2.1) + 18)

    def minimumSizeHint(self) -> QSize:
        return QSize(360, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        count = len(self._stages)
        if not count:
            return
        width = (self.width() - _ARROW * (count - 1)) / count
        for index, stage in enumerate(self._stages):
            box = QRectF(index * (width + _ARROW), 0, width, self.height()).adjusted(1, 1, -1, -1)
            self._paint_box(painter, stage, box)
            if index:
                self._paint_arrow(painter, box.left() - _ARROW / 2, lit=stage.made)

    def _paint_arrow(self, painter: QPainter, centre: float, *, lit: bool) -> None:
        role = "accent" if lit else "disabled"
        picture = pixmap("arrow-right", getattr(colours(), role), 20, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(centre - 11, self.height() / 2 - 10), picture)

    def _paint_box(self, painter: QPainter, stage: Stage, box: QRectF) -> None:
        now = colours()
        line = "accent" if stage.current else "warning" if stage.stale else "line_strong" if stage.made else "line"
        dashed = not stage.made and not stage.current
        style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        painter.setPen(QPen(now.colour(line), 1.6 if stage.current else 1, style))
        painter.setBrush(now.colour("accent_soft" if stage.current else "surface" if stage.made else "ground"))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        inner = box.adjusted(10, 7, -6, -7)
        painter.setFont(font(bold=True))
        painter.setPen(now.colour("text" if stage.made or stage.current else "muted"))
        self._paint_line(painter, stage.title, inner, Qt.AlignmentFlag.AlignTop)
        painter.setFont(font(scale=0.88))
        painter.setPen(now.colour("warning" if stage.stale else "muted"))
        self._paint_line(painter, stage.figures or stage.empty, inner, Qt.AlignmentFlag.AlignBottom)

    def _paint_line(self, painter: QPainter, text: str, box: QRectF, side: Qt.AlignmentFlag) -> None:
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, side | Qt.AlignmentFlag.AlignLeft, shown)
