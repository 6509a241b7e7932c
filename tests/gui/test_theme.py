"""One module holds the colours, and they can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from coldpress_gui.theme import DARK, LIGHT, Colours, contrast

GUI = Path(__file__).parents[2] / "gui" / "coldpress_gui"
LITERAL = re.compile(
    r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b(?!;)|\brgba?\(|QColor\(\s*[\d\"']|Qt\.GlobalColor\.(?!transparent)"
)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_every_ground(colours: Colours) -> None:
    grounds = (colours.ground, colours.surface, colours.raised, colours.accent_soft)
    for text in (colours.text, colours.muted):
        for ground in grounds:
            assert contrast(text, ground) >= 4.5, (text, ground)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_signals_can_be_read_on_their_own_ground(colours: Colours) -> None:
    for role in ("good", "warning", "bad"):
        own = getattr(colours, role)
        assert contrast(own, getattr(colours, f"{role}_soft")) >= 4.5, role
        assert contrast(own, colours.surface) >= 4.5, role
        assert contrast(colours.text, getattr(colours, f"{role}_soft")) >= 4.5, role
    assert contrast(colours.accent, colours.surface) >= 4.5
    assert contrast(colours.on_accent, colours.accent) >= 4.5


def test_no_colour_is_written_outside_the_theme() -> None:
    found = [
        f"{path.name}:{number}: {line.strip()}"
        for path in GUI.rglob("*.py")
        if path.name != "theme.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if LITERAL.search(line)
    ]
    assert not found


def test_icons_are_drawn_in_one_colour_that_the_theme_gives() -> None:
    icons = GUI.parents[1] / "resources" / "coldpress_resources" / "icons"
    for path in icons.glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        assert "currentColor" in text, path.name
        assert not re.search(r"#[0-9a-fA-F]{3,6}", text), path.name
