"""The HTML report: one file that asks for nothing else, runs no script, and tells no folder of a person's disk."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import PurePath
from typing import TYPE_CHECKING

from coldpress.report.background import changes, findings, origin, recipe
from coldpress.report.markup import document, put, tag
from coldpress.report.origin import fingerprints, result_fingerprint
from coldpress.report.paper import folded, paper_of
from coldpress.report.pictures import latency, layers, plots, sizes
from coldpress.report.types import overview
from coldpress.report.verdict import cards, figures, tensors, verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

    from coldpress.cancel import CancelToken
    from coldpress.pipeline.all_types import TypeComparison
    from coldpress.pipeline.outcome import Outcome
    from coldpress.report.paper import Paper
    from coldpress.report.words import Words

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Told to the browser: nothing is loaded, nothing is run."""


def html_report(outcome: Outcome, *, language: str, cancel: CancelToken | None = None) -> str:
    """Return the report of a run. Raises ``Cancelled``; hashing large files takes a while."""
    paper = paper_of(outcome, language)
    found = [*_result(paper), *_background(paper), origin(paper, fingerprints(outcome, cancel=cancel))]
    return _page(paper.words, paper.words("title", name=paper.name), found)


def html_comparison(comparison: TypeComparison, *, language: str, cancel: CancelToken | None = None) -> str:
    """Return the report of several types: side by side, then each for itself. At least one came to an outcome.

    Raises ``Cancelled``.
    """
    papers = [paper_of(outcome, language) for outcome in comparison.outcomes]
    words = papers[0].words
    each = [folded(str(paper.outcome.choices.inference_type), *_result(paper), recipe(paper)) for paper in papers]
    others = [result_fingerprint(outcome, cancel=cancel) for outcome in comparison.outcomes[1:]]
    digests = [*fingerprints(comparison.outcomes[0], cancel=cancel), *others]
    shared = [changes(papers[0]), origin(papers[0], digests)]
    asked = comparison.recipe
    name = PurePath(asked.output).stem if asked.output else papers[0].outcome.recipe.source
    return _page(words, words("types.heading", name=name), [*overview(comparison, words), *each, *shared])


def _result(paper: Paper) -> list[Element | None]:
    """Return what a result is like."""
    head = [verdict(paper), cards(paper), figures(paper), plots(paper), layers(paper)]
    return [*head, sizes(paper), latency(paper), findings(paper), tensors(paper)]


def _background(paper: Paper) -> list[Element]:
    return [changes(paper), recipe(paper)]


def _page(words: Words, title: str, children: Iterable[Element | None]) -> str:
    style = (files("coldpress_resources") / "report" / "report.css").read_text(encoding="utf-8")
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("title", title),
        tag("style", style),
    )
    made = words("made", date=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    body = tag("main", tag("h1", title), tag("p", made, css="muted"))
    put(body, children)
    put(body, [tag("footer", words("footer"))])
    return document(tag("html", head, tag("body", body), lang=words.language.replace("_", "-")))
