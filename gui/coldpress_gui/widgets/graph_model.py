"""Item models over a graph: the tree of name scopes, and the flat list of hits. They adapt; they own no facts."""

from __future__ import annotations

from bisect import bisect_left
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt

from coldpress_gui.icons import icon
from coldpress_gui.theme import colours, font
from coldpress_gui.widgets.op_looks import look_of
from coldpress_gui.widgets.scope_rows import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QIcon

    from coldpress_gui.widgets.graph_facts import GraphFacts

Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole
NODE_MIME = "application/x-coldpress-node"


class GraphColumn(IntEnum):
    """The columns of the tree."""

    NAME = 0
    OPERATION = 1
    SHAPE = 2


class GraphModel(QAbstractItemModel):
    """What both models share: how a node looks."""

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__()
        self.facts: GraphFacts | None = None
        self.titles = titles
        self.chosen: Mapping[str, str] = {}
        """Node name -> what it was chosen for ("input" or "output")."""
        self.train_words = ""

    def node_at(self, index: Index) -> str | None:
        """Return the name of the node of a row, None for a scope."""
        raise NotImplementedError

    def label_at(self, index: Index) -> str:
        """Return what is written in the first column."""
        raise NotImplementedError

    def scope_size(self, _index: Index) -> int:
        """Return how many things are in a scope."""
        return 0

    def set_chosen(self, chosen: Mapping[str, str]) -> None:
        """Mark other nodes as chosen."""
        if chosen != self.chosen:
            self.chosen = chosen
            self.layoutChanged.emit()

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own
        return len(GraphColumn)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        # A table asks for the titles of its rows too, and there are more rows than titles.
        if role == _ROLE.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return self.titles[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsDragEnabled if self.node_at(index) else flags

    def mimeTypes(self) -> list[str]:
        return [NODE_MIME, "text/plain"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        name = next((node for index in indexes if (node := self.node_at(index))), "")
        data.setData(NODE_MIME, name.encode())
        data.setText(name)
        return data

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        if self.facts is None or not index.isValid():
            return None
        node = self.node_at(index)
        if role == _ROLE.DisplayRole:
            return self._text(index, node)
        if role == _ROLE.DecorationRole and index.column() == GraphColumn.NAME:
            return self._icon(node)
        if role == _ROLE.ForegroundRole:
            return self._colour(node, index.column())
        if role == _ROLE.FontRole:
            return font(bold=True) if node in self.chosen else None
        if role in (_ROLE.ToolTipRole, _ROLE.AccessibleTextRole):
            return self._spoken(index, node)
        return None

    def _text(self, index: Index, node: str | None) -> str:
        if index.column() == GraphColumn.NAME:
            return self.label_at(index)
        if node is None or self.facts is None:
            size = self.scope_size(index)
            return f"({size})" if index.column() == GraphColumn.OPERATION and size else ""
        if index.column() == GraphColumn.OPERATION:
            return self.facts.graph[node].op
        return self.facts.shape(node)

    def _spoken(self, index: Index, node: str | None) -> str:
        if node is None or self.facts is None:
            return self.label_at(index)
        parts = [node, self.facts.graph[node].op, self.facts.dtype(node), self.facts.shape(node)]
        if node not in self.facts.needed:
            parts.append(self.train_words)
        if node in self.chosen:
            parts.append(self.chosen[node])
        return " · ".join(part for part in parts if part)

    def _icon(self, node: str | None) -> QIcon:
        now = colours()
        if node is None or self.facts is None:
            return icon("op-scope", now.muted)
        if node in self.chosen:
            return icon(f"op-{self.chosen[node]}", now.accent)
        name, role = look_of(self.facts.graph[node].op) if node in self.facts.needed else ("op-train", "disabled")
        return icon(name, getattr(now, role))

    def _colour(self, node: str | None, column: int) -> Any:
        if node is not None and node in self.chosen:
            return colours().colour("accent")
        if node is not None and self.facts is not None and node not in self.facts.needed:
            return colours().colour("muted")
        return colours().colour("muted") if column != GraphColumn.NAME else None


class ScopeModel(GraphModel):
    """The tree of name scopes. An index carries its row's number in ``ScopeRows``."""

    def set_facts(self, facts: GraphFacts | None) -> None:
        """Show another graph."""
        self.beginResetModel()
        self.facts = facts
        self.endResetModel()

    def refine(self, facts: GraphFacts) -> None:
        """Know more of the same graph: types; rows stay."""
        self.facts = facts

    def node_at(self, index: Index) -> str | None:
        if self.facts is None or not index.isValid():
            return None
        return self.facts.rows.node(index.internalId())

    def label_at(self, index: Index) -> str:
        return self.facts.rows.label(index.internalId()) if self.facts else ""

    def scope_size(self, index: Index) -> int:
        return self.facts.rows.count(index.internalId()) if self.facts else 0

    def index_of(self, name: str) -> QModelIndex:
        """Return the index of a node's row; invalid where it is not shown."""
        row = self.facts.rows.find(name) if self.facts else None
        if row is None or self.facts is None:
            return QModelIndex()
        return self.createIndex(self.facts.rows.position(row), 0, row)

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's own
        if self.facts is None or not 0 <= column < len(GraphColumn):
            return QModelIndex()
        children = self.facts.rows.children(parent.internalId() if parent.isValid() else ROOT)
        return self.createIndex(row, column, children[row]) if 0 <= row < len(children) else QModelIndex()

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        if self.facts is None or not index.isValid():
            return QModelIndex()
        above = self.facts.rows.parent(index.internalId())
        return QModelIndex() if above == ROOT else self.createIndex(self.facts.rows.position(above), 0, above)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own
        if self.facts is None or parent.column() > 0:
            return 0
        return len(self.facts.rows.children(parent.internalId() if parent.isValid() else ROOT))

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008 - Qt's own
        if self.facts is None or parent.column() > 0:
            return False
        return self.facts.rows.has_children(parent.internalId() if parent.isValid() else ROOT)


class HitsModel(GraphModel):
    """Some nodes, one below the other, by full name."""

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__(titles)
        self.hits: Sequence[int] = ()
        """Numbers of nodes, in graph order."""

    def set_hits(self, facts: GraphFacts, hits: Sequence[int]) -> None:
        """Show these nodes."""
        self.beginResetModel()
        self.facts, self.hits = facts, hits
        self.endResetModel()

    def index_of(self, name: str) -> QModelIndex:
        """Return the index of a node's row; invalid where it is no hit."""
        if self.facts is None or name not in self.facts.graph:
            return QModelIndex()
        number = self.facts.names.index(name)
        row = bisect_left(self.hits, number)
        found = row < len(self.hits) and self.hits[row] == number
        return self.index(row, 0) if found else QModelIndex()

    def node_at(self, index: Index) -> str | None:
        if self.facts is None or not index.isValid():
            return None
        return self.facts.names[self.hits[index.row()]]

    def label_at(self, index: Index) -> str:
        return self.node_at(index) or ""

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's own
        inside = not parent.isValid() and 0 <= row < len(self.hits) and 0 <= column < len(GraphColumn)
        return self.createIndex(row, column) if inside else QModelIndex()

    def parent(self, _index: Index) -> QModelIndex:  # type: ignore[override]
        return QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own
        return 0 if parent.isValid() else len(self.hits)
