"""Choosing: several inputs and outputs, types that fit, what integers mean, samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QMenu
from tests.gui.conftest import wait_idle

from coldpress.recipe import InferenceType
from coldpress_gui.pages.types import TypesPage
from coldpress_gui.steps import StepId
from coldpress_gui.widgets.graph_model import NODE_MIME
from coldpress_gui.widgets.input_row import mean_std, real_range

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from coldpress.recipe import Recipe
    from coldpress_gui.window import Window

SOFTMAX, LOGITS = "Net/Predictions/Softmax", "Net/Logits/SpatialSqueeze"


def recipe_of(window: Window) -> Recipe:
    recipe = window.session.recipe
    assert recipe is not None
    return recipe


@pytest.fixture
def endpoints(opened: Window, qtbot: QtBot) -> Window:
    opened.wizard.go_to(StepId.ENDPOINTS)
    wait_idle(opened, qtbot)
    return opened


@pytest.fixture
def types(opened: Window, qtbot: QtBot) -> TypesPage:
    opened.wizard.go_to(StepId.TYPES)
    wait_idle(opened, qtbot)
    page = opened.pages[StepId.TYPES]
    assert isinstance(page, TypesPage)
    return page


def test_outputs_are_added_and_taken_away_by_keyboard(endpoints: Window, qtbot: QtBot) -> None:
    view = endpoints.endpoints_page.graph_view
    for name, keys in ((SOFTMAX, Qt.KeyboardModifier.NoModifier), (LOGITS, Qt.KeyboardModifier.ControlModifier)):
        view.go(name)
        view.tree.setFocus()
        QTest.keyClick(view.tree, Qt.Key.Key_Return, keys)
        wait_idle(endpoints, qtbot)
    assert recipe_of(endpoints).outputs == (f"{SOFTMAX}:0", f"{LOGITS}:0")
    assert endpoints.session.state.derived is not None
    assert len(endpoints.session.state.derived.eval_graph.outputs) == 2
    QTest.keyClick(view.tree, Qt.Key.Key_Delete)
    wait_idle(endpoints, qtbot)
    assert recipe_of(endpoints).outputs == (f"{SOFTMAX}:0",)
    view.go(SOFTMAX)
    QTest.keyClick(view.tree, Qt.Key.Key_Delete)
    wait_idle(endpoints, qtbot)
    assert recipe_of(endpoints).outputs == ()
    assert "Reshape_1" in str(endpoints.session.state.derived.choices.outputs)


def test_a_node_that_is_dropped_on_a_card_is_added(endpoints: Window, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setData(NODE_MIME, LOGITS.encode())
    none = Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
    endpoints.endpoints_page.outputs.dropEvent(event)
    wait_idle(endpoints, qtbot)
    assert recipe_of(endpoints).outputs == ("Net/Predictions/Reshape_1:0", f"{LOGITS}:0")


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)
def test_the_menu_key_offers_what_can_be_done_with_the_node(endpoints: Window, qtbot: QtBot) -> None:
    view = endpoints.endpoints_page.graph_view
    view.go(LOGITS)
    view._menu(view.tree.visualRect(view.tree.currentIndex()).center())
    menu = next(menu for menu in view.findChildren(QMenu) if menu.isVisible())
    texts = [action.text() for action in menu.actions()]
    assert "Add to the outputs" in texts
    menu.actions()[texts.index("Add to the outputs")].trigger()
    menu.close()
    wait_idle(endpoints, qtbot)
    assert len(recipe_of(endpoints).outputs) == 2


def test_the_consequence_follows_the_choice(endpoints: Window, qtbot: QtBot) -> None:
    page = endpoints.endpoints_page
    before = page.meaning.text()
    assert "178 of 2,390 nodes are kept" in before
    use = next(b for b in page.outputs.findChildren(QAbstractButton) if b.accessibleName().startswith("Use "))
    use.click()
    wait_idle(endpoints, qtbot)
    assert page.meaning.text() != before


def test_real_ranges_and_mean_and_std_are_one() -> None:
    assert mean_std(-1, 1) == (127.5, 127.5)
    assert mean_std(0, 1) == (0, 255)
    assert real_range(*mean_std(-2.0, 6.0)) == pytest.approx((-2, 6))


def test_a_real_range_that_is_typed_gives_mean_and_std(types: TypesPage) -> None:
    row = types.rows[0]
    row.low.setText("")
    row.high.setText("")
    QTest.keyClicks(row.low, "-1")
    QTest.keyClicks(row.high, "1")
    recipe = types.session.recipe
    assert recipe is not None
    assert (recipe.inputs[0].mean, recipe.inputs[0].std) == (127.5, 127.5)
    assert types.status.valid
    row.preset.setCurrentIndex(1)
    row.preset.activated.emit(1)
    assert (row.low.text(), row.high.text()) == ("0", "1")


def test_types_that_do_not_fit_are_disabled_and_say_why(types: TypesPage) -> None:
    button = types.types.buttons[InferenceType.FLOAT16]
    assert not button.isEnabled()
    assert "range" in button.accessibleDescription()
    assert types.types.buttons[InferenceType.UINT8].isEnabled()


def test_another_type_is_looked_at_and_named(types: TypesPage, opened: Window, qtbot: QtBot) -> None:
    types.types.chosen.emit("float32")
    wait_idle(opened, qtbot)
    assert types.status.valid
    assert "float32" in types.output.field.text()
    assert types.findings.isVisible()
    assert not types.default_ranges.isVisible()


def test_default_ranges_come_with_their_warning(types: TypesPage, opened: Window, qtbot: QtBot) -> None:
    assert not types.default_ranges.warning.isVisible()
    types.default_ranges.switch.click()
    wait_idle(opened, qtbot)
    assert recipe_of(opened).default_ranges == (0.0, 6.0)
    assert "meaningless" in types.default_ranges.warning.text()
    assert types.default_ranges.warning.isVisible()


@pytest.mark.parametrize(
    ("shape", "said"), [((7, 16, 16, 1), "7 samples"), ((7, 8, 8, 1), "[7, 8, 8, 1]"), (None, "not found")]
)
def test_samples_are_looked_at_before_they_are_used(
    types: TypesPage, opened: Window, qtbot: QtBot, tmp_path: Path, shape: tuple[int, ...] | None, said: str
) -> None:
    path = tmp_path / "x.npy"
    if shape:
        np.save(path, np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32))
    types.data.path.field.setText(str(path))
    types.data.path.field.editingFinished.emit()
    wait_idle(opened, qtbot)
    assert said in types.data.note.text() or (shape is None and types.data.note.property("tone") == "bad")
