"""The change list, grouped, as text and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from coldpress.errors import OutputError
from coldpress.eval_graph.change import Change, ChangeKind
from coldpress.eval_graph.change_list import as_json, as_text, grouped, summary, write_changes
from coldpress.sentences import LANGUAGES, say

if TYPE_CHECKING:
    from pathlib import Path

CHANGES = (
    Change(ChangeKind.INPUT, "next", "next:0 of IteratorGetNext", "Placeholder", "eval_graph.recognised.input"),
    Change(ChangeKind.BATCH_NORM, "bn1", "batch", "moving"),
    Change(ChangeKind.BATCH_NORM, "bn2", "batch", "moving"),
)


def test_groups_are_counted_in_the_order_of_the_patterns() -> None:
    groups = grouped(CHANGES)
    assert [(group.kind, len(group.changes)) for group in groups] == [("batch_norm", 2), ("input", 1)]
    assert groups[0].title() == "Batch norms (2)"
    assert summary(CHANGES) == "Batch norms (2), Inputs (1)"
    assert summary(CHANGES, language="zh_CN") == "批归一化 (2)、输入 (1)"


def test_json_keeps_the_order_of_the_rewrite() -> None:
    data = json.loads(as_json(CHANGES))
    assert data["counts"] == {"batch_norm": 2, "input": 1}
    assert [entry["node"] for entry in data["changes"]] == ["next", "bn1", "bn2"]
    assert set(data["changes"][0]) == {"kind", "node", "before", "after", "recognised"}


def test_text_shows_before_and_after() -> None:
    lines = as_text(CHANGES).splitlines()
    assert lines[:2] == ["Batch norms (2), Inputs (1)", ""]
    assert lines[2:6] == ["Batch norms (2)", "  bn1", "    - batch", "    + moving"]
    assert as_text(()) == ""


def test_the_name_of_a_file_says_how_it_is_written(tmp_path: Path) -> None:
    write_changes(tmp_path / "a.json", CHANGES)
    write_changes(tmp_path / "a.txt", CHANGES)
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["counts"]["batch_norm"] == 2
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == as_text(CHANGES)
    with pytest.raises(OutputError):
        write_changes(tmp_path / "nowhere" / "a.txt", CHANGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_pattern_has_a_name(language: str) -> None:
    for kind in ChangeKind:
        assert not say(f"eval_graph.kind.{kind}", language=language).message.startswith("eval_graph")
