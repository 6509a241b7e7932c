"""A column of bars in a table: each as long as its row's share, its figure beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from coldpress_gui.theme import SPACE, colours

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPainter

    from coldpress_gui.widgets.table import Table

R = TypeVar("R")

_FIGURE = 72
"""Width of the figure beside a bar."""
_HEIGHT = 10


class Bars(QStyledItemDelegate, Generic[R]):
    """Paints a column of ``table``; ``share`` of a row is from 0 to 1, ``role`` the bar's colour by what it says.

    ``spread``, where there is one, is the low and the high end of what varies, as shares.
    """

    def __init__(
        self,
        table: Table[R],
        share: Callable[[R], float],
        role: Callable[[R], str] = lambda _row: "accent",
        spread: Callable[[R], tuple[float, float]] | None = None,
    ) -> None:
        super().__init__(table)
        self._table = table
        self._share, self._role, self._spread = share, role, spread

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        entry = self._table.rows_model.rows[index.row()]
        cell = QRectF(option.rect).adjusted(SPACE, 0, -SPACE, 0)
        field = QRectF(cell.left(), cell.center().y() - _HEIGHT / 2, cell.width() - _FIGURE, _HEIGHT)
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours().colour(self._role(entry)))
        length = field.width() * min(max(self._share(entry), 0.0), 1.0)
        painter.drawRoundedRect(QRectF(field.left(), field.top(), length, field.height()), 2, 2)
        if self._spread is not None:
            low, high = (field.left() + field.width() * min(end, 1.0) for end in self._spread(entry))
            painter.setBrush(colours().colour("text"))
            painter.drawRect(QRectF(low, field.center().y() - 1, max(high - low, 1.0), 2))
        painter.setPen(colours().colour("text"))
        beside = QRectF(field.right(), cell.top(), _FIGURE, cell.height())
        painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, index.data() or "")
        painter.restore()

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        # The style paints the ground, selected or not; the figure is painted beside the bar.
        option.text = ""
