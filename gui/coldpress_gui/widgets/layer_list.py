"""The layers of a result, the one that loses most first: a bar and a figure each, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from coldpress_gui.theme import SPACE, colours
from coldpress_gui.widgets.table import Column, Table
from coldpress_gui.words import code_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter

    from coldpress.verify.layers import Layer

_LOSS = 2
"""The column with the bars."""
_ROLE = Qt.ItemDataRole


class LossBar(QStyledItemDelegate):
    """A bar as long as the loss, its figure beside it; a layer with a reason has another colour."""

    def __init__(self, layers: LayerList) -> None:
        super().__init__(layers)
        self._layers = layers

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        layer = self._layers.rows_model.rows[index.row()]
        field = QRectF(option.rect).adjusted(SPACE, 9, -64, -9)
        share = max(0.0, layer.loss_db) / self._layers.highest if self._layers.highest > 0 else 0.0
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours().colour("warning" if layer.reasons else "accent"))
        painter.drawRoundedRect(QRectF(field.left(), field.top(), field.width() * share, field.height()), 2, 2)
        painter.setPen(colours().colour("text"))
        beside = QRectF(field.right() + 4, option.rect.top(), 60, option.rect.height())
        painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, index.data() or "")
        painter.restore()


class LayerList(Table["Layer"]):
    """The ranking. A click, Enter or a double click goes to the layer's node."""

    node_clicked = Signal(str)

    def __init__(self) -> None:
        super().__init__(min_rows=3, max_rows=200)
        self.highest = 0.0
        self.setItemDelegateForColumn(_LOSS, LossBar(self))
        self.clicked.connect(self._go)
        self.activated.connect(self._go)

    def show_layers(self, layers: Sequence[Layer]) -> None:
        """Show these, the worst first."""
        ordered = sorted(layers, key=lambda layer: -layer.loss_db)
        self.highest = max((layer.loss_db for layer in ordered), default=0.0)
        columns: tuple[Column[Layer], ...] = (
            Column(self.tr("Layer"), lambda layer: layer.name, stretch=True),
            Column(self.tr("Operation"), lambda layer: layer.operation),
            Column(self.tr("Loss"), lambda layer: f"{layer.loss_db:.1f} dB", stretch=True),
            Column(self.tr("SNR"), lambda layer: _decibels(layer.snr_db), right=True),
            Column(self.tr("RMSE"), lambda layer: f"{layer.rmse:.3g}", right=True),
            Column(self.tr("Why"), _why, stretch=True),
        )
        self.show_rows(columns, ordered)
        self.setMinimumHeight(120)
        self.setMaximumHeight(16_777_215)

    def _go(self, index: QModelIndex) -> None:
        self.node_clicked.emit(self.rows_model.rows[index.row()].name)


def _decibels(value: float | None) -> str:
    return "∞" if value is None else f"{value:.1f} dB"


def _why(layer: Layer) -> str:
    return " ".join(code_words(reason) for reason in layer.reasons) or "–"
