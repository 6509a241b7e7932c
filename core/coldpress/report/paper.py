"""What every section of an HTML report is written with: the run, the words, and a few shapes of markup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.report.markup import put, tag
from coldpress.report.privacy import Redaction, without_paths
from coldpress.report.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from xml.etree.ElementTree import Element

    from coldpress.pipeline.outcome import Outcome
    from coldpress.report.markup import Child


@dataclass(frozen=True, slots=True)
class Paper:
    """One run to write about: ``outcome`` names files, not places; ``hide`` takes places out of any text."""

    outcome: Outcome
    words: Words
    hide: Redaction

    @property
    def name(self) -> str:
        """The result's name, also where it was not put in place; its type where it has none."""
        named = self.outcome.output or self.outcome.recipe.output
        return str(named or self.words("types.result", type=str(self.outcome.choices.inference_type)))


def paper_of(outcome: Outcome, language: str) -> Paper:
    """Return what a report about ``outcome`` is written with."""
    return Paper(without_paths(outcome), Words(language), Redaction(outcome))


def section(title: str, *children: Child) -> Element:
    """Return a section with its heading."""
    return tag("section", tag("h2", title), *children)


def table(heads: Sequence[str], rows: Iterable[Sequence[Child]], *, right: Sequence[int] = ()) -> Element:
    """Return a table; the columns ``right`` hold figures. Long ones scroll on their own, not with the page."""
    body = tag("tbody")
    for row in rows:
        put(body, [tag("tr", *(_cell("td", cell, number in right) for number, cell in enumerate(row)))])
    head = tag("thead", tag("tr", *(_cell("th", text, number in right) for number, text in enumerate(heads))))
    return tag("div", tag("table", head, body), css="wide")


def name_of(text: str) -> Element:
    """Return the name of a node, a tensor or a file."""
    return tag("code", text)


def folded(title: str, *children: Child) -> Element:
    """Return what is shown when a person asks for it; needs no script."""
    return tag("details", tag("summary", title), *children)


def _cell(kind: str, content: Child, figure: bool) -> Element:  # noqa: FBT001 - both are a cell's
    return tag(kind, content, css="figure") if figure else tag(kind, content)
