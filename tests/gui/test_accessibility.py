"""Every page by keyboard and by ear: names, where the focus begins, what Tab reaches and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from tests.gui.accessibility import is_control, nameless, tab_stops
from tests.gui.conftest import wait_idle

from coldpress_gui.error_dialog import ErrorDialog
from coldpress_gui.steps import StepId
from coldpress_gui.texts import AboutDialog, HelpDialog

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from coldpress_gui.window import Window

READ_FIRST = (StepId.FILES, StepId.EVAL_GRAPH, StepId.ENDPOINTS, StepId.TYPES)


@pytest.mark.parametrize("step", READ_FIRST, ids=lambda step: step.name)
def test_a_page_can_be_heard_and_walked_through(opened: Window, qtbot: QtBot, step: StepId) -> None:
    opened.wizard.go_to(step)
    wait_idle(opened, qtbot)
    page = opened.pages[step]
    assert nameless(opened) == set()
    begin = QApplication.focusWidget()
    assert begin is not None
    assert page.isAncestorOf(begin), "the focus is not on the page that was entered"
    stops = tab_stops(opened)
    missed = [
        widget
        for widget in page.findChildren(QWidget)
        if widget.isVisible() and widget.isEnabled() and is_control(widget) and widget not in stops
    ]
    assert not missed
    assert stops.index(begin) == 0


@pytest.mark.parametrize("step", [StepId.FILES, StepId.EVAL_GRAPH, StepId.TYPES], ids=lambda step: step.name)
def test_tab_goes_down_the_page(opened: Window, qtbot: QtBot, step: StepId) -> None:
    """Where a page is one column, Tab goes the way the eye does."""
    opened.wizard.go_to(step)
    wait_idle(opened, qtbot)
    page = opened.pages[step]
    stops = [widget for widget in tab_stops(opened) if page.isAncestorOf(widget)]
    order = sorted(stops, key=lambda widget: _place(page, widget))
    at = order.index(stops[0])
    assert stops == order[at:] + order[:at]


def test_enter_on_a_step_of_the_rail_goes_there(opened: Window, qtbot: QtBot) -> None:
    step = opened.rail.steps[StepId.ENDPOINTS]
    assert "Inputs and outputs" in step.accessibleName()
    assert "to be done" in step.accessibleName()
    step.click()
    wait_idle(opened, qtbot)
    assert opened.wizard.currentId() == StepId.ENDPOINTS


@pytest.mark.parametrize("kind", [HelpDialog, AboutDialog])
def test_dialogs_can_be_heard(window: Window, qtbot: QtBot, kind: type[QDialog]) -> None:
    dialog = kind(window)
    dialog.open()
    assert dialog.windowTitle()
    assert nameless(dialog) == set()
    dialog.close()


def test_the_dialog_for_the_unforeseen_can_be_heard(window: Window) -> None:
    dialog = ErrorDialog(ValueError("surprise"), window)
    dialog.open()
    dialog.details.show()
    assert nameless(dialog) == set()
    dialog.close()


def _place(page: QWidget, widget: QWidget) -> tuple[int, int]:
    """Return line and column; controls beside each other are on one line."""
    place = widget.mapTo(page, QPoint(0, widget.height() // 2))
    return place.y() // 24, place.x()
