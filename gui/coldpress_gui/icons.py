"""SVG icons, drawn in one colour and tinted for the theme."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from platformdirs import user_cache_path
from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

_SIZES = (16, 24, 32, 48)


@cache
def _source(name: str) -> str:
    return (files("coldpress_resources") / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def svg(name: str, colour: str) -> bytes:
    """Return an icon's SVG text with ``currentColor`` filled in."""
    return _source(name).replace("currentColor", colour).encode()


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """Return an icon as a picture of ``size`` device-independent pixels."""
    picture = QPixmap(QSize(size, size) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(svg(name, colour))).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture


def icon(name: str, colour: QColor | str) -> QIcon:
    """Return an icon in one colour, sharp at the usual sizes and scale factors."""
    result = QIcon()
    text = colour if isinstance(colour, str) else colour.name()
    for size in _SIZES:
        for ratio in (1.0, 2.0):
            result.addPixmap(pixmap(name, text, size, ratio))
    return result


def icon_file(name: str, colour: str) -> str:
    """Return the path of a tinted icon, for style sheets, which can name files only ("" where none can be written)."""
    target = user_cache_path("coldpress") / "icons" / f"{name}-{colour.removeprefix('#')}.svg"
    content = svg(name, colour)
    try:
        if not target.is_file() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    except OSError:
        return ""
    return target.as_posix()
