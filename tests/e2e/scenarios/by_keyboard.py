"""``coldpress PATH`` on the float model, by keyboard alone; other language, theme and window on the way; Cancel."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWizard
from tests.e2e import driver, netron

from coldpress.events import Step
from coldpress_gui.pages.convert import ConvertPage
from coldpress_gui.pages.result import ResultPage
from coldpress_gui.steps import StepId

if TYPE_CHECKING:
    from tests.e2e.driver import Driver

_PLAIN = Qt.KeyboardModifier.NoModifier
_ROOT = Path(__file__).parents[3]
MODEL = _ROOT / "tests" / "fixtures" / "digits_float" / "tfdata" / "train"
SAMPLE = _ROOT / "resources" / "coldpress_resources" / "sample" / "train"


def by_keyboard(person: Driver) -> None:
    """Walk; ``sys.argv[1]`` is the folder for the result."""
    target = Path(sys.argv[1]) / "float.tflite"
    person.wait(lambda: person.window.session.state.derived, "the model to be read")
    person.wait_idle()
    forward = person.window.wizard.button(QWizard.WizardButton.NextButton)
    for step in (StepId.EVAL_GRAPH, StepId.ENDPOINTS, StepId.TYPES):
        person.tab_to(forward)
        person.key(Qt.Key.Key_Space)
        person.at(step)
        person.wait_idle()
        if step is StepId.EVAL_GRAPH:
            _switch(person)
        if step is StepId.ENDPOINTS:
            _second_window(person)
    person.fill_in(target)
    _cancel(person, target)
    person.key(Qt.Key.Key_Space)
    person.ran()
    assert person.verified() == target
    result = person.page(ResultPage)
    bar = result.tabs.tabBar()
    person.wait(lambda: bar.hasFocus() or result.tabs.hasFocus(), "the focus on the tabs")
    while result.tabs.currentWidget() is not result.result_picture:
        person.key(Qt.Key.Key_Right)
        person.turn()
    netron.assert_drawn(person, result.result_picture, needed=4)


def _switch(person: Driver) -> None:
    """Another language and theme in the middle of everything: what was read stays, what is said changes."""
    title = person.page(ConvertPage).title_label
    before, derived = title.text(), person.window.session.state.derived
    _choose(person, "简体中文")
    person.wait(lambda: title.text() != before, "the Chinese title")
    _choose(person, "深色")
    person.wait(lambda: person.app.settings.value.theme == "dark", "the dark theme")
    _choose(person, "浅色")
    _choose(person, "English")
    person.wait(lambda: title.text() == before, "the English title")
    assert person.window.session.state.derived is derived
    person.at(StepId.EVAL_GRAPH)


def _choose(person: Driver, text: str) -> None:
    actions = [action for action in person.window.findChildren(QAction) if action.text() == text]
    assert actions, f"no menu entry {text}"
    actions[0].trigger()
    person.turn()


def _second_window(person: Driver) -> None:
    """Open another window, drop the sample on it, close it; the first one keeps what it has."""
    first, model = person.window, person.window.session.state.model
    person.key(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    person.wait(lambda: len(person.app.windows) == 2, "a second window")
    person.look_at(person.app.windows[1])
    _drop(person, SAMPLE)
    person.wait(lambda: person.window.session.state.model, "the sample to be read")
    person.wait_idle()
    assert first.session.state.model is model
    person.key(Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    person.wait(lambda: len(person.app.windows) == 1, "the second window to close")
    person.window = first
    person.be_active()


def _drop(person: Driver, path: Path) -> None:
    """Let go of a file above the middle of the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    zone = person.window.files_page.drop_zone
    middle, rest = zone.rect().center(), (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, _PLAIN)
    for event in (QDragEnterEvent(middle, *rest), QDropEvent(QPointF(middle), *rest)):
        QApplication.sendEvent(zone, event)
        assert event.isAccepted()


def _cancel(person: Driver, target: Path) -> None:
    """Cancel while TensorFlow is at work: it ends at once, and nothing is written."""
    person.stop_worker_at(Step.SURVEY)
    page = person.page(ConvertPage)
    person.wait(page.cancel.hasFocus, "the focus on Cancel")
    begin = time.monotonic()
    person.key(Qt.Key.Key_Space)
    person.ran()
    person.facts["cancel_ms"] = round((time.monotonic() - begin) * 1000)
    assert "Stopped" in person.failure()
    assert not list(target.parent.glob("*.tflite")), "something was written"
    assert not list(target.parent.glob(".coldpress*")), "something was left"
    person.tab_to(page.start)


if __name__ == "__main__":
    sys.exit(driver.run(by_keyboard, [str(MODEL)]))
