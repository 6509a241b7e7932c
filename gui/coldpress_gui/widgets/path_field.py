"""A path: a field to type it, a button to choose it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from coldpress_gui.widgets.basics import IconButton, row
from coldpress_gui.widgets.drop_zone import dropped_path

Mode = Literal["open", "save", "data"]
"""``data``: a file, or a folder of images."""


class PathField(QWidget):
    """Edits a path; a file may be dropped on it."""

    edited = Signal(str)

    def __init__(self, mode: Mode, kinds: str = "") -> None:
        super().__init__()
        self._mode, self._kinds = mode, kinds
        self.field = QLineEdit()
        self.button, self.folder_button = IconButton("file"), IconButton("folder")
        self.setAcceptDrops(True)
        self.setLayout(row(self.field, self.button, *((self.folder_button,) if mode == "data" else ())))
        self.field.editingFinished.connect(lambda: self.edited.emit(self.field.text().strip()))
        self.button.clicked.connect(self._choose)
        self.folder_button.clicked.connect(self._choose_folder)

    def name(self, name: str, button: str, folder_button: str = "") -> None:
        """Say what path this is, and what the buttons do."""
        self.field.setAccessibleName(name)
        self.button.set_name(button)
        self.folder_button.set_name(folder_button)

    def set_path(self, path: str) -> None:
        """Show a path, unless the person is typing one."""
        if not self.field.hasFocus():
            self.field.setText(path)

    def dragEnterEvent(self, event: object) -> None:
        if dropped_path(event):  # type: ignore[arg-type]
            event.acceptProposedAction()  # type: ignore[attr-defined]

    def dropEvent(self, event: object) -> None:
        self._take(dropped_path(event))  # type: ignore[arg-type]

    def _choose(self) -> None:
        start = self.field.text()
        if self._mode == "save":
            self._take(QFileDialog.getSaveFileName(self, self.button.toolTip(), start, self._kinds)[0])
        else:
            self._take(QFileDialog.getOpenFileName(self, self.button.toolTip(), start, self._kinds)[0])

    def _choose_folder(self) -> None:
        self._take(QFileDialog.getExistingDirectory(self, self.folder_button.toolTip(), self.field.text()))

    def _take(self, path: str) -> None:
        if path:
            self.field.setText(path)
            self.edited.emit(path)
