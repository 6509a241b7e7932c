"""The verdict on a run in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from coldpress_gui.widgets.basics import ICON_OF_KIND, ElidedLabel, IconLabel, row
from coldpress_gui.words import counts

if TYPE_CHECKING:
    from coldpress.pipeline.outcome import Outcome
    from coldpress.verify.report import Verification

translate = QCoreApplication.translate


def verdict_kind(outcome: Outcome) -> Literal["good", "warning", "bad"]:
    """Return how the verdict is to look."""
    kinds: dict[str, Literal["good", "warning", "bad"]] = {"verified": "good", "unverified": "warning", "failed": "bad"}
    return kinds[str(outcome.verdict)]


def figures_words(verification: Verification | None) -> str:
    """Return the figures of a verification in one line, those that there are."""
    if verification is None:
        return ""
    parts = [counts.samples(verification.samples), _source(verification)]
    agreement = verification.worst("argmax_agreement", lowest=True)
    if agreement is not None:
        parts.append(translate("Verdict", "argmax agreement {share} %").format(share=_percent(agreement)))
    if verification.accuracy_reference is not None and verification.accuracy_result is not None:
        parts.append(
            translate("Verdict", "accuracy {before} % → {after} %").format(
                before=_percent(verification.accuracy_reference), after=_percent(verification.accuracy_result)
            )
        )
    parts += _errors(verification)
    return " · ".join(parts)


def _source(verification: Verification) -> str:
    if verification.data == "random":
        return translate("Verdict", "random inputs")
    return translate("Verdict", "your data")


def _errors(verification: Verification) -> list[str]:
    parts = []
    worst, steps = verification.worst("max_abs_error"), verification.worst("max_lsb")
    if worst is not None:
        text = translate("Verdict", "worst difference {error}").format(error=f"{worst:.3g}")
        if steps is not None:
            text += translate("Verdict", " ({steps} steps)").format(steps=f"{steps:.0f}")
        parts.append(text)
    cosine = verification.worst("cosine", lowest=True)
    if cosine is not None:
        parts.append(translate("Verdict", "cosine {value}").format(value=f"{cosine:.4f}"))
    return parts


def _percent(share: float) -> str:
    return f"{share * 100:.1f}".removesuffix(".0")


class VerdictLine(QWidget):
    """The verdict in one line, where a picture needs the room."""

    def __init__(self) -> None:
        super().__init__()
        self._icon, self._words = IconLabel("info", "muted"), ElidedLabel()
        self.setLayout(row(self._icon, self._words))

    def say(self, kind: Literal["good", "warning", "bad"], verdict: str, figures: str) -> None:
        """Show a verdict."""
        self._icon.set_icon(ICON_OF_KIND[kind], kind)
        self._words.set_full_text(f"{verdict} · {figures}".removesuffix(" · "))
        self.setAccessibleName(self._words.full_text())
