"""What can be done with a node, as a menu."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu

if TYPE_CHECKING:
    from coldpress_gui.widgets.graph_view import GraphView


class NodeMenu(QMenu):
    """The menu of one node in a graph's view; it deletes itself when it is closed."""

    def __init__(self, view: GraphView, name: str, *, chosen: bool) -> None:
        super().__init__(view)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, signal in (
            (self.tr("Use as the output"), view.use_as_output),
            (self.tr("Add to the outputs"), view.add_output),
            (self.tr("Use as the input"), view.use_as_input),
            (self.tr("Add to the inputs"), view.add_input),
        ):
            self.addAction(text, partial(signal.emit, name))
        if chosen:
            self.addAction(self.tr("Do not use"), partial(view.remove.emit, name))
        self.addSeparator()
        self.addAction(self.tr("Show in the tree"), partial(view.reveal, name))
        copy = QApplication.clipboard().setText
        self.addAction(self.tr("Copy operation name"), partial(copy, name))
        self.addAction(self.tr("Copy tensor name"), partial(copy, f"{name}:0"))
