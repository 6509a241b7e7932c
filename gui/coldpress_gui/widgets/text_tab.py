"""Texts to read and copy: one of several, chosen above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QComboBox, QVBoxLayout, QWidget

from coldpress_gui.theme import GAP, SPACE
from coldpress_gui.widgets.basics import Button, row
from coldpress_gui.widgets.log_view import LogView

if TYPE_CHECKING:
    from collections.abc import Mapping


class TextTab(QWidget):
    """A choice (hidden where there is but one text), the text, Copy."""

    def __init__(self, *, wrap: bool = False) -> None:
        super().__init__()
        self.choice, self.view, self.copy = QComboBox(), LogView(wrap=wrap), Button("copy")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        layout.setSpacing(SPACE)
        layout.addLayout(row(self.choice, 1, self.copy))
        layout.addWidget(self.view, 1)
        self.choice.currentIndexChanged.connect(lambda _index: self._show())
        self.copy.clicked.connect(lambda: QApplication.clipboard().setText(self.view.toPlainText()))
        self.choice.hide()

    def name(self, name: str, choice: str, copy: str) -> None:
        """Set the words."""
        self.view.setAccessibleName(name)
        self.choice.setAccessibleName(choice)
        self.copy.setText(copy)

    def show_texts(self, texts: Mapping[str, str]) -> None:
        """Show texts by their titles, the same one as before where there still is one."""
        before = self.choice.currentText()
        self.choice.blockSignals(True)
        self.choice.clear()
        for title, text in texts.items():
            self.choice.addItem(title, text)
        self.choice.setCurrentIndex(max(0, self.choice.findText(before)))
        self.choice.blockSignals(False)
        self.choice.setVisible(len(texts) > 1)
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._show()

    def _show(self) -> None:
        self.view.setPlainText(self.choice.currentData() or "")
