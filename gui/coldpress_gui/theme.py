"""The look: the one module that holds colours, spacing and the style sheet.

Light and dark follow the system; every other module asks ``colours()`` and the constants here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette

from coldpress_gui.style_sheet import style_sheet

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

SPACE = 8
"""The unit of distance, in device-independent pixels; everything is a multiple of it."""
GAP = 12
MARGIN = 16
RADIUS = 8
ROW_HEIGHT = 28
"""Height of a row in trees and tables: room for a touch of the pen and for Chinese glyphs."""

_CHINESE = ("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei UI", "WenQuanYi Micro Hei")
"""Families with simplified glyphs, the best first."""


class Theme(StrEnum):
    """What a person can choose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Colours:
    """Every colour of the program, by what it is for; values are ``#rrggbb``."""

    dark: bool
    ground: str
    surface: str
    raised: str
    line: str
    line_strong: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str
    good: str
    good_soft: str
    warning: str
    warning_soft: str
    bad: str
    bad_soft: str
    idle: str

    def colour(self, role: str) -> QColor:
        """Return one of the fields as a ``QColor``."""
        return QColor(getattr(self, role))


LIGHT = Colours(
    dark=False,
    ground="#f4f6f8",
    surface="#ffffff",
    raised="#fafbfc",
    line="#dce1e7",
    line_strong="#aab4c0",
    text="#1b2330",
    muted="#5b6675",
    disabled="#98a2ae",
    accent="#1f6fd6",
    accent_hover="#185cb4",
    on_accent="#ffffff",
    accent_soft="#e6f0fc",
    good="#12744a",
    good_soft="#e5f4ec",
    warning="#9a5b00",
    warning_soft="#fdf1dd",
    bad="#c02f2a",
    bad_soft="#fdeae9",
    idle="#d5dbe2",
)

DARK = Colours(
    dark=True,
    ground="#1c1f24",
    surface="#24282f",
    raised="#2a2f37",
    line="#373d47",
    line_strong="#5a6472",
    text="#e9edf2",
    muted="#a3aebb",
    disabled="#6d7784",
    accent="#5aa5ff",
    accent_hover="#7fb9ff",
    on_accent="#0c1a2b",
    accent_soft="#20344d",
    good="#55c08a",
    good_soft="#1d3a2d",
    warning="#f0b45a",
    warning_soft="#40321a",
    bad="#ff7d76",
    bad_soft="#47262a",
    idle="#434a55",
)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours after WCAG 2.1: 1 (none) to 21 (black on white)."""
    brighter, darker = sorted((_luminance(QColor(one)), _luminance(QColor(other))), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def colours_for(theme: Theme, app: QApplication) -> Colours:
    """Return the colours of a choice; ``SYSTEM`` asks the platform."""
    if theme is Theme.SYSTEM:
        return DARK if app.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT
    return DARK if theme is Theme.DARK else LIGHT


def palette_of(colours: Colours) -> QPalette:
    """Return the palette for widgets that the style sheet leaves to the style."""
    palette = QPalette()
    role = QPalette.ColorRole
    for key, value in {
        role.Window: colours.ground, role.WindowText: colours.text, role.Base: colours.surface,
        role.AlternateBase: colours.raised, role.Text: colours.text, role.Button: colours.surface,
        role.ButtonText: colours.text, role.BrightText: colours.on_accent, role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent, role.Link: colours.accent, role.LinkVisited: colours.accent,
        role.ToolTipBase: colours.raised, role.ToolTipText: colours.text, role.PlaceholderText: colours.muted,
        role.Mid: colours.line, role.Midlight: colours.line, role.Dark: colours.line_strong,
        role.Light: colours.raised, role.Accent: colours.accent,
    }.items():  # fmt: skip
        palette.setColor(key, QColor(value))
    for key in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(colours.disabled))
    return palette


class _Current:
    """The colours and the system's font; one a process, because a process has one palette."""

    colours = LIGHT
    system_font: QFont | None = None


def colours() -> Colours:
    """Return the colours in use."""
    return _Current.colours


def prepare(app: QApplication) -> None:
    """Choose the style, once, before there is any window."""
    app.setStyle("fusion")


def apply(app: QApplication, theme: Theme) -> None:
    """Give the whole program a theme."""
    scheme = {Theme.SYSTEM: Qt.ColorScheme.Unknown, Theme.LIGHT: Qt.ColorScheme.Light, Theme.DARK: Qt.ColorScheme.Dark}
    app.styleHints().setColorScheme(scheme[theme])
    _Current.colours = colours_for(theme, app)
    app.setPalette(palette_of(_Current.colours))
    app.setStyleSheet(style_sheet(_Current.colours, app.font()))


def choose_fonts(app: QApplication, language: str) -> None:
    """Let Chinese begin with a Chinese family: as a mere fallback fontconfig may pick its bold or Japanese face."""
    own = QFont(_Current.system_font or app.font())
    _Current.system_font = QFont(own)
    # The system's family may be an alias (Sans Serif); named as such beside others it would be passed over.
    families = [QFontInfo(own).family()]
    chinese = [name for name in _CHINESE if QFontDatabase.hasFamily(name)]
    own.setFamilies(chinese + families if language.startswith("zh") else families + chinese)
    app.setFont(own)


def font(*, scale: float = 1.0, bold: bool = False, like: QFont | None = None) -> QFont:
    """Return a font a little larger or bolder than the one given (else the program's)."""
    result = QFont(like) if like is not None else QFont()
    result.setPointSizeF(result.pointSizeF() * scale)
    result.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return result


def mono(scale: float = 1.0) -> QFont:
    """Return the system's fixed-width font, for names of nodes and for logs."""
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    fixed.setPointSizeF(QFont().pointSizeF() * scale)
    return fixed
