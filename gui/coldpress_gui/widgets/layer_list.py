"""The layers of a result, the one that loses most first: a bar and a figure each, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Signal

from coldpress_gui.widgets.bars import Bars
from coldpress_gui.widgets.table import Column, Table
from coldpress_gui.words import code_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldpress.verify.layers import Layer

_LOSS = 2
"""The column with the bars."""


class LayerList(Table["Layer"]):
    """The ranking. A click chooses a layer; Enter or a double click goes to its node."""

    node_clicked = Signal(str)
    chosen = Signal(object)
    """The ``Layer`` that is selected now."""

    def __init__(self) -> None:
        super().__init__(min_rows=3, max_rows=200)
        self._highest = 0.0
        self.setItemDelegateForColumn(_LOSS, Bars(self, self._share, self._role))
        self.activated.connect(self._go)
        self.selectionModel().currentRowChanged.connect(self._choose)

    def show_layers(self, layers: Sequence[Layer]) -> None:
        """Show these, the worst first."""
        ordered = sorted(layers, key=lambda layer: -layer.loss_db)
        self._highest = max((layer.loss_db for layer in ordered), default=0.0)
        columns: tuple[Column[Layer], ...] = (
            Column(self.tr("Layer"), lambda layer: layer.name, stretch=True),
            Column(self.tr("Operation"), lambda layer: layer.operation),
            Column(self.tr("Loss"), lambda layer: f"{layer.loss_db:.1f} dB", stretch=True),
            Column(self.tr("SNR"), lambda layer: _decibels(layer.snr_db), right=True),
            Column(self.tr("RMSE"), lambda layer: f"{layer.rmse:.3g}", right=True),
            Column(self.tr("Why"), _why, stretch=any(layer.reasons for layer in ordered)),
        )
        self.show_rows(columns, ordered)
        self.setMinimumHeight(120)
        self.setMaximumHeight(16_777_215)

    @property
    def layer(self) -> Layer | None:
        """The layer that is selected."""
        row = self.currentIndex().row()
        return self.rows_model.rows[row] if 0 <= row < len(self.rows_model.rows) else None

    def select(self, layer: Layer) -> None:
        """Select a layer."""
        rows = self.rows_model.rows
        if layer in rows:
            self.setCurrentIndex(self.rows_model.index(rows.index(layer), 0))

    def _share(self, layer: Layer) -> float:
        return max(0.0, layer.loss_db) / self._highest if self._highest > 0 else 0.0

    def _role(self, layer: Layer) -> str:
        return "warning" if layer.reasons else "accent"

    def _choose(self, _index: QModelIndex) -> None:
        if self.layer is not None:
            self.chosen.emit(self.layer)

    def _go(self, index: QModelIndex) -> None:
        self.node_clicked.emit(self.rows_model.rows[index.row()].name)


def _decibels(value: float | None) -> str:
    return "∞" if value is None else f"{value:.1f} dB"


def _why(layer: Layer) -> str:
    return " ".join(code_words(reason) for reason in layer.reasons) or "–"
