"""Page 6 with a real result: every tab, every type side by side, reports on the disk."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QFileDialog
from tests.gui.conftest import wait_idle

from coldpress.pipeline.all_types import TypeStatus
from coldpress.recipe import InferenceType, InputChoice
from coldpress_gui.pages.result import ResultPage
from coldpress_gui.session import Job
from coldpress_gui.steps import StepId

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from coldpress_gui.window import Window

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def page(opened: Window, qtbot: QtBot, tmp_path: Path) -> ResultPage:
    """Return the page of the result, after a run of the sample."""
    session = opened.session
    assert session.state.derived is not None
    (first,) = session.state.derived.choices.input_choices
    session.change(inputs=(replace(first, mean=128.0, std=127.0),), output=str(tmp_path / "digits.tflite"))
    wait_idle(opened, qtbot)
    session.run()
    qtbot.waitUntil(lambda: Job.RUN not in session.state.busy, timeout=180_000)
    assert session.state.problems == ()
    opened.wizard.go_to(StepId.RESULT)
    wait_idle(opened, qtbot)
    found = opened.pages[StepId.RESULT]
    assert isinstance(found, ResultPage)
    return found


def _open(page: ResultPage, title: str) -> None:
    titles = [page.tabs.tabText(number) for number in range(page.tabs.count())]
    page.tabs.setCurrentIndex(titles.index(title))


def _saves_to(monkeypatch: pytest.MonkeyPatch, path: Path, kind: str) -> None:
    """Let the next dialog answer ``path``."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(path), kind))


def test_the_page_of_a_result(
    page: ResultPage, opened: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _look_at_tabs(page)
    _save_reports(page, opened, qtbot, tmp_path, monkeypatch)
    _try_types(page, opened, qtbot, tmp_path, monkeypatch)


def _look_at_tabs(page: ResultPage) -> None:
    outcome = page.session.state.outcome
    assert outcome is not None
    assert "float32" in page.cards.size_card.accessibleName()
    assert not page.latency.table.rows_model.rows, "a tab is filled when it is seen"
    _open(page, "Latency")
    rows = page.latency.table.rows_model.rows
    assert [entry.name for entry in rows if entry.own] == ["uint8"] * len(outcome.timings)
    assert [entry.name for entry in rows if not entry.own] == ["float32"] * len(outcome.timings)
    _open(page, "Inside the file")
    kinds = page.inside.operations.rows_model.rows
    assert sum(kind.nbytes for kind in kinds) == outcome.checked.nbytes
    _open(page, "Layers")
    assert not page.layers.to_tree.isEnabled()
    assert outcome.verification is not None
    page.layers.plot.layer_clicked.emit(outcome.verification.layers[2])
    assert page.layers.list.layer is outcome.verification.layers[2]
    assert page.layers.to_tree.isEnabled()
    assert page.banner.isVisible()
    # A picture needs the room: only the line is left of the verdict.
    page.frozen_picture.show_model(None)
    page.tabs.setCurrentWidget(page.frozen_picture)
    assert page.line.isVisible()
    assert "Verified" in page.line.accessibleName()
    assert not page.banner.isVisible()
    _open(page, "Numbers")
    assert page.banner.isVisible()
    assert not page.line.isVisible()


def _save_reports(
    page: ResultPage, opened: Window, qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, kind, written in (
        ("report.html", "Web page (*.html)", "report.html"),
        ("figures", "JSON (*.json)", "figures.json"),
    ):
        _saves_to(monkeypatch, folder / name, kind)
        page.save_report.click()
        wait_idle(opened, qtbot)
        assert (folder / written).is_file()
    assert (folder / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    data = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    assert data["latency"]
    assert data["layers"]
    assert str(folder) not in json.dumps(data), "a report that is sent tells no folder"


def _try_types(page: ResultPage, opened: Window, qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _open(page, "All types")
    types = page.types
    types.begin.click()
    assert types.cancel.isVisible()
    wait_idle(opened, qtbot)
    assert types.comparison is not None
    statuses = {result.inference_type: result.status for result in types.comparison.results}
    assert statuses[InferenceType.UINT8] is TypeStatus.VERIFIED
    assert statuses[InferenceType.INT8] is TypeStatus.UNFIT
    assert types.picture.isVisible()
    rows = types.table.rows_model
    row_of = {result.inference_type: number for number, result in enumerate(rows.rows)}
    types.table.setCurrentIndex(rows.index(row_of[InferenceType.INT8], 0))
    assert not types.keep.isEnabled()
    assert types.why.text()
    types.table.setCurrentIndex(rows.index(row_of[InferenceType.FLOAT32], 0))
    _saves_to(monkeypatch, folder / "digits_float32.tflite", "")
    types.keep.click()
    wait_idle(opened, qtbot)
    assert (folder / "digits_float32.tflite").stat().st_size > 8000
    _saves_to(monkeypatch, folder / "types.html", "")
    types.save_report.click()
    wait_idle(opened, qtbot)
    assert "float32" in (folder / "types.html").read_text(encoding="utf-8")
    _show_another(page, opened, qtbot)


def _show_another(page: ResultPage, opened: Window, qtbot: QtBot) -> None:
    page.types.show_result.click()
    wait_idle(opened, qtbot)
    state = opened.session.state
    assert state.outcome is not None
    assert state.outcome.choices.inference_type is InferenceType.FLOAT32
    assert state.recipe is not None
    assert state.recipe.inference_type is InferenceType.FLOAT32
    assert not state.outcome_stale
    assert "float32" in page.cards.io_card.accessibleName()
    # Other decisions: the figures are still there, and are said to be of before.
    _open(page, "All types")
    opened.session.change(inputs=(InputChoice(state.recipe.inputs[0].tensor, mean=0.0, std=255.0),))
    wait_idle(opened, qtbot)
    assert page.types.note.isVisible()
    assert not page.types.show_result.isEnabled()
