"""What a range does to numbers: the curve from a real value to the value that the integers can hold, to play with."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QComboBox, QFormLayout, QSizePolicy, QSlider, QVBoxLayout, QWidget

from coldpress_gui.theme import GAP, colours, font
from coldpress_gui.widgets.basics import Label

_REACH = 8.0
"""Real values from -8 to 8 are drawn."""
_PARTS = 10
"""Positions of a slider in 1."""


@dataclass(frozen=True, slots=True)
class Quantizer:
    """An affine quantizer, its range nudged so that 0 is one of its values (TensorFlow's ``fake_quant``)."""

    low: float
    high: float
    bits: int = 8

    @property
    def greatest(self) -> int:
        """Return the greatest integer; the least is 0."""
        return (1 << self.bits) - 1

    @property
    def scale(self) -> float:
        """Return the distance of two neighbouring values."""
        return (self.high - self.low) / self.greatest

    @property
    def zero_point(self) -> int:
        """Return the integer that means 0."""
        return min(max(round(-self.low / self.scale), 0), self.greatest)

    def integer(self, real: float) -> int:
        """Return the integer that a real value becomes."""
        return min(max(round(real / self.scale) + self.zero_point, 0), self.greatest)

    def value(self, real: float) -> float:
        """Return what is left of a real value."""
        return (self.integer(real) - self.zero_point) * self.scale


class QuantizerPlot(QWidget):
    """The curve; a straight line would lose nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._quantizer = Quantizer(-1, 6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_quantizer(self, quantizer: Quantizer) -> None:
        """Draw another one."""
        self._quantizer = quantizer
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(380, 260)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        field, now = QRectF(self.rect()).adjusted(8, 8, -8, -8), colours()
        painter.setPen(QPen(now.colour("line_strong"), 1))
        painter.drawLine(self._place(field, -_REACH, 0), self._place(field, _REACH, 0))
        painter.drawLine(self._place(field, 0, -_REACH), self._place(field, 0, _REACH))
        painter.setPen(QPen(now.colour("line_strong"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(self._place(field, -_REACH, -_REACH), self._place(field, _REACH, _REACH))
        painter.setPen(QPen(now.colour("accent"), 2))
        across = int(field.width())
        reals = [-_REACH + 2 * _REACH * step / across for step in range(across + 1)]
        painter.drawPolyline(QPolygonF([self._place(field, real, self._quantizer.value(real)) for real in reals]))
        painter.setFont(font(scale=0.85))
        painter.setPen(now.colour("muted"))
        for real in (self._quantizer.low, self._quantizer.high):
            painter.drawText(self._place(field, real, 0) + QPointF(3, 14), f"{real:g}")

    @staticmethod
    def _place(field: QRectF, real: float, value: float) -> QPointF:
        x = field.left() + (real + _REACH) / (2 * _REACH) * field.width()
        return QPointF(x, field.bottom() - (value + _REACH) / (2 * _REACH) * field.height())


class QuantizerLesson(QWidget):
    """Two sliders, a number of bits, the curve and what it means."""

    def __init__(self) -> None:
        super().__init__()
        self.plot, self.words = QuantizerPlot(), Label(rich=True)
        self.low, self.high = self._slider(-_REACH, 0, -1), self._slider(0.1, _REACH, 6)
        self.bits = QComboBox()
        for number in (8, 4, 3, 2):
            self.bits.addItem(str(number), number)
        # With 8 bits the steps are too fine to be seen.
        self.bits.setCurrentIndex(1)
        self._names = (Label("muted", wrap=False), Label("muted", wrap=False), Label("muted", wrap=False))
        controls = QFormLayout()
        for name, control in zip(self._names, (self.low, self.high, self.bits), strict=True):
            controls.addRow(name, control)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(controls)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.words)
        for slider in (self.low, self.high):
            slider.valueChanged.connect(self._show)
        self.bits.currentIndexChanged.connect(self._show)
        self._retranslate()

    @property
    def quantizer(self) -> Quantizer:
        """What the controls say."""
        return Quantizer(self.low.value() / _PARTS, self.high.value() / _PARTS, int(self.bits.currentData()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    @staticmethod
    def _slider(least: float, most: float, value: float) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(round(least * _PARTS), round(most * _PARTS))
        slider.setValue(round(value * _PARTS))
        return slider

    def _show(self) -> None:
        now = self.quantizer
        self.plot.show_quantizer(now)
        example = 2.35
        self.words.setText(
            self.tr(
                "Range <b>{low} … {high}</b>: one step is <b>{scale}</b>, the zero point is <b>{zero}</b>. "
                "For example {real} becomes the integer {integer}, which means {value}. What lies beyond the range "
                "is cut off; a wider range cuts less, and rounds more coarsely."
            ).format(
                low=f"{now.low:g}",
                high=f"{now.high:g}",
                scale=f"{now.scale:.4g}",
                zero=now.zero_point,
                real=f"{example:g}",
                integer=now.integer(example),
                value=f"{now.value(example):.4g}",
            )
        )

    def _retranslate(self) -> None:
        texts = (self.tr("Least value"), self.tr("Greatest value"), self.tr("Bits"))
        for label, control, text in zip(self._names, (self.low, self.high, self.bits), texts, strict=True):
            label.setText(text)
            control.setAccessibleName(text)
        self.plot.setAccessibleName(self.tr("What is left of a real value"))
        self._show()
