"""The last two pages: a run as it goes on, as it fails, as it is stopped, and the sample by keyboard alone."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton, QWidget
from tests.gui.accessibility import nameless
from tests.gui.conftest import SAMPLE, ColdEngine, wait_idle
from tests.gui.gaps import GapMeter

from coldpress.errors import BlockedError, ConverterError
from coldpress.events import LogLine, Step, StepFinished, StepStarted
from coldpress.finding import Finding, Severity
from coldpress.recipe import InputChoice
from coldpress_gui.app import put_window_first
from coldpress_gui.pages.convert import ConvertPage
from coldpress_gui.pages.result import ResultPage
from coldpress_gui.session import Job, Session
from coldpress_gui.steps import StepId
from coldpress_gui.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from coldpress.cancel import CancelToken
    from coldpress.events import Listener
    from coldpress.pipeline.outcome import Outcome
    from coldpress.recipe import Recipe
    from coldpress_gui.app import App


class ScriptedEngine(ColdEngine):
    """Reads for real, and runs as a test says: raises ``error``, or goes on until it is cancelled."""

    error: BaseException | None = None

    def run(self, _recipe: Recipe, listener: Listener, cancel: CancelToken) -> Outcome:
        listener(StepStarted(Step.READ))
        listener(StepFinished(Step.READ, 0.1, {"nodes": 2390, "checkpoint": "/a/model.ckpt-1"}))
        listener(StepStarted(Step.CONVERT))
        for line in ("first line", "the fatal line", "last line"):
            listener(LogLine(line))
        if self.error is not None:
            raise self.error
        while True:
            cancel.check()
            QTest.qSleep(5)


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine()


@pytest.fixture
def ready(app: App, qtbot: QtBot, engine: ScriptedEngine, tmp_path: Path) -> Iterator[Window]:
    """Return a window in which everything is decided, on the page before the run."""
    window = Window(app, Session(engine))
    window.show()
    window.open(str(SAMPLE))
    wait_idle(window, qtbot)
    window.session.change(inputs=(InputChoice("input:0", mean=128.0, std=127.0),), output=str(tmp_path / "x.tflite"))
    wait_idle(window, qtbot)
    window.wizard.go_to(StepId.TYPES)
    yield window
    window.close()


def convert_page(window: Window) -> ConvertPage:
    page = window.pages[StepId.CONVERT]
    assert isinstance(page, ConvertPage)
    return page


def result_page(window: Window) -> ResultPage:
    page = window.pages[StepId.RESULT]
    assert isinstance(page, ResultPage)
    return page


def words_in(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_a_run_is_shown_and_can_be_stopped(ready: Window, qtbot: QtBot) -> None:
    ready.wizard.press_next()
    page = convert_page(ready)
    qtbot.waitUntil(lambda: "last line" in page.log.toPlainText(), timeout=180_000)
    assert page.status.busy
    assert page.cancel.isVisible()
    assert page.cancel.hasFocus()
    assert nameless(ready) == set()
    assert page.steps.lines[Step.READ].status == "done"
    assert page.steps.lines[Step.READ].detail.text() == "2,390 nodes · model.ckpt-1"
    assert page.steps.lines[Step.CONVERT].status == "running"
    QTest.keyClick(page.cancel, Qt.Key.Key_Space)
    wait_idle(ready, qtbot, timeout=30_000)
    assert page.steps.lines[Step.CONVERT].status == "stopped"
    assert "Nothing was written" in page.banner.accessibleName()
    assert page.start.isVisible()
    assert not page.status.valid


def test_a_failure_shows_its_line_and_leads_to_where_it_is_mended(
    ready: Window, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    engine.error = ConverterError("convert.no_ranges", log=("a", "the fatal line"), line="the fatal line")
    ready.wizard.press_next()
    wait_idle(ready, qtbot)
    page = convert_page(ready)
    assert page.status.error
    assert page.steps.lines[Step.CONVERT].status == "failed"
    assert page.log.textCursor().block().text() == "the fatal line"
    button = next(button for button in page.banner.findChildren(QPushButton) if button.isVisible())
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert ready.wizard.currentId() == StepId.TYPES
    assert ready.rail.steps[StepId.CONVERT].state == "error"


def test_a_finding_that_stops_the_run_can_be_accepted(ready: Window, qtbot: QtBot, engine: ScriptedEngine) -> None:
    engine.error = BlockedError([Finding("convert.batch_norm_training", Severity.BLOCK, ("bn",), {"node": "bn"})])
    ready.wizard.press_next()
    wait_idle(ready, qtbot)
    page = convert_page(ready)
    assert page.findings.isVisible()
    assert "bn" in words_in(page.findings)
    box = next(box for box in page.findings.findChildren(QCheckBox) if box.isVisible())
    QTest.keyClick(box, Qt.Key.Key_Space)
    recipe = ready.session.recipe
    assert recipe is not None
    assert "convert.batch_norm_training" in recipe.accept


def test_an_error_that_nobody_foresaw_leaves_the_window_alive(
    ready: Window, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    engine.error = ValueError("surprise")
    ready.wizard.press_next()
    qtbot.waitUntil(lambda: ready.app.reporter.dialog is not None, timeout=180_000)
    dialog = ready.app.reporter.dialog
    assert dialog is not None
    assert "surprise" in dialog.report
    dialog.accept()
    wait_idle(ready, qtbot)
    assert "surprise" in convert_page(ready).status.error


@pytest.fixture
def _as_in_the_program() -> Iterator[None]:
    before = sys.getswitchinterval()
    put_window_first()
    yield
    sys.setswitchinterval(before)


def press(key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifiers[0] if modifiers else Qt.KeyboardModifier.NoModifier)


def tab_to(target: QWidget) -> None:
    for _ in range(100):
        if target.hasFocus():
            return
        press(Qt.Key.Key_Tab)
    pytest.fail(f"{type(target).__name__} cannot be reached by Tab")


@pytest.mark.tensorflow
@pytest.mark.usefixtures("_as_in_the_program")
def test_the_sample_by_keyboard_alone(window: Window, qtbot: QtBot) -> None:
    ready = window.session.tasks.run(window.session.engine.get_ready, alone=True)
    with qtbot.waitSignal(ready.finished, timeout=180_000):
        pass
    forward = Qt.KeyboardModifier.AltModifier
    with GapMeter() as meter:
        meter.begin("load")
        tab_to(window.files_page.sample)
        press(Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: window.session.state.derived is not None, timeout=180_000)
        wait_idle(window, qtbot)
        meter.begin("navigate")
        for step in (StepId.EVAL_GRAPH, StepId.ENDPOINTS, StepId.TYPES):
            press(Qt.Key.Key_Right, forward)
            assert window.wizard.currentId() == step
            wait_idle(window, qtbot)
        meter.begin("run")
        press(Qt.Key.Key_Right, forward)
        qtbot.waitUntil(lambda: Job.RUN not in window.session.state.busy, timeout=180_000)
    assert window.session.state.problems == ()
    wait_idle(window, qtbot)
    qtbot.waitUntil(result_page(window).numbers.errors.isVisible, timeout=180_000)
    _assert_result(window, qtbot, Path.home() / "Documents")
    # A bound against blocking; how short the gaps are, the meter tells.
    assert meter.longest("load", "navigate", "run").own < 1, meter.summary()


def _assert_result(window: Window, qtbot: QtBot, folder: Path) -> None:
    page = result_page(window)
    assert window.wizard.currentId() == StepId.RESULT
    assert nameless(window) == set()
    assert page.status.valid
    assert page.tabs.hasFocus()
    assert "Verified" in page.banner.accessibleName()
    outcome = window.session.state.outcome
    assert outcome is not None
    assert outcome.output is not None
    assert outcome.output.resolve().parent == folder.resolve()
    assert outcome.output.is_file()
    assert page.numbers.scatter.isVisible()
    assert {"freeze_graph (TF 1.15)", "toco (TF 1.15)", "Python (TF 2)", "Recipe"} == {
        page.commands.choice.itemText(number) for number in range(page.commands.choice.count())
    }
    _assert_commands_can_be_run(window, page, qtbot, folder)
    page.commands.choice.setCurrentIndex(3)
    assert "[source]" in page.commands.view.toPlainText()
    _assert_links_and_staleness(window, page)


def _assert_commands_can_be_run(window: Window, page: ResultPage, qtbot: QtBot, folder: Path) -> None:
    """Every file that the copied commands read is there, whatever folder it is kept in."""
    with qtbot.waitSignal(page.keeper.commands_ready, timeout=180_000):
        page.copy_commands.click()
    assert "freeze_graph" in QApplication.clipboard().text()
    assert page.note.isVisible()
    kept = folder / "kept"
    outcome, papers = window.session.state.outcome, page._papers
    assert outcome is not None
    assert papers is not None
    with qtbot.waitSignal(page.keeper.kept, timeout=180_000):
        page.keeper.save_everything(outcome, papers, kept)
    for name in ("eval_graph.pb", "frozen.pb", "recipe.toml", "report.html", "report.json"):
        assert (kept / name).is_file()
    assert str(kept) in page.commands.view.toPlainText()
    with qtbot.waitSignal(page.keeper.commands_ready):
        page.copy_commands.click()
    for text in (QApplication.clipboard().text(), *papers.commands.values()):
        for path in re.findall(r"[^\s='\"]+\.(?:pb|meta)\b", text):
            assert Path(path).is_file(), path


def _assert_links_and_staleness(window: Window, page: ResultPage) -> None:
    page.tabs.setCurrentIndex(1)
    layers = page.layers.list
    losses = [layer.loss_db for layer in layers.rows_model.rows]
    assert losses
    assert losses == sorted(losses, reverse=True)
    layers.activated.emit(layers.rows_model.index(0, 0))
    assert window.wizard.currentId() == StepId.ENDPOINTS
    assert window.endpoints_page.graph_view.current_node() == layers.rows_model.rows[0].name
    window.session.change(seed=1)
    assert window.rail.steps[StepId.CONVERT].state == "stale"
    window.session.change(seed=0)
    assert window.rail.steps[StepId.CONVERT].state == "done"
    window.wizard.go_to(StepId.RESULT)
    assert window.wizard.currentId() == StepId.RESULT
