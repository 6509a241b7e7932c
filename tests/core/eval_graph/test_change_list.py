"""The change list, grouped, as text and as JSON."""

from __future__ import annotations

import json

import pytest

from coldpress.eval_graph.change import Change, ChangeKind
from coldpress.eval_graph.change_list import as_json, as_text, grouped
from coldpress.sentences import LANGUAGES, say

CHANGES = (
    Change(ChangeKind.INPUT, "next", "next:0 of IteratorGetNext", "Placeholder", "eval_graph.recognised.input"),
    Change(ChangeKind.BATCH_NORM, "bn1", "batch", "moving"),
    Change(ChangeKind.BATCH_NORM, "bn2", "batch", "moving"),
)


def test_groups_are_counted_in_the_order_of_the_patterns() -> None:
    groups = grouped(CHANGES)
    assert [(group.kind, len(group.changes)) for group in groups] == [("batch_norm", 2), ("input", 1)]
    assert groups[0].title() == "Batch norm (2)"


def test_json_keeps_the_order_of_the_rewrite() -> None:
    entries = json.loads(as_json(CHANGES))
    assert [entry["node"] for entry in entries] == ["next", "bn1", "bn2"]
    assert set(entries[0]) == {"kind", "node", "before", "after", "recognised"}


def test_text_shows_before_and_after() -> None:
    assert as_text(CHANGES).splitlines()[:4] == ["Batch norm (2)", "  bn1", "    - batch", "    + moving"]
    assert as_text(()) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_pattern_has_a_name(language: str) -> None:
    for kind in ChangeKind:
        assert not say(f"eval_graph.kind.{kind}", language=language).message.startswith("eval_graph")
