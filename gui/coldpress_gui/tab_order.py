"""The order in which Tab walks: as the eye does.

Qt walks in the order in which widgets were made, and what is made anew (rows of inputs, suggestions) comes last, behind
the buttons of the wizard. Here the order follows the layouts instead.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QSplitter, QStackedWidget, QTabWidget, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from PySide6.QtWidgets import QLayout


def order_tabs(*roots: QWidget) -> None:
    """Let Tab walk through everything below these widgets that is not behind a tab, one root after the other."""
    stops = dict.fromkeys(stop for root in roots for stop in _stops(root))
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)


def _stops(widget: QWidget) -> Iterator[QWidget]:
    # A QTabWidget stands for its bar: moved alone, the bar would leave the ring in two pieces.
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield widget
    for inner in _inside(widget):
        yield from _stops(inner)


def _inside(widget: QWidget) -> Iterator[QWidget]:
    inner: Iterable[QWidget | None]
    if isinstance(widget, (QTabWidget, QStackedWidget)):
        inner = (widget.currentWidget(),)
    elif isinstance(widget, QSplitter):
        inner = (widget.widget(number) for number in range(widget.count()))
    elif isinstance(widget, QScrollArea):
        inner = (widget.widget(),)
    else:
        layout = widget.layout()
        inner = () if layout is None else _laid_out(layout)
    return (part for part in inner if part is not None)


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    for number in range(layout.count()):
        item = layout.itemAt(number)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            yield widget
        elif inner is not None:
            yield from _laid_out(inner)
