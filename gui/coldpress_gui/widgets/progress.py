"""A line that says what is going on, how far it is, and lets it be stopped."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from coldpress_gui.theme import SPACE
from coldpress_gui.widgets.basics import Button, Label, row


class ProgressLine(QWidget):
    """Text, bar, Cancel."""

    cancel_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._text = Label("muted", wrap=False)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self.cancel_button = Button("stop")
        self.cancel_button.clicked.connect(self.cancel_wanted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addLayout(row(self._text, 1, self.cancel_button))
        layout.addWidget(self._bar)
        self._retranslate()

    def begin(self, text: str) -> None:
        """Show work whose amount is not known yet."""
        self._text.setText(text)
        self._bar.setAccessibleName(text)
        self._bar.setRange(0, 0)
        self.show()

    def advance(self, done: int, total: int) -> None:
        """Show how far the work is; ``total`` 0: nobody knows."""
        # QProgressBar counts in 32 bits; files are larger.
        self._bar.setRange(0, 1000 if total else 0)
        self._bar.setValue(1000 * done // total if total else 0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.cancel_button.setText(self.tr("Cancel"))
