"""The list of changes from train graph to eval graph: grouped by pattern, each with before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTreeView

from coldpress.eval_graph.change_list import grouped
from coldpress_gui.theme import font
from coldpress_gui.words import code_words, language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldpress.eval_graph.change import Change
    from coldpress.eval_graph.change_list import ChangeGroup

Index = QModelIndex | QPersistentModelIndex
_NODE, _BEFORE, _AFTER = range(3)
_ROLE = Qt.ItemDataRole
_GROUP = 0
"""Internal id of a group's row; a change's row carries its group's number plus one."""


class ChangesModel(QAbstractItemModel):
    """Two levels: a row a kind, below it a row a change."""

    def __init__(self) -> None:
        super().__init__()
        self._groups: tuple[ChangeGroup, ...] = ()
        self._titles: Sequence[str] = ("", "", "")

    def show(self, changes: Sequence[Change], titles: Sequence[str]) -> None:
        """Show other changes, by kind."""
        self.beginResetModel()
        self._groups = grouped(changes)
        self._titles = titles
        self.endResetModel()

    def change_at(self, index: Index) -> Change | None:
        """Return the change of a row, None for a group's."""
        if not index.isValid() or index.internalId() == _GROUP:
            return None
        return self._groups[index.internalId() - 1].changes[index.row()]

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's own
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else _GROUP)

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        if not index.isValid() or index.internalId() == _GROUP:
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, _GROUP)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own
        if not parent.isValid():
            return len(self._groups)
        return len(self._groups[parent.row()].changes) if parent.internalId() == _GROUP and parent.column() == 0 else 0

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own
        return 3

    def headerData(self, section: int, _orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        return self._titles[section] if role == _ROLE.DisplayRole else None

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        change = self.change_at(index)
        if change is None:
            return self._group_data(index, role)
        text = (change.node, change.before, change.after)[index.column()]
        if role == _ROLE.DisplayRole:
            return text
        if role == _ROLE.ToolTipRole:
            return f"{text}\n{code_words(change.recognised)}" if change.recognised else text
        return None

    def _group_data(self, index: Index, role: int) -> Any:
        if role == _ROLE.DisplayRole and index.column() == _NODE:
            return self._groups[index.row()].title(language())
        return font(bold=True) if role == _ROLE.FontRole else None


class ChangesView(QTreeView):
    """The list; a double click or Enter on a change goes to its node."""

    node_clicked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._model = ChangesModel()
        self.setModel(self._model)
        self.setUniformRowHeights(True)
        self.setTabKeyNavigation(False)
        self.setAllColumnsShowFocus(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.header().setSectionsMovable(False)
        self.setMinimumHeight(200)
        self.activated.connect(self._activated)

    def show_changes(self, changes: Sequence[Change]) -> None:
        """Show other changes, folded to their groups."""
        self._model.show(changes, (self.tr("Node"), self.tr("Before"), self.tr("After")))
        for row in range(self._model.rowCount()):
            self.setFirstColumnSpanned(row, QModelIndex(), True)

    def _activated(self, index: QModelIndex) -> None:
        change = self._model.change_at(index)
        if change is not None:
            self.node_clicked.emit(change.node)
