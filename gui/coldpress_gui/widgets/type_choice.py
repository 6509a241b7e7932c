"""How the result is to compute: one radio button a type, with what it means or why it does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QWidget

from coldpress.recipe import InferenceType
from coldpress_gui.theme import GAP, SPACE
from coldpress_gui.widgets.basics import Label

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES = tuple(InferenceType)


class TypeChoice(QWidget):
    """All inference types; those that do not fit are disabled and say why."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self.buttons = {kind: QRadioButton() for kind in _TYPES}
        self._notes = {kind: Label("muted") for kind in _TYPES}
        self._reasons: Mapping[InferenceType, str] = {}
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(GAP)
        layout.setVerticalSpacing(SPACE)
        layout.setColumnStretch(1, 1)
        for number, (kind, button) in enumerate(self.buttons.items()):
            self._group.addButton(button, number)
            layout.addWidget(button, number, 0)
            layout.addWidget(self._notes[kind], number, 1)
        self._group.idClicked.connect(lambda number: self.chosen.emit(str(_TYPES[number])))
        self._retranslate()

    def show_choice(self, chosen: InferenceType | None, reasons: Mapping[InferenceType, str]) -> None:
        """Mark the type in use; ``reasons`` say why some do not fit."""
        self._reasons = reasons
        for kind, button in self.buttons.items():
            button.setEnabled(kind not in reasons)
        if chosen is not None:
            self.buttons[chosen].setChecked(True)
        self._say()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        names = {
            InferenceType.FLOAT32: self.tr("float32"),
            InferenceType.FLOAT16: self.tr("float16 weights"),
            InferenceType.DYNAMIC: self.tr("dynamic range"),
            InferenceType.UINT8: self.tr("uint8 from QAT"),
            InferenceType.INT8: self.tr("int8"),
            InferenceType.INT16X8: self.tr("int16 × int8"),
        }
        for kind, button in self.buttons.items():
            button.setText(names[kind])
        self._say()

    def _say(self) -> None:
        notes = {
            InferenceType.FLOAT32: self.tr("as trained; the largest file, no loss"),
            InferenceType.FLOAT16: self.tr("half the size, computes in float"),
            InferenceType.DYNAMIC: self.tr("8-bit weights, a quarter of the size, no data needed"),
            InferenceType.UINT8: self.tr("integers throughout, with the ranges that training learnt"),
            InferenceType.INT8: self.tr("integers throughout, ranges measured on representative data"),
            InferenceType.INT16X8: self.tr("16-bit activations for models that int8 hurts too much"),
        }
        for kind, label in self._notes.items():
            text = self._reasons.get(kind) or notes[kind]
            label.setText(text)
            self.buttons[kind].setAccessibleDescription(text)
            self.buttons[kind].setToolTip(self._reasons.get(kind, ""))
