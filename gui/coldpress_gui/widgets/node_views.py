"""The two views of a graph: the tree of name scopes, and the flat list of hits.

The flat list is a table, not a tree without branches: a tree asks its model about every row before it shows the first,
which takes a second for 100,000 of them; a table asks about those that are seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QTreeView

from coldpress_gui.widgets.graph_model import GraphColumn

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex

_ROW_PIXELS = 26
_CHARACTERS = {GraphColumn.OPERATION: 15, GraphColumn.SHAPE: 13}


class NodeTree(QTreeView):
    """The tree of name scopes."""

    def __init__(self) -> None:
        super().__init__()
        _prepare(self, self.header())
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setIndentation(16)
        self.setExpandsOnDoubleClick(False)

    def fit_columns(self) -> None:
        """Give names what the other columns leave."""
        _fit(self, self.header())

    def select(self, index: QModelIndex) -> None:
        """Open every scope above a row, and select it."""
        above = index.parent()
        while above.isValid():
            self.expand(above)
            above = above.parent()
        self.setCurrentIndex(index)
        self.scrollTo(index, QTreeView.ScrollHint.PositionAtCenter)


class NodeTable(QTableView):
    """The flat list."""

    def __init__(self) -> None:
        super().__init__()
        _prepare(self, self.horizontalHeader())
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def fit_columns(self) -> None:
        """Give names what the other columns leave, and every row its height."""
        _fit(self, self.horizontalHeader())
        self.verticalHeader().setDefaultSectionSize(max(_ROW_PIXELS, self.fontMetrics().height() + 8))

    def select(self, index: QModelIndex) -> None:
        """Select a row."""
        self.setCurrentIndex(index)


def _prepare(view: NodeTree | NodeTable, header: QHeaderView) -> None:
    view.setTabKeyNavigation(False)
    view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setDragEnabled(True)
    view.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
    view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    header.setStretchLastSection(False)
    header.setSectionsMovable(False)


def _fit(view: NodeTree | NodeTable, header: QHeaderView) -> None:
    if header.count() != len(GraphColumn):
        return
    header.setSectionResizeMode(GraphColumn.NAME, QHeaderView.ResizeMode.Stretch)
    digit = view.fontMetrics().horizontalAdvance("0")
    for column, characters in _CHARACTERS.items():
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(column, characters * digit)
