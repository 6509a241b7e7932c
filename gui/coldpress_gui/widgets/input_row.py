"""One input of the model: name, type, a field a dimension, and what its integers mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, Signal
from PySide6.QtGui import QDoubleValidator, QIntValidator
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from coldpress.recipe import InputChoice
from coldpress_gui.theme import GAP, SPACE
from coldpress_gui.widgets.basics import ElidedLabel, Label, clear, column, row, set_property
from coldpress_gui.widgets.value_preview import ValuePreview

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAX_SIZE = 2**31 - 1
_PADDING = 22
"""Pixels of a line edit that are not text."""
PRESETS = ((0.0, 255.0), (127.5, 127.5), (128.0, 127.0), (128.0, 128.0), (0.0, 1.0), (114.5, 57.6))
"""Mean and std in common use: [0, 1]; [-1, 1] exactly; about [-1, 1] with whole numbers, twice; [0, 255]; ImageNet,
its three channels taken together (0.485, 0.456, 0.406 and 0.229, 0.224, 0.225 in torchvision)."""
_IMAGENET = PRESETS[-1]


@dataclass(frozen=True, slots=True)
class InputFacts:
    """What the graph says of an input; None for a dimension it leaves open."""

    tensor: str
    dtype: str
    shape: tuple[int | None, ...] | None


def real_range(mean: float, std: float) -> tuple[float, float]:
    """Return the real values that the integers 0 and 255 stand for."""
    return (0 - mean) / std, (255 - mean) / std


def mean_std(low: float, high: float) -> tuple[float, float]:
    """Return mean and std for which the integers 0 to 255 stand for ``low`` to ``high``."""
    std = 255 / (high - low)
    return -low * std, std


class InputRow(QWidget):
    """Edits one ``InputChoice``."""

    edited = Signal()

    def __init__(self, facts: InputFacts, choice: InputChoice) -> None:
        super().__init__()
        self.facts = facts
        self._name, self._dtype = ElidedLabel("heading"), Label("muted", wrap=False)
        self._name.set_full_text(facts.tensor)
        self._dtype.setText(facts.dtype)
        self._shape_label, self._meaning_label = Label("muted", wrap=False), Label("muted", wrap=False)
        self._dims = QHBoxLayout()
        self._dims.setSpacing(4)
        self.fields: list[QLineEdit] = []
        self.mean, self.std, self.preset = QLineEdit(), QLineEdit(), QComboBox()
        self._means, self._to = Label("muted", wrap=False), Label("muted", wrap=False)
        self._mean_label, self._std_label = Label("muted", wrap=False), Label("muted", wrap=False)
        self.low, self.high = QLineEdit(), QLineEdit()
        self.preview = ValuePreview()
        self._needed = False
        self._lay_out()
        self._fill(choice)
        self._retranslate()

    def choice(self) -> InputChoice:
        """Return what the fields say; an empty field is an open dimension."""
        shape = tuple(int(field.text()) if field.text() else None for field in self.fields)
        given = self.facts.shape is not None
        return InputChoice(
            self.facts.tensor,
            shape if given else None,
            _number(self.mean.text()),
            _number(self.std.text()),
        )

    def show_meaning(self, *, shown: bool, needed: bool) -> None:
        """Ask what integers mean: where the model takes them it must be said, where the data holds them it may be."""
        self._meaning.setVisible(shown)
        if self._needed != needed:
            self._needed = needed
            self._check()

    def show_choice(self, choice: InputChoice) -> None:
        """Show a choice that was made elsewhere; the field that is being typed in stays as it is."""
        if choice == self.choice():
            return
        texts = [("" if size is None else str(size)) for size in choice.shape or ()]
        fields = [
            *zip(self.fields, texts, strict=False),
            (self.mean, _text(choice.mean)),
            (self.std, _text(choice.std)),
        ]
        for field, text in fields:
            if not field.hasFocus():
                field.setText(text)
        self._check()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        head = QHBoxLayout()
        head.addWidget(self._name, 1)
        head.addWidget(self._dtype)
        layout.addLayout(head)
        shape = row(self._shape_label, spacing=GAP)
        shape.addLayout(self._dims)
        shape.addStretch(1)
        layout.addLayout(shape)
        self._meaning = QWidget()
        meaning = row(self._meaning_label, self.preset, spacing=GAP)
        for field, edited in (
            (self.mean, self._edited),
            (self.std, self._edited),
            (self.low, self._range_edited),
            (self.high, self._range_edited),
        ):
            field.setValidator(_numbers())
            field.setFixedWidth(field.fontMetrics().horizontalAdvance("-1.007870") + _PADDING)
            field.textEdited.connect(edited)
        for widget in (self._mean_label, self.mean, self._std_label, self.std):
            meaning.addWidget(widget)
        meaning.addStretch(1)
        both = column(spacing=SPACE)
        both.addLayout(meaning)
        both.addLayout(row(self._means, self.low, self._to, self.high, 1, spacing=GAP))
        both.addWidget(self.preview)
        self._meaning.setLayout(both)
        self.preset.activated.connect(self._preset_chosen)
        layout.addWidget(self._meaning)

    def _fill(self, choice: InputChoice) -> None:
        clear(self._dims)
        self.fields = []
        sizes: Sequence[int | None] = self.facts.shape or ()
        chosen = choice.shape if choice.shape and len(choice.shape) == len(sizes) else sizes
        for number, (fixed, size) in enumerate(zip(sizes, chosen, strict=True)):
            if number:
                times = Label("muted", wrap=False)
                times.setText("×")
                self._dims.addWidget(times)
            self._dims.addWidget(self._dimension(fixed, size))
        self.mean.setText(_text(choice.mean))
        self.std.setText(_text(choice.std))
        self._check()

    def _dimension(self, fixed: int | None, size: int | None) -> QLineEdit:
        field = QLineEdit("" if size is None else str(size))
        field.setValidator(QIntValidator(1, _MAX_SIZE, field))
        field.setFixedWidth(64)
        field.setPlaceholderText("?")
        # What the graph fixes can't be changed by a converter: "The shape of tensor cannot be changed".
        field.setEnabled(fixed is None)
        field.textEdited.connect(self._edited)
        self.fields.append(field)
        return field

    def _edited(self) -> None:
        self._check()
        self.edited.emit()

    def _preset_chosen(self, index: int) -> None:
        pair = self.preset.itemData(index)
        if pair is not None:
            self.mean.setText(_text(pair[0]))
            self.std.setText(_text(pair[1]))
            self._edited()

    def _check(self) -> None:
        for field in self.fields:
            set_property(field, "needed", not field.text())
        mean, std = _number(self.mean.text()), _number(self.std.text())
        set_property(self.mean, "needed", self._needed and not self.mean.text())
        set_property(self.std, "needed", self._needed and not self.std.text())
        set_property(self.mean, "invalid", mean is not None and not 0 <= mean <= 255)
        set_property(self.std, "invalid", std is not None and std <= 0)
        self._say_range(mean, std)
        pairs = [self.preset.itemData(number) for number in range(self.preset.count())]
        self.preset.setCurrentIndex(pairs.index((mean, std)) if (mean, std) in pairs else 0)

    def _range_edited(self) -> None:
        """Take mean and std from the real range that was typed."""
        low, high = _number(self.low.text()), _number(self.high.text())
        sound = low is not None and high is not None and low < high
        set_property(self.high, "invalid", low is not None and high is not None and low >= high)
        if sound and low is not None and high is not None:
            for field, value in zip((self.mean, self.std), mean_std(low, high), strict=True):
                field.setText(_text(value))
            self._edited()

    def _say_range(self, mean: float | None, std: float | None) -> None:
        known = mean is not None and std is not None and std > 0
        ends = real_range(mean, std) if known and mean is not None and std is not None else ("", "")
        for field, value in zip((self.low, self.high), ends, strict=True):
            if not field.hasFocus():
                field.setText(value if isinstance(value, str) else f"{value:.6g}")

    def _retranslate(self) -> None:
        name = self.facts.tensor
        self._shape_label.setText(self.tr("Shape"))
        self._meaning_label.setText(self.tr("Values"))
        for number, field in enumerate(self.fields):
            field.setAccessibleName(self.tr("{name}, dimension {number}").format(name=name, number=number + 1))
            field.setToolTip(
                self.tr("fixed by the graph") if not field.isEnabled() else self.tr("left open by the graph")
            )
        self.mean.setAccessibleName(self.tr("{name}, mean").format(name=name))
        self.std.setAccessibleName(self.tr("{name}, std").format(name=name))
        for field in (self.mean, self.std):
            field.setPlaceholderText("?")
        self.preset.setAccessibleName(self.tr("{name}, what the integers mean").format(name=name))
        self._mean_label.setText(self.tr("mean"))
        self._std_label.setText(self.tr("std"))
        self._means.setText(self.tr("0 … 255 stand for"))
        self._to.setText(self.tr("to"))
        self.low.setAccessibleName(self.tr("{name}, real value that 0 stands for").format(name=name))
        self.high.setAccessibleName(self.tr("{name}, real value that 255 stands for").format(name=name))
        self._meaning.setToolTip(self.tr("real = (integer − mean) / std"))
        self.preset.blockSignals(True)
        self.preset.clear()
        self.preset.addItem(self.tr("own values"), None)
        for mean, std in PRESETS:
            low, high = real_range(mean, std)
            title = self.tr("ImageNet, about") if (mean, std) == _IMAGENET else f"{low:.4g} … {high:.4g}"
            self.preset.addItem(f"{title}  ({mean:g}, {std:g})", (mean, std))
        self.preset.blockSignals(False)
        self._check()


def _numbers() -> QDoubleValidator:
    validator = QDoubleValidator()
    validator.setLocale(QLocale.c())
    return validator


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"
