"""The sample through all six pages with mouse and keyboard, to a verified file and its picture in Netron."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from tests.e2e import driver, netron
from tests.gui.gaps import GapMeter

from coldpress_gui.pages.endpoints import EndpointsPage
from coldpress_gui.pages.eval_graph import EvalGraphPage
from coldpress_gui.pages.result import ResultPage
from coldpress_gui.steps import StepId

if TYPE_CHECKING:
    from tests.e2e.driver import Driver

    from coldpress_gui.netron.view import NetronView


_SELECTED = "window.__view__.target.selection.size"


def sample(person: Driver) -> None:
    """Walk; ``sys.argv[1]`` is the folder for the result."""
    target = Path(sys.argv[1]) / "digits.tflite"
    with GapMeter() as meter:
        meter.begin("reading")
        person.click(person.window.files_page.sample)
        person.wait_idle()
        focused = QApplication.focusWidget()
        assert focused is not None
        assert person.window.files_page.isAncestorOf(focused), "reading moved the focus"
        meter.begin("pages")
        _look(person)
        person.fill(person.types_page().output.field, str(target))
        person.wait_idle()
        meter.begin("run")
        person.convert()
        meter.begin("result")
        assert person.verified() == target
    person.facts["gaps"] = meter.summary()
    person.facts["longest_run_ms"] = round(meter.longest("run").wall * 1000)
    person.facts["longest_own_ms"] = round(meter.longest("run").own * 1000)
    result = person.page(ResultPage)
    bar = result.tabs.tabBar()
    person.click(bar, bar.tabRect(1).center())
    layers = result.layers.list
    person.click(layers.viewport(), layers.visualRect(layers.rows_model.index(2, 0)).center())
    person.wait(lambda: layers.layer, "a layer to be chosen")
    for view in (result.result_picture, result.frozen_picture):
        person.click(bar, bar.tabRect(result.tabs.indexOf(view)).center())
        netron.assert_drawn(person, view, needed=6)
        _wait_for_choice(person, view)


def _wait_for_choice(person: Driver, view: NetronView) -> None:
    """Wait until the layer that was chosen in the list is selected in a picture."""
    person.wait(lambda: person.answer(view, _SELECTED) == 1, "the layer to be selected")


def _look(person: Driver) -> None:
    """From the files to the page of types, choosing the output by search and by double-click on the way."""
    assert person.window.session.state.model is not None
    person.next(StepId.EVAL_GRAPH)
    assert "Training graph" in person.page(EvalGraphPage).banner.accessibleName()
    person.next(StepId.ENDPOINTS)
    view = person.page(EndpointsPage).graph_view
    person.wait_idle()
    person.click(view.search.field)
    person.write("Net/Predictions/Softmax")
    person.wait(lambda: bool(view.search.hits.text()), "the hits")
    person.key(Qt.Key.Key_Return)
    person.wait(lambda: view.current_node() == "Net/Predictions/Softmax", "the node to be selected")
    rectangle = view.table.visualRect(view.table.currentIndex())
    person.click(view.table.viewport(), QPoint(rectangle.left() + 20, rectangle.center().y()), double=True)
    person.wait(lambda: _outputs(person) == ("Net/Predictions/Softmax:0",), "the output to be chosen")
    person.wait_idle()
    person.next(StepId.TYPES)
    assert person.types_page().rows[0].mean.text() == "128"


def _outputs(person: Driver) -> tuple[str, ...]:
    recipe = person.window.session.recipe
    return recipe.outputs if recipe else ()


if __name__ == "__main__":
    sys.exit(driver.run(sample))
