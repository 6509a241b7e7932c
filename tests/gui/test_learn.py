"""The lessons speak of the open file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.gui.accessibility import nameless

from coldpress_gui.learn.quantizer import Quantizer
from coldpress_gui.learn.window import LearnWindow
from coldpress_gui.steps import StepId

if TYPE_CHECKING:
    from coldpress_gui.app import App
    from coldpress_gui.window import Window


pytestmark = pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)


@pytest.fixture
def lessons(opened: Window) -> LearnWindow:
    opened.show_lessons()
    found = opened.findChild(LearnWindow)
    assert isinstance(found, LearnWindow)
    return found


def test_the_anatomy_is_that_of_the_open_file(lessons: LearnWindow) -> None:
    root = lessons.tree.topLevelItem(0)
    assert root is not None
    assert root.text(0) == "MetaGraphDef"
    fields = [entry for number in range(root.childCount()) if (entry := root.child(number)) is not None]
    graph = next(entry for entry in fields if entry.text(0) == "graph_def")
    nodes = graph.child(0)
    assert nodes is not None
    assert (nodes.text(0), nodes.text(1)) == ("node", "2390")
    here = [writer.code for row, writer in enumerate(lessons.writers.rows_model.rows) if _cell(lessons, row) == "●"]
    assert "saver" in here
    assert "saved_model_builder" not in here


def _cell(lessons: LearnWindow, row: int) -> str:
    return str(lessons.writers.rows_model.index(row, 5).data())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Net/Predictions/Softmax", "is an <b>operation</b>"),
        ("Net/Predictions/Softmax:0", "is a <b>tensor</b>"),
        ("Net/Predictions/Softmax:7", "has no output 7"),
        ("^Net/Predictions/Softmax", "control input"),
        ("nowhere", "is not in the graph"),
    ],
)
def test_pointing_tells_operations_from_tensors(lessons: LearnWindow, name: str, said: str) -> None:
    lessons.tabs.setCurrentIndex(2)
    lessons.pointing.field.clear()
    QTest.keyClicks(lessons.pointing.field, name)
    assert said in lessons.pointing.words.text()


def test_a_node_of_the_tree_is_pointed_at(lessons: LearnWindow, opened: Window) -> None:
    opened.show_node("Net/Logits/SpatialSqueeze")
    assert lessons.pointing.field.text() == "Net/Logits/SpatialSqueeze"
    assert "Net/Logits/SpatialSqueeze:0" in lessons.pointing.words.text()


def test_sliders_change_the_range(lessons: LearnWindow) -> None:
    lessons.tabs.setCurrentIndex(3)
    before = lessons.quantizer.words.text()
    QTest.keyClick(lessons.quantizer.high, Qt.Key.Key_Left)
    assert lessons.quantizer.words.text() != before


def test_a_quantizer_holds_zero_and_cuts_what_lies_beyond() -> None:
    quantizer = Quantizer(-1, 6)
    assert quantizer.value(0) == 0
    assert quantizer.zero_point == 36
    assert quantizer.value(100) == pytest.approx(6, abs=quantizer.scale)
    assert abs(quantizer.value(2.35) - 2.35) <= quantizer.scale / 2
    assert Quantizer(-1, 6, bits=2).integer(100) == 3


def test_every_lesson_can_be_heard_in_both_languages(lessons: LearnWindow, app: App) -> None:
    for number in range(lessons.tabs.count()):
        lessons.tabs.setCurrentIndex(number)
        assert nameless(lessons) == set()
    app.languages.use("zh_CN")
    lessons.show_lesson(StepId.FILES)
    app.sendPostedEvents()
    assert lessons.tabs.tabText(0) == "文件的解剖"
    app.languages.use("en")
