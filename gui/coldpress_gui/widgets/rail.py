"""The side rail: the steps of the job and their state, each a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from coldpress_gui.icons import pixmap
from coldpress_gui.theme import GAP, MARGIN, colours, font

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from coldpress_gui.steps import StepState

_DISC = 26
_HEIGHT = 68


class RailStep(QAbstractButton):
    """One step: a disc with its number or state, its name, a line of figures below."""

    def __init__(self, number: int, *, last: bool) -> None:
        super().__init__()
        self._number, self._last = number, last
        self.state: StepState | None = None
        self.current = False
        self.figures = ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_line(painter)
        self._paint_disc(painter)
        self._paint_texts(painter)

    def _disc(self) -> QRectF:
        return QRectF(MARGIN, GAP - 2, _DISC, _DISC)

    def _role(self) -> str:
        if self.current:
            return "accent"
        states = {"done": "good", "warning": "warning", "error": "bad", "stale": "warning"}
        return states.get(self.state or "", "idle")

    def _paint_line(self, painter: QPainter) -> None:
        if self._last:
            return
        x = self._disc().center().x()
        role = "good" if self.state == "done" else "idle"
        painter.setPen(QPen(colours().colour(role), 2))
        painter.drawLine(QPointF(x, self._disc().bottom() + 3), QPointF(x, self.height() + GAP - 5))

    def _paint_disc(self, painter: QPainter) -> None:
        now, disc, role = colours(), self._disc(), self._role()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.colour(role))
        painter.drawEllipse(disc)
        symbol = {"done": "check", "warning": "warning", "error": "cross", "stale": "refresh"}.get(self.state or "")
        if symbol and not self.current:
            picture = pixmap(symbol, now.surface, 16, self.devicePixelRatioF())
            painter.drawPixmap(disc.center() - QPointF(8, 8), picture)
        else:
            painter.setPen(now.colour("on_accent" if self.current else "muted"))
            painter.setFont(font(bold=True, scale=0.95))
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(self._number))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(now.colour("text"), 1.5))
            painter.drawEllipse(disc.adjusted(-3, -3, 3, 3))

    def _paint_texts(self, painter: QPainter) -> None:
        now = colours()
        left = self._disc().right() + GAP
        width = self.width() - left - 6
        title = font(bold=self.current)
        painter.setFont(title)
        painter.setPen(now.colour("text" if self.isEnabled() or self.current else "muted"))
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(width))
        height = painter.fontMetrics().height()
        top = self._disc().center().y() - height / 2
        painter.drawText(QRectF(left, top, width, height), Qt.AlignmentFlag.AlignVCenter, text)
        painter.setFont(font(scale=0.88))
        painter.setPen(now.colour("muted"))
        text = painter.fontMetrics().elidedText(self.figures, Qt.TextElideMode.ElideRight, int(width))
        below = QRectF(left, top + height + 1, width, painter.fontMetrics().height())
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, text)


class Rail(QWidget):
    """All steps, one below the other."""

    step_clicked = Signal(int)

    def __init__(self, count: int) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(208)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, MARGIN, 0, MARGIN)
        layout.setSpacing(0)
        self.steps = tuple(RailStep(number + 1, last=number == count - 1) for number in range(count))
        for index, step in enumerate(self.steps):
            layout.addWidget(step)
            step.clicked.connect(lambda _checked=False, index=index: self.step_clicked.emit(index))
        layout.addStretch(1)

    def show_step(self, index: int, *, title: str, state: StepState, figures: str, words: str) -> None:
        """Describe one step; ``words`` is its state for screen readers."""
        step = self.steps[index]
        step.setText(title)
        step.state, step.figures = state, figures
        step.setEnabled(state != "locked")
        step.setCursor(Qt.CursorShape.PointingHandCursor if state != "locked" else Qt.CursorShape.ArrowCursor)
        step.setToolTip("\n".join(filter(None, (title, figures, words))))
        step.setAccessibleName(f"{index + 1}. {title}: {words}. {figures}".strip())
        step.update()

    def set_current(self, index: int) -> None:
        """Mark the step that is shown."""
        for number, step in enumerate(self.steps):
            step.current = number == index
            step.update()
