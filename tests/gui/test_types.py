"""Page 4: shapes that are followed through the graph, previews, ranges for single tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from PySide6.QtTest import QTest
from tests.core.worker.graphs import GraphBuilder, trained_graph
from tests.gui.conftest import wait_idle

from coldpress.finding import Finding, Severity
from coldpress.pipeline.survey import ShapeAnswer
from coldpress.recipe import InputChoice, RangeChoice, Recipe
from coldpress.route.shapes import complete_choices
from coldpress.route.status import step_status
from coldpress_gui.pages.types import TypesPage
from coldpress_gui.steps import StepId
from coldpress_gui.widgets.basics import Label
from coldpress_gui.widgets.pictures import pixmap_of

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from coldpress.eval_graph.rewrite import EvalGraph
    from coldpress_gui.engine import Engine
    from coldpress_gui.window import Window


def _types_page(window: Window, qtbot: QtBot) -> TypesPage:
    window.wizard.go_to(StepId.TYPES)
    wait_idle(window, qtbot)
    page = window.pages[StepId.TYPES]
    assert isinstance(page, TypesPage)
    return page


@pytest.fixture
def types(opened: Window, qtbot: QtBot) -> TypesPage:
    return _types_page(opened, qtbot)


def _answer(page: TypesPage, finding: Finding | None = None) -> ShapeAnswer:
    state = page.session.state
    assert state.derived is not None
    shapes = {"Net/Predictions/Reshape_1:0": (1, 10)}
    return ShapeAnswer(state.derived.eval_graph.graph, complete_choices(state), shapes, finding)


def test_shapes_that_fit_are_said_and_those_that_break_stop(types: TypesPage) -> None:
    note = types.inputs_card.shapes
    types.inputs_card.shape_check.stop()
    types.session.note_shapes(_answer(types))
    note.show_busy(busy=False)
    assert "Net/Predictions/Reshape_1:0 1 × 10" in note.text()
    types.rows[0].preset.setCurrentIndex(3)
    types.rows[0].preset.activated.emit(3)
    assert step_status(types.session.state, StepId.TYPES).valid
    facts = {
        "node": "Net/c0",
        "operation": "Conv2D",
        "shapes": "input:0 [1, 5]",
        "chosen": "input:0 [1, 5]",
        "line": ".",
    }
    types.session.note_shapes(_answer(types, Finding("shapes.breaks", Severity.BLOCK, ("Net/c0",), facts)))
    assert not types.status.valid
    assert "Net/c0" in types.status.error
    assert "do not fit" in note.text()
    # What was said of other shapes counts no more.
    types.rows[0].fields[0].setText("2")
    types.rows[0].fields[0].textEdited.emit("2")
    assert types.status.valid


def test_shapes_are_asked_for_once_typing_pauses(
    types: TypesPage, opened: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int | None, ...] | None] = []

    def ask(_engine: Engine, eval_graph: EvalGraph, inputs: tuple[InputChoice, ...]) -> ShapeAnswer:
        asked.append(inputs[0].shape)
        return ShapeAnswer(eval_graph.graph, inputs, {})

    monkeypatch.setattr(type(opened.session.engine), "ask_shapes", ask)
    field = types.rows[0].fields[0]
    field.setText("")
    QTest.keyClicks(field, "12")
    qtbot.waitUntil(lambda: bool(asked), timeout=60_000)
    wait_idle(opened, qtbot)
    assert asked == [(12, 16, 16, 1)]


def test_the_preview_follows_mean_and_std_and_the_data(
    types: TypesPage, opened: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    row = types.rows[0]

    def says(*words: str) -> None:
        qtbot.waitUntil(lambda: all(word in row.preview.values.text() for word in words), timeout=60_000)

    row.preset.setCurrentIndex(1)
    row.preset.activated.emit(1)
    says("Test picture", "from 0 to 1")
    assert not row.preview.picture.pixmap().isNull()
    row.preset.setCurrentIndex(2)
    row.preset.activated.emit(2)
    says("from -1 to 1")
    np.save(tmp_path / "x.npy", np.full((3, 16, 16, 1), 5.0, np.float32))
    types.data.path.field.setText(str(tmp_path / "x.npy"))
    types.data.path.field.editingFinished.emit()
    says("First sample")
    assert "100%" in row.preview.verdict.text()
    wait_idle(opened, qtbot)


def test_mean_and_std_are_asked_for_a_folder_of_images_too(
    types: TypesPage, opened: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    for number in range(3):
        Image.fromarray(np.full((20, 40, 3), 80 * number, np.uint8)).save(tmp_path / f"{number}.png")
    types.types.chosen.emit("float32")
    wait_idle(opened, qtbot)
    assert not types.rows[0].mean.isVisible()
    types.data.path.field.setText(str(tmp_path))
    types.data.path.field.editingFinished.emit()
    wait_idle(opened, qtbot)
    assert types.rows[0].mean.isVisible()
    assert types.data.facts is not None
    assert [picture.shape for picture in types.data.facts.pictures] == [(16, 16, 1)] * 3
    assert types.data.pictures.isVisible()
    types.data.crop.click()
    wait_idle(opened, qtbot)
    recipe = types.session.recipe
    assert recipe is not None
    assert recipe.crop_images


def test_pictures_of_any_channels() -> None:
    for channels in (1, 3, 4):
        assert pixmap_of(np.zeros((8, 4, channels), np.uint8), 64).height() == 64
    assert pixmap_of(np.zeros((1000, 2000, 3), np.uint8), 64).width() == 64


def _missed_addition(path: Path) -> str:
    build = trained_graph(low=0.0, high=6.0)
    added = build.node("AddV2", "added", "y", "y", T="float32")
    weights = build.fake_quant("w2_quant", build.weights("w2", 4, 4), -2.0, 3.0)
    build.fake_quant("z", build.matmul("m2", added, weights), -20.0, 20.0)
    return build.save(path)


def test_a_tensor_without_a_range_gets_a_row(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    choice = InputChoice("x:0", (1, 8), 128, 127)
    window.session.open_recipe(Recipe(_missed_addition(tmp_path / "g.pb"), inputs=(choice,), outputs=("z",)))
    wait_idle(window, qtbot)
    page = _types_page(window, qtbot)
    assert not page.status.valid
    assert list(page.ranges.rows) == ["added"]
    low, high = page.ranges.rows["added"]
    QTest.keyClicks(low, "3")
    QTest.keyClicks(high, "12")
    high.editingFinished.emit()
    assert high.property("invalid")
    low.setText("0")
    low.editingFinished.emit()
    wait_idle(window, qtbot)
    recipe = page.session.recipe
    assert recipe is not None
    assert recipe.ranges == (RangeChoice("added", 0.0, 12.0),)
    assert step_status(page.session.state, StepId.TYPES).valid
    assert list(page.ranges.rows) == ["added"]
    assert "added</a> [0, 12]" in " ".join(label.text() for label in page.findings.findChildren(Label))


def test_a_graph_of_several_inputs_without_pictures(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    build = GraphBuilder()
    first, second = build.placeholder((None, 4), "a"), build.placeholder((None, 4), "b")
    ranged = [build.fake_quant(f"{name}_q", name, -1.0, 1.0) for name in (first, second)]
    build.fake_quant("y", build.node("AddV2", "sum", *ranged, T="float32"), -2.0, 2.0)
    choices = (InputChoice("a:0", (1, 4), 127.5, 127.5), InputChoice("b:0", (1, 4), 0.0, 255.0))
    window.session.open_recipe(Recipe(build.save(tmp_path / "g.pb"), inputs=choices, outputs=("y",)))
    wait_idle(window, qtbot)
    page = _types_page(window, qtbot)
    right, wrong = page.rows
    qtbot.waitUntil(lambda: bool(wrong.preview.verdict.text()), timeout=60_000)
    assert "Fits" in right.preview.verdict.text()
    assert "-1 to 1" in wrong.preview.verdict.text()
    assert wrong.preview.verdict.property("tone") == "bad"
    assert not right.preview.picture.isVisible()
