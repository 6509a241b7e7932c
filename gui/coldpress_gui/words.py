"""The engine's codes and figures in the language of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject

from coldpress.errors import ColdpressError
from coldpress.sentences import LANGUAGES, Sentence, say, say_error, say_finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coldpress.facts import Fact
    from coldpress.finding import Finding


def language() -> str:
    """Return the language in use (``Languages.use`` makes it the default locale)."""
    name = QLocale().name()
    return name if name in LANGUAGES else "en"


def finding_words(finding: Finding) -> Sentence:
    """Return a finding's sentence."""
    return say_finding(finding, language=language())


def error_words(error: BaseException) -> Sentence:
    """Return an error's sentence; one that nobody foresaw is named by its kind."""
    if isinstance(error, ColdpressError):
        return say_error(error, language=language())
    return Sentence(f"{type(error).__name__}: {error}", "")


def code_words(code: str, facts: Mapping[str, Fact] | None = None) -> str:
    """Return the sentence of a code."""
    return say(code, facts, language=language()).message


def count(number: int) -> str:
    """Return a whole number with its thousands apart."""
    return QLocale().toString(number)


class Counts(QObject):
    """Numbers of things, in the plural that the language asks for, with thousands apart."""

    def nodes(self, number: int) -> str:
        """Return ``2,390 nodes``."""
        return _grouped(self.tr("%n node(s)", "", number), number)

    def variables(self, number: int) -> str:
        """Return ``94 variables``."""
        return _grouped(self.tr("%n variable(s)", "", number), number)

    def changes(self, number: int) -> str:
        """Return ``48 changes``."""
        return _grouped(self.tr("%n change(s)", "", number), number)

    def constants(self, number: int) -> str:
        """Return ``51 constants``."""
        return _grouped(self.tr("%n constant(s)", "", number), number)

    def parameters(self, number: int) -> str:
        """Return ``5,412 parameters``."""
        return _grouped(self.tr("%n parameter(s)", "", number), number)

    def hits(self, number: int) -> str:
        """Return ``3 hits``."""
        return _grouped(self.tr("%n hit(s)", "", number), number)

    def values(self, number: int) -> str:
        """Return ``1,152 values``."""
        return _grouped(self.tr("%n value(s)", "", number), number)

    def samples(self, number: int) -> str:
        """Return ``360 samples``."""
        return _grouped(self.tr("%n sample(s)", "", number), number)

    def operations(self, number: int) -> str:
        """Return ``9 operations``."""
        return _grouped(self.tr("%n operation(s)", "", number), number)


counts = Counts()


def _grouped(text: str, number: int) -> str:
    return text.replace(str(number), count(number), 1)


def size(nbytes: int) -> str:
    """Return a number of bytes as a person reads it."""
    return QLocale().formattedDataSize(nbytes, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)


def duration(seconds: float) -> str:
    """Return how long something took, with three digits that count."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} µs"
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def shape(dimensions: Iterable[int | None] | None) -> str:
    """Return ``? × 16 × 16 × 1``; an unknown rank is ``?``, a scalar ``[]``."""
    if dimensions is None:
        return "?"
    return " × ".join("?" if size is None else str(size) for size in dimensions) or "[]"
