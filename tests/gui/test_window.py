"""The window on the sample: what pages say, what the shell does, what a keyboard can reach."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QMenuBar,
    QWidget,
    QWizard,
)
from tests.gui.conftest import SAMPLE, ColdEngine, wait_idle

from coldpress.graph.search import SearchMode
from coldpress.recipe import InferenceType
from coldpress_gui.pages.eval_graph import EvalGraphPage
from coldpress_gui.pages.types import TypesPage
from coldpress_gui.places import default_output, documents
from coldpress_gui.session import Job, Session
from coldpress_gui.steps import StepId
from coldpress_gui.window import Window

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from coldpress_gui.app import App

FIXTURES = Path(__file__).parents[1] / "fixtures"


def next_button(window: Window) -> QAbstractButton:
    return window.wizard.button(QWizard.WizardButton.NextButton)


def types_page(window: Window) -> TypesPage:
    page = window.pages[StepId.TYPES]
    assert isinstance(page, TypesPage)
    return page


def test_the_window_waits_for_none_of_the_engine() -> None:
    heavy = ("tensorflow", "numpy", "google.protobuf", "PIL", "pyqtgraph", "ai_edge_litert")
    code = f"import sys, coldpress_gui.app; print([name for name in {heavy} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


def test_the_first_window_waits_for_the_first_page_alone(app: App, qtbot: QtBot) -> None:
    window = Window(app, Session(ColdEngine()))
    assert [page.step for page in window.pages.so_far()] == [StepId.FILES]
    window.show()
    qtbot.waitUntil(lambda: len(window.pages.so_far()) == len(StepId))
    assert [window.wizard.page(step) for step in StepId] == list(window.pages.so_far())
    window.close()


def test_a_page_that_is_wanted_before_its_turn_is_made_at_once(app: App, qtbot: QtBot) -> None:
    window = Window(app, Session(ColdEngine()))
    window.open(str(SAMPLE))
    wait_idle(window, qtbot)
    window.pages[StepId.RESULT]
    window.wizard.go_to(StepId.TYPES)
    assert window.wizard.currentId() == StepId.TYPES
    window.close()


def test_an_empty_window_says_what_to_do(window: Window) -> None:
    assert not next_button(window).isEnabled()
    assert window.files_page.status.error
    assert window.files_page.drop_zone.hasFocus()
    assert "Drop a model here" in window.files_page.drop_zone.accessibleName()


def test_the_sample_is_read_and_the_steps_fill_in(opened: Window) -> None:
    state = opened.session.state
    assert state.model is not None
    assert state.derived is not None
    assert next_button(opened).isEnabled()
    assert "2400" in opened.rail.steps[0].figures
    assert "94 variables" in opened.ribbon.accessibleName()
    assert "2,390 nodes" in opened.ribbon.accessibleName()
    assert opened.windowTitle().startswith("train")
    assert str(SAMPLE) in opened.app.settings.value.recent


def test_next_and_back_keep_every_choice(opened: Window) -> None:
    for step in (StepId.EVAL_GRAPH, StepId.ENDPOINTS, StepId.TYPES):
        opened.wizard.press_next()
        assert opened.wizard.currentId() == step
    row = types_page(opened).rows[0]
    row.mean.setText("128")
    row.std.setText("127")
    row.std.textEdited.emit("127")
    for _ in range(3):
        opened.wizard.press_back()
    assert opened.wizard.currentId() == StepId.FILES
    recipe = opened.session.recipe
    assert recipe is not None
    assert (recipe.inputs[0].mean, recipe.inputs[0].std) == (128, 127)
    opened.wizard.go_to(StepId.TYPES)
    assert types_page(opened).rows[0].mean.text() == "128"


def test_a_step_whose_predecessors_are_not_done_is_locked(opened: Window) -> None:
    opened.wizard.go_to(StepId.RESULT)
    assert opened.wizard.currentId() == StepId.TYPES
    assert not next_button(opened).isEnabled()
    assert "mean" in next_button(opened).toolTip()
    assert not opened.rail.steps[StepId.CONVERT].isEnabled()


def test_another_checkpoint_reads_again_and_keeps_the_output(opened: Window, qtbot: QtBot) -> None:
    opened.session.change(outputs=("Net/Logits/SpatialSqueeze:0",))
    wait_idle(opened, qtbot)
    other = str(SAMPLE / "model.ckpt-1000")
    opened.session.change(checkpoint=other)
    assert Job.LOAD in opened.session.state.busy
    wait_idle(opened, qtbot)
    state = opened.session.state
    assert state.model is not None
    assert state.model.checkpoint is not None
    assert state.model.checkpoint.prefix == other
    assert state.derived is not None
    assert [str(ref) for ref in state.derived.choices.outputs] == ["Net/Logits/SpatialSqueeze:0"]


def test_what_an_input_means_does_not_make_the_eval_graph_again(opened: Window) -> None:
    derived = opened.session.state.derived
    opened.wizard.go_to(StepId.TYPES)
    row = types_page(opened).rows[0]
    row.mean.setText("1")
    row.edited.emit()
    assert opened.session.state.derived is derived
    assert Job.DERIVE not in opened.session.state.busy


def test_a_training_graph_is_called_one_and_its_changes_are_listed(opened: Window) -> None:
    opened.wizard.go_to(StepId.EVAL_GRAPH)
    page = opened.pages[StepId.EVAL_GRAPH]
    assert isinstance(page, EvalGraphPage)
    assert "Training graph" in page.banner.accessibleName()
    model = page.changes.model()
    assert model.rowCount() > 1
    assert "FusedBatchNorm" in page.evidence.text()
    assert "Quantization ranges (" in page.summary.text()


def test_the_list_of_changes_is_saved_and_a_refusal_is_said_below_it(
    opened: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.wizard.go_to(StepId.EVAL_GRAPH)
    page = opened.pages[StepId.EVAL_GRAPH]
    assert isinstance(page, EvalGraphPage)
    for chosen, kind in (("a", "JSON (*.json)"), ("a", "Text (*.txt)"), ("nowhere/a.txt", "")):
        answer = (str(tmp_path / chosen), kind)
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_asked, answer=answer: answer)
        page.saved.hide()
        page.export.click()
        qtbot.waitUntil(lambda: page.saved.isVisible() and page.export.isEnabled())
    assert "nowhere" in page.saved.text()
    assert page.saved.property("tone") == "bad"
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["counts"]["fake_quant"] > 1
    assert (tmp_path / "a.txt").read_text(encoding="utf-8").startswith(page.summary.text().splitlines()[1])


@pytest.mark.parametrize("name", ["misnamed/empty.pb", "misnamed/text.pb", "truncated_index"])
def test_what_cannot_be_read_is_said_on_the_page(window: Window, qtbot: QtBot, name: str) -> None:
    window.open(str(FIXTURES / "broken" / name))
    wait_idle(window, qtbot)
    page = window.files_page
    assert page.banner.isVisible()
    assert page.status.error
    assert not next_button(window).isEnabled()
    window.open(str(SAMPLE))
    wait_idle(window, qtbot)
    assert not page.banner.isVisible()
    assert next_button(window).isEnabled()


def test_reading_can_be_cancelled(window: Window, qtbot: QtBot) -> None:
    window.open(str(SAMPLE))
    assert window.files_page.status.busy
    window.files_page.progress.cancel_button.click()
    wait_idle(window, qtbot)
    assert window.session.state.model is None
    assert window.session.state.problem(Job.LOAD) is None


def test_a_model_can_be_dropped_anywhere(window: Window, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(SAMPLE))])
    none = Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
    window.dropEvent(event)
    wait_idle(window, qtbot)
    assert window.session.state.model is not None


def test_a_node_is_searched_selected_and_chosen_by_keyboard(opened: Window, qtbot: QtBot) -> None:
    opened.wizard.go_to(StepId.ENDPOINTS)
    wait_idle(opened, qtbot)
    view = opened.endpoints_page.graph_view
    assert view.search.field.hasFocus()
    QTest.keyClicks(view.search.field, "spatialsqueeze")
    assert view.search.hits.text().endswith("hits") or view.search.hits.text().endswith("hit")
    QTest.keyClick(view.search.field, Qt.Key.Key_Return)
    assert view.table.hasFocus()
    assert view.current_node() == "Net/Logits/SpatialSqueeze"
    QTest.keyClick(view.table, Qt.Key.Key_Return)
    wait_idle(opened, qtbot)
    recipe = opened.session.recipe
    assert recipe is not None
    assert recipe.outputs == ("Net/Logits/SpatialSqueeze:0",)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.search.text == ""


def test_a_pasted_name_is_found(opened: Window, qtbot: QtBot) -> None:
    opened.wizard.go_to(StepId.ENDPOINTS)
    wait_idle(opened, qtbot)
    view = opened.endpoints_page.graph_view
    QApplication.clipboard().setText("Net/Predictions/Softmax:0")
    view.search.field.paste()
    assert view.current_node() == "Net/Predictions/Softmax"
    first = view.current_node()
    view.go("Net/Logits/SpatialSqueeze")
    view.back.click()
    assert view.current_node() == first
    view.forward.click()
    assert view.current_node() == "Net/Logits/SpatialSqueeze"


def test_the_way_to_search_is_remembered(window: Window, app: App, qtbot: QtBot) -> None:
    view = window.endpoints_page.graph_view
    view.search.set_mode("regex")
    view.search.mode_box.activated.emit(view.search.mode_box.currentIndex())
    view.flat.click()
    window.close()
    another = Window(app, Session(ColdEngine()))
    qtbot.addWidget(another)
    assert another.endpoints_page.graph_view.search.mode is SearchMode.REGEX
    assert another.endpoints_page.graph_view.flat.isChecked()


def test_results_go_beside_the_model_or_to_the_documents(window: Window, tmp_path: Path) -> None:
    model = tmp_path / "net.pb"
    assert default_output(str(model), InferenceType.UINT8) == tmp_path / "net_uint8.tflite"
    assert default_output(str(tmp_path), InferenceType.FLOAT32).parent == tmp_path.parent
    assert default_output(str(SAMPLE), InferenceType.UINT8).parent == documents()
    assert documents() == Path.home() / "Documents"


def test_the_window_changes_its_language_while_it_is_open(opened: Window, app: App, qtbot: QtBot) -> None:
    app.set_language("zh_CN")
    qtbot.waitUntil(lambda: opened.files_page.title_label.text() == "模型文件", timeout=180_000)
    assert next_button(opened).text() == "下一步"
    assert opened.rail.steps[0].text() == "模型文件"
    menu_bar = opened.menuBar()
    assert isinstance(menu_bar, QMenuBar)
    assert "文件" in menu_bar.actions()[0].text()
    app.set_language("en")
    qtbot.waitUntil(lambda: opened.files_page.title_label.text() == "Model files", timeout=180_000)


@pytest.mark.parametrize("theme", ["dark", "light", "system"])
def test_the_theme_changes_while_the_window_is_open(opened: Window, app: App, theme: str) -> None:
    app.set_theme(theme)
    assert app.settings.value.theme == theme


def test_no_part_flashes_up_as_a_window_of_its_own(window: Window, app: App, qtbot: QtBot) -> None:
    seen = _Windows()
    app.installEventFilter(seen)
    window.open(str(SAMPLE))
    wait_idle(window, qtbot)
    for step in (StepId.EVAL_GRAPH, StepId.ENDPOINTS, StepId.TYPES):
        window.wizard.go_to(step)
        wait_idle(window, qtbot)
    app.removeEventFilter(seen)
    assert seen.names == []


class _Windows(QObject):
    """Notes every widget that is shown without a parent."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.names.append(type(watched).__name__)
        return False


def test_the_learn_panel_gives_way_in_a_narrow_window(opened: Window) -> None:
    opened.resize(1280, 800)
    assert opened.learn.isVisible()
    opened.resize(1024, 700)
    assert not opened.learn.isVisible()
    opened.resize(1280, 800)
    opened.toggle_learn()
    assert not opened.learn.isVisible()
    assert not opened.app.settings.value.learn_visible


def test_the_size_of_the_window_is_remembered(window: Window) -> None:
    window.resize(1111, 777)
    window.close()
    assert window.app.settings.value.geometry
