"""The engine's codes and figures in the language of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale

from coldpress.errors import ColdpressError
from coldpress.sentences import LANGUAGES, Sentence, say, say_error, say_finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coldpress.errors import Fact
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


def size(nbytes: int) -> str:
    """Return a number of bytes as a person reads it."""
    return QLocale().formattedDataSize(nbytes, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)


def shape(dimensions: Iterable[int | None] | None) -> str:
    """Return ``? × 16 × 16 × 1``; an unknown rank is ``?``, a scalar ``[]``."""
    if dimensions is None:
        return "?"
    return " × ".join("?" if size is None else str(size) for size in dimensions) or "[]"
