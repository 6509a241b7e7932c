"""What mean and std make of one sample: the picture as the input's bytes hold it, and the values that they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QWidget

from coldpress_gui.theme import GAP
from coldpress_gui.widgets.basics import Label, column, row
from coldpress_gui.widgets.pictures import pixmap_of

if TYPE_CHECKING:
    from coldpress.pipeline.preview import Preview

_SIDE = 72


class ValuePreview(QWidget):
    """A picture, and beside it what the network gets."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Preview | None = None
        self.picture, self.values, self.verdict = QLabel(), Label("small"), Label("small")
        layout = row(spacing=GAP)
        layout.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(column(self.values, self.verdict, 1, spacing=4), 1)
        self.setLayout(layout)
        self.setVisible(False)

    def show_preview(self, preview: Preview | None) -> None:
        """Show a sample; None: there is none to show."""
        self._shown = preview
        if preview is not None and preview.picture is not None:
            self.picture.setPixmap(pixmap_of(preview.picture, _SIDE))
        self._say()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()

    def _say(self) -> None:
        preview = self._shown
        self.setVisible(preview is not None)
        if preview is None:
            return
        self.picture.setVisible(preview.picture is not None)
        source = (
            self.tr("Test picture: no data chosen yet.") if preview.made_up else self.tr("First sample of the data.")
        )
        values = self.tr("The network gets values from {low} to {high}, {mean} on average.").format(
            low=f"{preview.low:.4g}", high=f"{preview.high:.4g}", mean=f"{preview.mean:.4g}"
        )
        self.values.setText(f"{source} {values}")
        verdict, tone = self._verdict(preview)
        self.verdict.setText(verdict)
        self.verdict.set_tone(tone)
        self.verdict.setVisible(bool(verdict))
        self.picture.setAccessibleName(self.tr("{tensor}, preview of a sample").format(tensor=preview.tensor))

    def _verdict(self, preview: Preview) -> tuple[str, str]:
        if preview.cut > 0.01:
            share = f"{preview.cut:.0%}"
            return self.tr("✗ {share} of the values lie beyond what 0 … 255 can mean: cut off.").format(
                share=share
            ), "bad"
        if preview.trained is None or preview.fits is None:
            return "", ""
        ends = {"low": f"{preview.trained[0]:.4g}", "high": f"{preview.trained[1]:.4g}"}
        if preview.fits:
            return self.tr("✓ Fits what training saw: {low} to {high}.").format(**ends), "good"
        return self.tr("✗ Training saw {low} to {high}: mean and std do not fit.").format(**ends), "bad"
