"""Ranges for the tensors that have none, one row each: a guess for each, where training left a few out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, Signal
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from coldpress.recipe import RangeChoice
from coldpress_gui.theme import GAP, SPACE
from coldpress_gui.widgets.basics import ElidedLabel, Label, clear, column, set_property

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST = 8
"""Rows; with more tensors lacking, single guesses are not the way."""


class RangeRows(QWidget):
    """Edits the ranges of a recipe."""

    edited = Signal(object)
    """A tuple of ``RangeChoice``."""

    def __init__(self) -> None:
        super().__init__()
        self.lead, self.more = Label("small"), Label("muted")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(SPACE)
        self._grid.setColumnStretch(0, 1)
        layout = column(self.lead, spacing=SPACE)
        layout.addLayout(self._grid)
        layout.addWidget(self.more)
        self.setLayout(layout)
        self.lead.set_tone("warning")
        self.rows: dict[str, tuple[QLineEdit, QLineEdit]] = {}
        self._given: dict[str, RangeChoice] = {}
        self._left = 0
        self.setVisible(False)

    def show_ranges(self, given: Sequence[RangeChoice], lacking: Sequence[str]) -> None:
        """Show the ranges that were given, and a row for each tensor that lacks one; a row once there stays."""
        self._given = {choice.tensor: choice for choice in given}
        names = list(dict.fromkeys([*self._given, *(name for name in self.rows if name in lacking), *lacking]))
        self._left = max(0, len(names) - max(_MOST, len(self._given)))
        names = names[: len(names) - self._left]
        if list(self.rows) != names:
            self._build(names)
        for name, choice in self._given.items():
            for field, value in zip(self.rows[name], (choice.low, choice.high), strict=True):
                if not field.hasFocus():
                    field.setText(f"{value:g}")
        self.setVisible(bool(names))
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _build(self, names: Sequence[str]) -> None:
        kept = {name: (low.text(), high.text()) for name, (low, high) in self.rows.items()}
        focused = next((name for name, fields in self.rows.items() if any(f.hasFocus() for f in fields)), None)
        place = next((n for n, f in enumerate(self.rows[focused]) if f.hasFocus()), 0) if focused else 0
        clear(self._grid)
        self.rows = {}
        for number, name in enumerate(names):
            label = ElidedLabel()
            label.set_full_text(name)
            low, high = (self._field(text) for text in kept.get(name, ("", "")))
            self.rows[name] = (low, high)
            for column_, widget in enumerate((label, low, high)):
                self._grid.addWidget(widget, number, column_)
        if focused in self.rows:
            self.rows[focused][place].setFocus()

    def _field(self, text: str) -> QLineEdit:
        field = QLineEdit(text)
        validator = QDoubleValidator(field)
        validator.setLocale(QLocale.c())
        field.setValidator(validator)
        field.setFixedWidth(84)
        field.textEdited.connect(self._check)
        field.editingFinished.connect(self._tell)
        return field

    def _check(self) -> None:
        for low, high in self.rows.values():
            typed = bool(low.text() and high.text())
            set_property(high, "invalid", typed and _choice("x", low, high) is None)

    def _tell(self) -> None:
        self._check()
        choices = (_choice(name, *fields) for name, fields in self.rows.items())
        made = tuple(choice for choice in choices if choice is not None)
        if made != tuple(self._given.values()):
            self.edited.emit(made)

    def _retranslate(self) -> None:
        self.lead.setText(
            self.tr(
                "Training left these tensors without a range. Give each its least and greatest value (0 between them):"
                " a guess, and the report says so."
            )
        )
        more = self.tr("and {count} more: so many ranges are better learnt in training")
        self.more.setText(more.format(count=self._left))
        self.more.setVisible(self._left > 0)
        for name, (low, high) in self.rows.items():
            low.setPlaceholderText(self.tr("least"))
            high.setPlaceholderText(self.tr("greatest"))
            low.setAccessibleName(self.tr("{name}, least value").format(name=name))
            high.setAccessibleName(self.tr("{name}, greatest value").format(name=name))


def _choice(name: str, low: QLineEdit, high: QLineEdit) -> RangeChoice | None:
    """Return the range of a row; None where it is not whole, or does not hold 0."""
    try:
        return RangeChoice.parse(f"{name}={low.text()}:{high.text()}")
    except ValueError:
        return None
