"""A table over rows that are ready: the model adapts, it owns no facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFrame, QHeaderView, QTreeView

from coldpress_gui.theme import ROW_HEIGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """A column: its title, the text of a row, and how it takes its width."""

    title: str
    text: Callable[[R], str]
    stretch: bool = False
    centred: bool = False
    right: bool = False
    spoken: Callable[[R], str] | None = None
    """Text for screen readers and tool tips where the shown one is a sign."""

    @property
    def alignment(self) -> Qt.AlignmentFlag:
        """Where the text stands."""
        across = Qt.AlignmentFlag.AlignHCenter if self.centred else Qt.AlignmentFlag.AlignLeft
        return (Qt.AlignmentFlag.AlignRight if self.right else across) | Qt.AlignmentFlag.AlignVCenter


class RowsModel(QAbstractTableModel, Generic[R]):
    """Rows of any type, shown through columns."""

    def __init__(self) -> None:
        super().__init__()
        self.columns: Sequence[Column[R]] = ()
        self.rows: Sequence[R] = ()

    def show(self, columns: Sequence[Column[R]], rows: Sequence[R]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.columns, self.rows = tuple(columns), tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        column, entry = self.columns[index.column()], self.rows[index.row()]
        if role == _ROLE.DisplayRole:
            return column.text(entry)
        if role == _ROLE.TextAlignmentRole:
            return column.alignment
        if role in (_ROLE.ToolTipRole, _ROLE.AccessibleTextRole):
            return (column.spoken or column.text)(entry)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Vertical or section >= len(self.columns):
            return None
        if role == _ROLE.DisplayRole:
            return self.columns[section].title
        return self.columns[section].alignment if role == _ROLE.TextAlignmentRole else None


class Table(QTreeView, Generic[R]):
    """Rows without a tree: headings never cut, as high as its rows (within limits), Ctrl+C copies."""

    def __init__(self, *, min_rows: int = 3, max_rows: int = 8) -> None:
        super().__init__()
        self.rows_model: RowsModel[R] = RowsModel()
        self.setModel(self.rows_model)
        self._min_rows, self._max_rows = min_rows, max_rows
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(False)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setAllColumnsShowFocus(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setStretchLastSection(False)
        self.header().setSectionsClickable(False)
        self.header().setMinimumSectionSize(40)
        copy = QShortcut(QKeySequence.StandardKey.Copy, self, context=Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self._copy)

    def show_rows(self, columns: Sequence[Column[R]], rows: Sequence[R]) -> None:
        """Show other rows, keeping the selected line where there still is one."""
        current = self.currentIndex().row()
        self.rows_model.show(columns, rows)
        for number, column in enumerate(columns):
            mode = QHeaderView.ResizeMode.Stretch if column.stretch else QHeaderView.ResizeMode.ResizeToContents
            self.header().setSectionResizeMode(number, mode)
        shown = max(self._min_rows, min(len(rows), self._max_rows))
        self.setFixedHeight(self.header().sizeHint().height() + shown * ROW_HEIGHT + 8)
        if 0 <= current < len(rows):
            self.setCurrentIndex(self.rows_model.index(current, 0))

    def _copy(self) -> None:
        row = self.currentIndex().row()
        if row >= 0:
            entry = self.rows_model.rows[row]
            QApplication.clipboard().setText("\t".join(c.text(entry) for c in self.rows_model.columns))
