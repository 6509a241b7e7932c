"""A range for every tensor that has none: a way to try a conversion, and no way to a model that is any good."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, Signal
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from coldpress_gui.theme import GAP, SPACE
from coldpress_gui.widgets.basics import Label, column, row, set_property

_USUAL = (0.0, 6.0)
"""What TF 1.15's documentation suggests: the range of Relu6."""


class DefaultRanges(QWidget):
    """A switch, two numbers, and the warning."""

    edited = Signal(object)
    """The range, or None."""

    def __init__(self) -> None:
        super().__init__()
        self.switch, self.low, self.high = QCheckBox(), QLineEdit(), QLineEdit()
        self._between, self.warning = Label("muted", wrap=False), Label("small")
        self._between.setText("…")
        validator = QDoubleValidator(self)
        validator.setLocale(QLocale.c())
        for field in (self.low, self.high):
            field.setValidator(validator)
            field.setFixedWidth(84)
            field.textEdited.connect(self._tell)
        layout = column(spacing=SPACE)
        line = row(self.switch, spacing=GAP)
        line.addLayout(row(self.low, self._between, self.high, 1, spacing=4))
        layout.addLayout(line)
        layout.addWidget(self.warning)
        self.setLayout(layout)
        self.warning.set_tone("warning")
        self.switch.toggled.connect(self._switched)
        self._retranslate()
        self.show_range(None)

    def show_range(self, chosen: tuple[float, float] | None) -> None:
        """Show a decision."""
        self.switch.blockSignals(True)
        self.switch.setChecked(chosen is not None)
        self.switch.blockSignals(False)
        for field, value in zip((self.low, self.high), chosen or _USUAL, strict=True):
            if not field.hasFocus():
                field.setText(f"{value:g}")
            field.setEnabled(chosen is not None)
        self.warning.setVisible(chosen is not None)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _switched(self, on: bool) -> None:  # noqa: FBT001 - a Qt signal's argument
        for field in (self.low, self.high):
            field.setEnabled(on)
        self._tell()

    def _tell(self) -> None:
        if not self.switch.isChecked():
            self.edited.emit(None)
            return
        try:
            low, high = float(self.low.text()), float(self.high.text())
        except ValueError:
            return
        set_property(self.high, "invalid", low >= high)
        if low < high:
            self.edited.emit((low, high))

    def _retranslate(self) -> None:
        self.switch.setText(self.tr("Make up a range for every tensor that has none"))
        self.warning.setText(
            self.tr("Only to see whether it converts at all: with ranges that are made up, accuracy is meaningless.")
        )
        self.low.setAccessibleName(self.tr("Least value of the range that is made up"))
        self.high.setAccessibleName(self.tr("Greatest value of the range that is made up"))
