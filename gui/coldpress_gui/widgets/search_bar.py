"""What is searched for in a graph, how it is read, how many nodes fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from coldpress.graph.search import SearchMode
from coldpress_gui.theme import SPACE
from coldpress_gui.widgets.basics import IconButton, Label, row, set_property
from coldpress_gui.words import counts

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

_LATER_MS = 120
"""Patterns are tried when the typing pauses; plain words at every key."""


class SearchField(QLineEdit):
    """The line that is typed in; Down leads to what was found."""

    down_pressed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.down_pressed.emit()
            return
        super().keyPressEvent(event)


class SearchBar(QWidget):
    """The field and the way its text is read; ``steps`` (hits, previous, next) are laid out by whoever owns the bar."""

    changed = Signal(bool)
    """Another text or another way to read it; true where the text came at once: it may be a name to go to."""
    entered = Signal()
    step_wanted = Signal(int)
    mode_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.field = SearchField()
        self.field.setClearButtonEnabled(True)
        self.mode_box = QComboBox()
        self.hits = Label("small", wrap=False)
        self.previous, self.following = IconButton("chevron-up"), IconButton("chevron-down")
        self._typed_before = 0
        self._pause = QTimer(self, singleShot=True, interval=_LATER_MS)
        layout = row(self.field, self.mode_box, spacing=SPACE)
        layout.setStretch(0, 1)
        self.setLayout(layout)
        self._connect()
        self._retranslate()
        self.say_nothing()

    @property
    def text(self) -> str:
        """What is searched for."""
        return self.field.text().strip()

    @property
    def mode(self) -> SearchMode:
        """How the text is read."""
        return SearchMode(self.mode_box.currentData() or SearchMode.PLAIN)

    def set_mode(self, mode: str) -> None:
        """Read the text another way from now on; a mode that there is not is ignored."""
        self.mode_box.setCurrentIndex(max(0, self.mode_box.findData(mode)))

    def say_nothing(self) -> None:
        """Nothing is searched for."""
        self._say("", hits=0)

    def say_hits(self, number: int) -> None:
        """Say how many nodes fit."""
        self._say(counts.hits(number), hits=number)

    def say_problem(self, text: str) -> None:
        """Say why the text cannot be searched for."""
        self._say(text, hits=0)
        set_property(self.field, "invalid", True)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _say(self, text: str, *, hits: int) -> None:
        set_property(self.field, "invalid", False)
        self.hits.setText(text)
        self.field.setAccessibleDescription(text)
        for button in (self.previous, self.following):
            button.setEnabled(hits > 0)

    def _typed(self, text: str) -> None:
        several = len(text) > self._typed_before + 1
        self._typed_before = len(text)
        if several or self.mode is SearchMode.PLAIN or not text:
            self._pause.stop()
            self.changed.emit(several)
        else:
            self._pause.start()

    def _mode_chosen(self) -> None:
        self.mode_chosen.emit(str(self.mode))
        self.changed.emit(False)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._typed)
        self.field.returnPressed.connect(self.entered)
        self.field.down_pressed.connect(self.entered)
        self._pause.timeout.connect(lambda: self.changed.emit(False))
        self.mode_box.activated.connect(self._mode_chosen)
        self.previous.clicked.connect(lambda: self.step_wanted.emit(-1))
        self.following.clicked.connect(lambda: self.step_wanted.emit(1))

    def _retranslate(self) -> None:
        self.field.setPlaceholderText(self.tr("Search names, operations, types, shapes"))
        self.field.setAccessibleName(self.tr("Search the graph"))
        self.mode_box.setAccessibleName(self.tr("How the search text is read"))
        self.previous.set_name(self.tr("Previous hit (Shift+F3)"))
        self.following.set_name(self.tr("Next hit (F3)"))
        chosen = str(self.mode)
        self.mode_box.clear()
        for mode, name in (
            (SearchMode.PLAIN, self.tr("words")),
            (SearchMode.GLOB, self.tr("glob")),
            (SearchMode.REGEX, self.tr("regex")),
        ):
            self.mode_box.addItem(name, str(mode))
        self.set_mode(chosen)
