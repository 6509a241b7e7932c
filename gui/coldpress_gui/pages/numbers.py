"""The numbers of a result: reference against result, the errors, and what quantization as such costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from coldpress_gui.theme import GAP
from coldpress_gui.widgets.basics import Label, column, row
from coldpress_gui.widgets.plots import ErrorCard, ScatterCard
from coldpress_gui.widgets.proof_card import ProofCard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldpress.verify.report import FloatComparison
    from coldpress_gui.widgets.plots import Comparison

_BETWEEN_MS = 20


class NumbersTab(QWidget):
    """Two plots of one output, which is chosen where there are several."""

    def __init__(self) -> None:
        super().__init__()
        self.output, self.against_float = QComboBox(), Label("muted")
        self.scatter, self.errors, self.proof = ScatterCard(), ErrorCard(), ProofCard()
        plots = QHBoxLayout()
        plots.setSpacing(GAP)
        plots.addWidget(self.scatter, 1)
        plots.addWidget(self.errors, 1)
        layout = column(spacing=GAP)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        layout.addLayout(row(self.output, 1))
        layout.addLayout(plots, 1)
        layout.addWidget(self.against_float)
        layout.addWidget(self.proof)
        self.setLayout(layout)
        self._comparisons: Sequence[Comparison] = ()
        self.output.currentIndexChanged.connect(self._draw)
        self.show_comparisons(())
        self.show_float(None, None)

    def retranslate(self) -> None:
        """Set the texts."""
        self.proof.retranslate()
        self.output.setAccessibleName(self.tr("Output"))
        self.scatter.heading.setText(self.tr("Reference against result"))
        self.scatter.axis_names = (self.tr("frozen graph"), self.tr("result"))
        self.errors.heading.setText(self.tr("Errors"))
        self.errors.axis_names = (self.tr("result − frozen graph"), self.tr("values"))

    def show_comparisons(self, comparisons: Sequence[Comparison]) -> None:
        """Show the outputs of another result."""
        self._comparisons = comparisons
        self.output.blockSignals(True)
        self.output.clear()
        self.output.addItems([comparison.name for comparison in comparisons])
        self.output.blockSignals(False)
        self.output.setVisible(len(comparisons) > 1)
        self._draw()

    def show_float(self, comparison: FloatComparison | None, accuracy: float | None) -> None:
        """Say what quantization as such costs; ``accuracy`` is the result's."""
        self.against_float.setVisible(comparison is not None)
        if comparison is None:
            return
        parts = [
            self.tr("{name}: cosine {cosine}, RMSE {rmse}").format(
                name=metrics.name, cosine=f"{metrics.cosine:.5f}", rmse=f"{metrics.rmse:.3g}"
            )
            for metrics in comparison.outputs
        ]
        if comparison.accuracy is not None and accuracy is not None:
            parts.append(
                self.tr("accuracy {before} % → {after} %").format(
                    before=f"{comparison.accuracy * 100:.2f}", after=f"{accuracy * 100:.2f}"
                )
            )
        head = self.tr("Against the same network without its ranges (what quantization as such costs):")
        self.against_float.setText(f"{head} {' · '.join(parts)}")

    def _draw(self) -> None:
        index = self.output.currentIndex()
        shown = self._comparisons[index] if 0 <= index < len(self._comparisons) else None
        self.scatter.show_data(shown)
        if shown is None:
            self.errors.show_data(None)
        else:
            # A plot takes tens of milliseconds to make: the second one waits for the next turn of the event loop.
            QTimer.singleShot(_BETWEEN_MS, self, lambda: self._draw_errors(shown))

    def _draw_errors(self, comparison: Comparison) -> None:
        index = self.output.currentIndex()
        if 0 <= index < len(self._comparisons) and self._comparisons[index] is comparison:
            self.errors.show_data(comparison)
