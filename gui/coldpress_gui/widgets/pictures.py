"""Samples as small pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from coldpress_gui.theme import SPACE
from coldpress_gui.widgets.basics import clear, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

_FORMATS: Final = {
    1: QImage.Format.Format_Grayscale8,
    3: QImage.Format.Format_RGB888,
    4: QImage.Format.Format_RGBA8888,
}
_LARGEST: Final = 256
"""Pixels a side that are handed to Qt: larger pictures are thinned out first."""


def pixmap_of(picture: Picture, side: int) -> QPixmap:
    """Return ``(height, width, channels)`` as a pixmap that fits into a square; a few pixels are shown as squares."""
    step = max(1, max(picture.shape[:2]) // _LARGEST)
    thin = picture[::step, ::step].copy()
    height, width, channels = thin.shape
    image = QImage(thin.tobytes(), width, height, width * channels, _FORMATS[channels])
    smooth = max(height, width) > side
    mode = Qt.TransformationMode.SmoothTransformation if smooth else Qt.TransformationMode.FastTransformation
    return QPixmap.fromImage(image).scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, mode)


class PictureStrip(QWidget):
    """A row of pictures."""

    def __init__(self, side: int = 56) -> None:
        super().__init__()
        self._side = side
        self._row = row(spacing=SPACE)
        self.setLayout(self._row)
        self.setVisible(False)

    def show_pictures(self, pictures: Sequence[Picture], name: str) -> None:
        """Show these; ``name`` is said to screen readers."""
        clear(self._row)
        for picture in pictures:
            label = QLabel()
            label.setPixmap(pixmap_of(picture, self._side))
            self._row.addWidget(label)
        self._row.addStretch(1)
        self.setAccessibleName(name)
        self.setVisible(bool(pictures))
