"""Every page of the real program on the sample, as pictures for people."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QCursor
from tests.e2e import driver, netron

from coldpress.events import Step
from coldpress_gui.pages.endpoints import EndpointsPage
from coldpress_gui.pages.result import ResultPage
from coldpress_gui.steps import StepId
from coldpress_gui.widgets.plots import ScatterCard

if TYPE_CHECKING:
    from tests.e2e.driver import Driver

_SETTLE_MS = 600
"""What fades or is drawn by another process (Chromium) says nowhere that it is there."""


def pictures(person: Driver) -> None:
    """Take them; ``sys.argv[1]`` is the folder for them, the working folder the one of the model."""
    folder = Path(sys.argv[1])
    person.window.resize(1280, 800)
    person.wait(lambda: person.window.width() == 1280, "the size")
    _take(person, folder / "0-start.png")
    person.window.open("digits.toml")
    person.wait_idle()
    _take(person, folder / "1-model-files.png")
    person.next(StepId.EVAL_GRAPH)
    _take(person, folder / "2-eval-graph.png")
    person.next(StepId.ENDPOINTS)
    person.wait(person.page(EndpointsPage).graph_view.current_node, "the tree")
    _take(person, folder / "3-inputs-and-outputs.png")
    person.next(StepId.TYPES)
    _take(person, folder / "4-shapes-and-types.png")
    worker = person.stop_worker_at(Step.SURVEY)
    _take(person, folder / "5-convert.png")
    os.kill(worker, signal.SIGCONT)
    person.ran()
    person.verified()
    result = person.page(ResultPage)
    plots = result.findChildren(ScatterCard)
    person.wait(lambda: any(card.isVisible() for card in plots), "the plots")
    _take(person, folder / "6-result.png")
    bar = result.tabs.tabBar()
    person.click(bar, bar.tabRect(result.tabs.indexOf(result.result_picture)).center())
    netron.assert_drawn(person, result.result_picture, needed=6)
    _take(person, folder / "6-result-netron.png")
    person.app.set_theme("dark")
    person.window.wizard.go_to(StepId.ENDPOINTS)
    _take(person, folder / "3-dark.png")
    person.app.set_theme("light")
    person.app.set_language("zh_CN")
    person.window.wizard.go_to(StepId.EVAL_GRAPH)
    _take(person, folder / "2-chinese.png")


def _take(person: Driver, path: Path) -> None:
    """Photograph the window as the display shows it, with no mouse over it and nothing under way."""
    QCursor.setPos(QPoint(1390, 890))
    person.turn(_SETTLE_MS)
    window = person.window
    picture = window.screen().grabWindow(window.winId())
    assert picture.save(str(path)), path


if __name__ == "__main__":
    sys.exit(driver.run(pictures))
