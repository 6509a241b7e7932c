"""The layers of a result: where along the network the error comes from, and the ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from coldpress_gui.theme import GAP
from coldpress_gui.widgets.basics import Button, Label, column, row
from coldpress_gui.widgets.layer_list import LayerList
from coldpress_gui.widgets.plots import LossCard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldpress.verify.layers import Layer


class LayersTab(QWidget):
    """A plot in order of execution, the list by loss; choosing in one chooses in the other."""

    node_wanted = Signal(str)
    """Asks for a node in the tree."""
    picture_wanted = Signal()
    """Asks for the layer in Netron."""
    chosen = Signal(object)
    """The ``Layer`` that is selected now."""

    def __init__(self) -> None:
        super().__init__()
        self.plot, self.list, self.empty = LossCard(), LayerList(), Label("muted")
        self.to_tree, self.to_picture = Button("tree"), Button("link")
        layout = column(spacing=GAP)
        layout.setContentsMargins(GAP, GAP, GAP, 0)
        layout.addWidget(self.empty)
        layout.addWidget(self.plot, 2)
        layout.addWidget(self.list, 3)
        layout.addLayout(row(self.to_tree, self.to_picture, 1, spacing=GAP))
        self.setLayout(layout)
        self.list.node_clicked.connect(self.node_wanted)
        self.list.chosen.connect(self._choose)
        self.plot.layer_clicked.connect(self.list.select)
        self.to_tree.clicked.connect(self._go)
        self.to_picture.clicked.connect(self.picture_wanted)
        self._enable()

    def retranslate(self) -> None:
        """Set the texts."""
        self.list.setAccessibleName(self.tr("Layers, the one that loses most first"))
        self.plot.heading.setText(self.tr("Loss of each layer, in order of execution"))
        self.plot.axis_names = ("", "dB")
        self.to_tree.setText(self.tr("Show in the tree"))
        self.to_picture.setText(self.tr("Show in Netron"))
        self.empty.setText(self.tr("No tensor exists on both sides, so layers cannot be compared."))

    def show_layers(self, layers: Sequence[Layer]) -> None:
        """Show the layers of another result, which are in order of execution."""
        self.empty.setVisible(not layers)
        self.list.show_layers(layers)
        self.plot.show_data(tuple(layers) or None)
        self._enable()

    def _choose(self, layer: Layer) -> None:
        self.plot.mark(layer)
        self._enable()
        self.chosen.emit(layer)

    def _go(self) -> None:
        if self.list.layer is not None:
            self.node_wanted.emit(self.list.layer.name)

    def _enable(self) -> None:
        for button in (self.to_tree, self.to_picture):
            button.setEnabled(self.list.layer is not None)
