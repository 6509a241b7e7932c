"""One of several types in words and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from coldpress_gui.widgets.plots import NamedPoint
from coldpress_gui.widgets.table import Column
from coldpress_gui.words import duration, error_words, finding_words, size

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldpress.pipeline.all_types import TypeResult
    from coldpress.pipeline.outcome import Outcome
    from coldpress.verify.report import Verification

ROLES = {"verified": "good", "unverified": "warning", "failed": "bad"}
"""The colour of a result by its verdict."""
SIZE = 2
"""The column of sizes."""
_PERFECT_DB = 120.0
"""Where a result without any error is drawn."""
_SIGNS = {"verified": "✓", "unverified": "!", "failed": "✗", "unfit": "–", "error": "✗"}

translate = QCoreApplication.translate


def columns() -> tuple[Column[TypeResult], ...]:
    """Return the columns of the table of types."""
    statuses = {
        "verified": translate("AllTypes", "verified"),
        "unverified": translate("AllTypes", "not verified"),
        "failed": translate("AllTypes", "not good enough"),
        "unfit": translate("AllTypes", "does not fit"),
        "error": translate("AllTypes", "failed"),
    }
    return (
        Column(translate("AllTypes", "Type"), lambda entry: str(entry.inference_type)),
        Column(translate("AllTypes", "Verdict"), lambda entry: f"{_SIGNS[entry.status]} {statuses[entry.status]}"),
        Column(translate("AllTypes", "Size"), lambda entry: _of(entry, _size), stretch=True),
        Column(translate("AllTypes", "Accuracy"), lambda entry: _figure(entry, _accuracy), right=True),
        Column(translate("AllTypes", "Same class"), lambda entry: _figure(entry, _agreement), right=True),
        Column(translate("AllTypes", "Largest error"), lambda entry: _figure(entry, _largest), right=True),
        Column(translate("AllTypes", "SNR"), lambda entry: _figure(entry, _decibels), right=True),
        Column(translate("AllTypes", "Latency"), lambda entry: _of(entry, _latency), right=True),
    )


def _of(entry: TypeResult, words: Callable[[Outcome], str]) -> str:
    return "" if entry.outcome is None else words(entry.outcome)


def _figure(entry: TypeResult, words: Callable[[Verification], str]) -> str:
    if entry.outcome is None:
        return ""
    return "–" if entry.outcome.verification is None else words(entry.outcome.verification)


def _size(outcome: Outcome) -> str:
    return size(outcome.checked.nbytes)


def _accuracy(verification: Verification) -> str:
    return "–" if verification.accuracy_result is None else f"{verification.accuracy_result * 100:.2f} %"


def _agreement(verification: Verification) -> str:
    share = verification.worst("argmax_agreement", lowest=True)
    return "–" if share is None else f"{share * 100:.1f} %"


def _largest(verification: Verification) -> str:
    error = verification.worst("max_abs_error")
    return "–" if error is None else f"{error:.3g}"


def _decibels(verification: Verification) -> str:
    snr = verification.worst("snr_db", lowest=True)
    return "∞" if snr is None else f"{snr:.1f} dB"


def _latency(outcome: Outcome) -> str:
    return duration(outcome.timings[0].median) if outcome.timings else "–"


def point(outcome: Outcome, unit: int) -> NamedPoint | None:
    """Return where the picture has a result, sizes in units of bytes; None for one that was not compared."""
    if outcome.verification is None:
        return None
    snr = outcome.verification.worst("snr_db", lowest=True)
    closeness = _PERFECT_DB if snr is None else min(snr, _PERFECT_DB)
    kind = str(outcome.choices.inference_type)
    return NamedPoint(outcome.checked.nbytes / unit, closeness, kind, ROLES[str(outcome.verdict)])


def reasons(entry: TypeResult | None) -> str:
    """Return why a type came to nothing, or is not good enough."""
    if entry is None:
        return ""
    findings = entry.blocking
    if entry.outcome is not None and entry.outcome.verification is not None:
        findings = entry.outcome.verification.reasons
    if findings:
        sentences = [finding_words(finding) for finding in findings]
    elif entry.problem is not None:
        sentences = [error_words(entry.problem)]
    else:
        return ""
    return " ".join(f"{sentence.message} {sentence.remedy}".strip() for sentence in sentences)
