"""Several inference types side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coldpress.report.markup import tag
from coldpress.report.paper import section, table
from coldpress.report.plots import labelled_points, share_bar
from coldpress.report.privacy import Redaction
from coldpress.report.words import figure, percent, size_text, time_text
from coldpress.sentences import say_error, say_finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from coldpress.pipeline.all_types import TypeComparison, TypeResult
    from coldpress.pipeline.outcome import Outcome
    from coldpress.report.words import Words

_SIGNS: Final = {"verified": "✓", "unverified": "!", "failed": "✗", "unfit": "–", "error": "✗"}
_KB: Final = 1 << 10
_MB: Final = 1 << 20
_PERFECT_DB: Final = 120.0
"""Where a result without any error is drawn."""


def overview(comparison: TypeComparison, words: Words) -> Iterator[Element]:
    """Yield the table of all types, the picture, and why some of them came to nothing."""
    outcomes = comparison.outcomes
    most = max((outcome.checked.nbytes for outcome in outcomes), default=0)
    heads = [words("type"), words("verdict"), words("size"), "", words("accuracy_head"), words("agreement_head")]
    heads += [words("max_error"), words("rmse"), words("snr"), words("latency_head")]
    rows = [_row(result, words, most) for result in comparison.results]
    yield section(words("types.title"), table(heads, rows, right=(2, 4, 5, 6, 7, 8, 9)), _picture(comparison, words))
    refused = [result for result in comparison.results if result.problem is not None]
    if refused:
        hide = Redaction(outcomes[0]) if outcomes else str
        items = [
            tag("li", tag("strong", str(result.inference_type)), ": ", hide(_why(result, words))) for result in refused
        ]
        yield section(words("types.refused"), tag("ul", *items))


def _row(result: TypeResult, words: Words, most: int) -> list[str | Element]:
    kind = str(result.status)
    name = tag("strong", str(result.inference_type))
    verdict = tag("span", f"{_SIGNS[kind]} {words(f'types.status.{kind}')}", css=f"state {kind}")
    if result.outcome is None:
        return [name, verdict, *[""] * 8]
    return [name, verdict, *_figures(result.outcome, most)]


def _figures(outcome: Outcome, most: int) -> list[str | Element]:
    checked, verification = outcome.checked, outcome.verification
    latency = time_text(outcome.timings[0].median) if outcome.timings else "–"
    size: list[str | Element] = [size_text(checked.nbytes), share_bar(checked.nbytes / most if most else 0.0)]
    if verification is None:
        return [*size, "–", "–", "–", "–", "–", latency]
    accuracy, agreement = verification.accuracy_result, verification.worst("argmax_agreement", lowest=True)
    snr = verification.worst("snr_db", lowest=True)
    return [
        *size,
        "–" if accuracy is None else percent(accuracy, 2),
        "–" if agreement is None else percent(agreement, 1),
        figure(verification.worst("max_abs_error"), 3),
        figure(verification.worst("rmse"), 3),
        "∞" if snr is None else f"{snr:.1f} dB",
        latency,
    ]


def _picture(comparison: TypeComparison, words: Words) -> Element | None:
    """Return size against closeness to the reference: what is better lies to the left and up."""
    points = []
    largest = max((outcome.checked.nbytes for outcome in comparison.outcomes), default=0)
    unit = _MB if largest >= _MB else _KB
    for outcome in comparison.outcomes:
        if outcome.verification is not None:
            snr = outcome.verification.worst("snr_db", lowest=True)
            closeness = _PERFECT_DB if snr is None else min(snr, _PERFECT_DB)
            name = str(outcome.choices.inference_type)
            points.append((outcome.checked.nbytes / unit, closeness, name, str(outcome.verdict)))
    names = (words("axis.size", unit="MB" if unit == _MB else "KB"), words("axis.snr"))
    plot = labelled_points(points, names, words("types.picture"))
    return None if plot is None else tag("figure", plot, tag("figcaption", words("types.picture")), css="single")


def _why(result: TypeResult, words: Words) -> str:
    """Return why a type came to nothing, in its own words."""
    if result.blocking:
        sentences = [say_finding(finding, language=words.language) for finding in result.blocking]
    elif result.problem is not None:
        sentences = [say_error(result.problem, language=words.language)]
    else:
        return ""
    return " ".join(f"{sentence.message} {sentence.remedy}".strip() for sentence in sentences)
