"""The end of a report: what was done on the way, what was found, and everything that is needed to do it again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from coldpress.commands.equivalent import equivalents
from coldpress.eval_graph.change_list import grouped
from coldpress.pipeline.equivalent import job_of
from coldpress.recipe_file import recipe_text
from coldpress.report.markup import tag
from coldpress.report.origin import versions
from coldpress.report.paper import folded, name_of, section, table
from coldpress.report.words import size_text
from coldpress.sentences import say_finding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

    from coldpress.eval_graph.change_list import ChangeGroup
    from coldpress.finding import Finding
    from coldpress.report.origin import Fingerprint
    from coldpress.report.paper import Paper

_SIGNS = {"block": "✗", "warning": "!", "note": "i"}
_TITLES = {"freeze_graph": "freeze_graph (TF 1.15)", "toco": "toco (TF 1.15)", "python": "Python (TF 2)"}


def changes(paper: Paper) -> Element:
    """Return what was changed to make the eval graph, by pattern."""
    words, eval_graph = paper.words, paper.outcome.eval_graph
    if not eval_graph.changes:
        return section(words("changes.title"), tag("p", words("changes.none")))
    before, after = len(paper.outcome.model.graph), len(eval_graph.graph)
    lead = words("changes.lead", count=len(eval_graph.changes), before=before, after=after)
    groups = [_group(paper, group) for group in grouped(eval_graph.changes)]
    return section(words("changes.title"), tag("p", lead, css="muted"), *groups)


def _group(paper: Paper, group: ChangeGroup) -> Element:
    words = paper.words
    rows = [(name_of(change.node), change.before, change.after) for change in group.changes]
    heads = [words("node"), words("before"), words("after")]
    return folded(group.title(words.language), table(heads, rows))


def findings(paper: Paper) -> Element:
    """Return every finding, the gravest first."""
    words, found = paper.words, paper.outcome.findings
    if not found:
        return section(words("findings.title"), tag("p", words("findings.none")))
    order = list(_SIGNS)
    items = [_finding(paper, finding) for finding in sorted(found, key=lambda one: order.index(str(one.severity)))]
    return section(words("findings.title"), tag("ul", *items, css="findings"))


def _finding(paper: Paper, finding: Finding) -> Element:
    sentence = say_finding(finding, language=paper.words.language)
    kind = str(finding.severity)
    sign = tag("span", _SIGNS[kind], css=f"sign {kind}", title=paper.words(f"severity.{kind}"))
    remedy = tag("p", f"→ {paper.hide(sentence.remedy)}", css="muted") if sentence.remedy else None
    code = tag("small", finding.code)
    return tag("li", sign, tag("div", tag("p", paper.hide(sentence.message), " ", code), remedy))


def recipe(paper: Paper) -> Element:
    """Return the recipe and the equivalent commands, to copy."""
    words = paper.words
    here = Path.cwd()
    text = recipe_text(paper.outcome.recipe, here, language=words.language)
    commands = equivalents(job_of(paper.outcome), language=words.language).texts(language=words.language)
    parts = [folded(_TITLES.get(name, name), tag("pre", paper.hide(each))) for name, each in commands.items()]
    lead = tag("p", words("recipe.lead"), css="muted")
    return section(words("recipe.title"), lead, folded("recipe.toml", tag("pre", paper.hide(text))), *parts)


def origin(paper: Paper, files: Sequence[Fingerprint]) -> Element:
    """Return versions, and the fingerprints of what went in and came out."""
    words = paper.words
    rows = [[name, version] for name, version in versions().items()]
    heads = [words("file"), words("role"), words("size"), "SHA-256"]
    return section(
        words("origin.title"),
        table(heads, [_file(paper, file) for file in files], right=(2,)),
        table([words("software"), words("version")], rows),
    )


def _file(paper: Paper, file: Fingerprint) -> list[str | Element]:
    words = paper.words
    name = name_of(file.name) if file.files == 1 else words("folder", name=file.name, files=file.files)
    digest = tag("code", file.sha256, css="digest") if file.sha256 else words("gone")
    return [name, words(f"role.{file.role}"), size_text(file.nbytes), digest]
