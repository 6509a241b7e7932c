"""The words and figures of a report, in one language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.sentences import say

if TYPE_CHECKING:
    from coldpress.facts import Fact

_UNITS = ("bytes", "KB", "MB", "GB")


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences of the catalogue's ``report`` section, and figures as a person reads them."""

    language: str

    def __call__(self, code: str, **facts: Fact) -> str:
        """Return a sentence of the report's own."""
        return say(f"report.{code}", facts, language=self.language).message

    def code(self, code: str) -> str:
        """Return the sentence of any other code."""
        return say(code, language=self.language).message


def size_text(nbytes: int) -> str:
    """Return a number of bytes: ``7.7 KB``."""
    value, unit = float(nbytes), 0
    while value >= 1024 and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{nbytes:,} {_UNITS[0]}" if unit == 0 else f"{value:.1f} {_UNITS[unit]}"


def time_text(seconds: float) -> str:
    """Return a duration with three digits that count: ``12.3 µs``, ``4.56 ms``, ``1.2 s``."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} µs"
    if seconds < 1:
        return f"{seconds * 1e3:.3g} ms"
    return f"{seconds:.3g} s"


def percent(share: float, digits: int = 1) -> str:
    """Return a share of one: ``97.5 %``."""
    return f"{share * 100:.{digits}f} %"


def figure(value: float | None, digits: int = 4) -> str:
    """Return a figure with the digits that count; what is not known is a dash."""
    return "–" if value is None else f"{value:.{digits}g}"


def shape_text(shape: tuple[int | None, ...] | None) -> str:
    """Return ``1 × 16 × 16 × 1``."""
    if shape is None:
        return "?"
    return " × ".join("?" if size is None else str(size) for size in shape) or "[]"
