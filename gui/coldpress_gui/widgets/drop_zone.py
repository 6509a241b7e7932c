"""Where a model is dropped: large while nothing is open, a slim line afterwards. A click or Enter opens a file."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from coldpress_gui.icons import pixmap
from coldpress_gui.theme import GAP, RADIUS, colours, font


def dropped_path(event: QDropEvent) -> str:
    """Return the local file or folder that is being dragged, or ""."""
    urls = event.mimeData().urls() if event.mimeData().hasUrls() else []
    return next((url.toLocalFile() for url in urls if url.isLocalFile()), "")


class DropZone(QAbstractButton):
    """A framed place with an invitation."""

    dropped = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._detail = ""
        self._compact = False
        self._hovering = False

    def say(self, title: str, detail: str, *, compact: bool) -> None:
        """Set the texts and the size."""
        self.setText(title)
        self._detail, self._compact = detail, compact
        self.setAccessibleName(f"{title}. {detail}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(400, line + 22 if self._compact else line * 2 + 160)

    def event(self, event: QEvent) -> bool:
        # QAbstractButton knows the space bar only.
        if event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # type: ignore[attr-defined]
            self.click()
            return True
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_path(event):
            event.acceptProposedAction()
            self._hover(over=True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._hover(over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._hover(over=False)
        event.acceptProposedAction()
        self.dropped.emit(dropped_path(event))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        now = colours()
        lit = self._hovering or self.hasFocus() or self.underMouse()
        pen = QPen(now.colour("accent" if lit else "line_strong"), 1.5)
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(now.colour("accent_soft" if self._hovering else "surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        if self._compact:
            self._paint_compact(painter)
        else:
            self._paint_large(painter)

    def _paint_large(self, painter: QPainter) -> None:
        now = colours()
        line = self.fontMetrics().height()
        top = (self.height() - (40 + 12 + line * 2.6)) / 2
        picture = pixmap("drop", now.accent, 40, self.devicePixelRatioF())
        painter.drawPixmap(int((self.width() - 40) / 2), int(top), picture)
        painter.setFont(font(scale=1.2, bold=True))
        painter.setPen(now.colour("text"))
        box = QRectF(16, top + 50, self.width() - 32, line * 1.4)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.setFont(font())
        painter.setPen(now.colour("muted"))
        below = QRectF(16, box.bottom() + 2, self.width() - 32, line * 1.2)
        shown = painter.fontMetrics().elidedText(self._detail, Qt.TextElideMode.ElideRight, int(below.width()))
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, shown)

    def _paint_compact(self, painter: QPainter) -> None:
        now = colours()
        picture = pixmap("drop", now.accent, 18, self.devicePixelRatioF())
        painter.drawPixmap(14, int((self.height() - 18) / 2), picture)
        title = self.text()
        wide = painter.fontMetrics().horizontalAdvance(title)
        painter.setPen(now.colour("text"))
        painter.drawText(QRectF(42, 0, wide, self.height()), Qt.AlignmentFlag.AlignVCenter, title)
        painter.setPen(now.colour("muted"))
        box = QRectF(42 + wide + GAP, 0, self.width() - 56 - wide - GAP, self.height())
        text = painter.fontMetrics().elidedText(self._detail, Qt.TextElideMode.ElideMiddle, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)

    def _hover(self, *, over: bool) -> None:
        self._hovering = over
        self.update()
