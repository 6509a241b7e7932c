"""A graph to look around in: search field, tree of name scopes, flat list of hits, history back and forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from coldpress.errors import UsageError
from coldpress.graph.kinds import kind_of
from coldpress.graph.tensor_ref import operation_name
from coldpress_gui.theme import SPACE
from coldpress_gui.widgets.basics import IconButton, row
from coldpress_gui.widgets.graph_facts import INPUT_KINDS
from coldpress_gui.widgets.graph_model import GraphColumn, HitsModel, ScopeModel
from coldpress_gui.widgets.hide_button import HideButton
from coldpress_gui.widgets.history import History
from coldpress_gui.widgets.node_menu import NodeMenu
from coldpress_gui.widgets.node_views import NodeTable, NodeTree
from coldpress_gui.widgets.search_bar import SearchBar
from coldpress_gui.words import error_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QKeyEvent

    from coldpress_gui.widgets.graph_facts import GraphFacts
    from coldpress_gui.widgets.graph_model import GraphModel


class GraphView(QWidget):
    """Type to search, Enter or Down for what was found, Esc for the tree, F3 for the next hit."""

    node_selected = Signal(str)
    node_activated = Signal(str)
    use_as_input = Signal(str)
    use_as_output = Signal(str)
    add_input = Signal(str)
    add_output = Signal(str)
    remove = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.search = SearchBar()
        self.back, self.forward = IconButton("arrow-left"), IconButton("arrow-right")
        self.flat, self.hide_button = IconButton("list", checkable=True), HideButton()
        self.tree, self.table = NodeTree(), NodeTable()
        self.scopes, self.hits = ScopeModel(("", "", "")), HitsModel(("", "", ""))
        self._stack = QStackedWidget()
        self._facts: GraphFacts | None = None
        self._history = History()
        self._retranslate()
        self._lay_out()
        self._connect()
        self._show_history()

    @property
    def rows(self) -> NodeTree | NodeTable:
        """What is seen: the tree, or the flat list."""
        return self.tree if self._stack.currentWidget() is self.tree else self.table

    def set_facts(self, facts: GraphFacts | None) -> None:
        """Show another graph, keeping the selected node where the graph has it."""
        self._facts = facts
        self.scopes.set_facts(facts)
        if facts is None:
            return
        for number in range(min(2, self.scopes.rowCount())):
            self.tree.expand(self.scopes.index(number, 0))
        self._search()
        if self._history.current in facts.graph and self.rows is self.tree:
            self.reveal(self._history.current)

    def refine(self, facts: GraphFacts) -> None:
        """Take types that were worked out meanwhile."""
        self._facts = facts
        self.scopes.refine(facts)
        if self.rows is self.table:
            self._search()
        self.tree.viewport().update()

    def set_chosen(self, chosen: Mapping[str, str]) -> None:
        """Mark the nodes that were chosen."""
        self.scopes.set_chosen(chosen)
        self.hits.set_chosen(chosen)

    def current_node(self) -> str:
        """Return the selected node, or ""."""
        return self._history.current

    def reveal(self, name: str) -> bool:
        """Select a node, in the tree; tell whether it is there."""
        index = self.scopes.index_of(name)
        if not index.isValid():
            return False
        self._show_tree()
        self.tree.select(index)
        return True

    def go(self, name: str) -> None:
        """Follow a link to a node; one that the tree leaves out is shown in words all the same."""
        if self._facts is not None and name in self._facts.graph and not self.reveal(name):
            self._note(name)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.search.text:
            self.search.field.clear()
            self.rows.setFocus()
            return
        super().keyPressEvent(event)

    def _show_tree(self) -> None:
        """Leave the flat list."""
        if self.rows is not self.tree:
            self.flat.setChecked(False)
            self.search.field.clear()

    def _model(self) -> GraphModel:
        return self.scopes if self.rows is self.tree else self.hits

    def _use(self, rows: NodeTree | NodeTable) -> None:
        if self.rows is rows:
            return
        had_focus = self.rows.hasFocus()
        self._stack.setCurrentWidget(rows)
        if had_focus:
            rows.setFocus()

    def _moved(self, index: QModelIndex, _before: QModelIndex) -> None:
        name = self._model().node_at(index)
        if name and name != self._history.current:
            self._note(name)

    def _note(self, name: str) -> None:
        self._history.visit(name)
        self._show_history()
        self.node_selected.emit(name)

    def _walk(self, move: Callable[[], str]) -> None:
        name = move()
        self._show_history()
        self.reveal(name)
        self.node_selected.emit(name)

    def _show_history(self) -> None:
        self.back.setEnabled(self._history.can_go_back)
        self.forward.setEnabled(self._history.can_go_forward)

    def _changed(self, at_once: bool) -> None:  # noqa: FBT001 - a Qt signal's argument
        """Search; a name that was pasted whole is gone to."""
        index = self.scopes.index_of(operation_name(self.search.text)) if at_once and self.search.text else None
        if index is None or self.scopes.node_at(index) is None:
            self._search()
            return
        self.search.say_nothing()
        self._use(self.tree)
        self.tree.select(index)

    def _search(self) -> None:
        facts, text = self._facts, self.search.text
        if facts is None:
            return
        try:
            found = facts.index.search(text, self.search.mode) if text else range(len(facts.names))
        except UsageError as error:
            self.search.say_problem(error_words(error).message)
            return
        if text:
            self.search.say_hits(len(found))
        else:
            self.search.say_nothing()
        if not text and not self.flat.isChecked():
            self._use(self.tree)
            return
        self.hits.set_hits(facts, found)
        self._use(self.table)
        self._select_again()

    def _select_again(self) -> None:
        """Keep the selected node selected among other hits."""
        index = self.hits.index_of(self._history.current)
        if index.isValid():
            self.table.select(index)

    def _step(self, by: int) -> None:
        if self.rows is not self.table or not self.hits.rowCount():
            return
        now = self.table.currentIndex().row()
        target = (now + by) % self.hits.rowCount() if now >= 0 else 0
        self.table.select(self.hits.index(target, 0))

    def _search_entered(self) -> None:
        if self.rows is self.table:
            if not self.hits.rowCount():
                return
            if not self.table.currentIndex().isValid():
                self._step(1)
        self.rows.setFocus()

    def _activated(self, index: QModelIndex) -> None:
        name = self._model().node_at(index)
        if name:
            self.node_activated.emit(name)
        else:
            self.tree.setExpanded(index, not self.tree.isExpanded(index))

    def _menu(self, place: QPoint) -> None:
        """Offer what can be done with the node under the pointer, or with the selected one (the menu key)."""
        rows, model = self.rows, self._model()
        name = model.node_at(rows.indexAt(place)) or model.node_at(rows.currentIndex())
        if name:
            menu = NodeMenu(self, name, chosen=name in self.scopes.chosen)
            menu.popup(rows.viewport().mapToGlobal(place))

    def _add_current(self) -> None:
        """Add the selected node to the list that it looks made for."""
        name = self._model().node_at(self.rows.currentIndex())
        if not name or self._facts is None:
            return
        is_input = kind_of(self._facts.graph[name].op) in INPUT_KINDS
        (self.add_input if is_input else self.add_output).emit(name)

    def _remove_current(self) -> None:
        name = self._model().node_at(self.rows.currentIndex())
        if name and name in self.scopes.chosen:
            self.remove.emit(name)

    def _lay_out(self) -> None:
        bar = self.search
        left = (self.back, self.forward, self.flat, self.hide_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(bar)
        layout.addLayout(row(*left, 1, bar.hits, bar.previous, bar.following, spacing=4))
        layout.addWidget(self._stack, 1)
        for rows, model in ((self.tree, self.scopes), (self.table, self.hits)):
            self._stack.addWidget(rows)
            rows.setModel(model)
            rows.fit_columns()

    def _connect(self) -> None:
        self.search.changed.connect(self._changed)
        self.search.entered.connect(self._search_entered)
        self.search.step_wanted.connect(self._step)
        self.flat.toggled.connect(self._search)
        self.back.clicked.connect(lambda: self._walk(self._history.go_back))
        self.forward.clicked.connect(lambda: self._walk(self._history.go_forward))
        for rows in (self.tree, self.table):
            rows.activated.connect(self._activated)
            rows.customContextMenuRequested.connect(self._menu)
            rows.selectionModel().currentChanged.connect(self._moved)
        self._add_shortcuts()

    def _add_shortcuts(self) -> None:
        context = Qt.ShortcutContext
        for owner, keys, where, action in (
            (self, QKeySequence.StandardKey.Find, context.WindowShortcut, self._focus_search),
            (self, QKeySequence.StandardKey.FindNext, context.WidgetWithChildrenShortcut, lambda: self._step(1)),
            (self, QKeySequence.StandardKey.FindPrevious, context.WidgetWithChildrenShortcut, lambda: self._step(-1)),
            (self._stack, "Ctrl+Return", context.WidgetWithChildrenShortcut, self._add_current),
            (self._stack, "Ctrl+Enter", context.WidgetWithChildrenShortcut, self._add_current),
            (self._stack, "Delete", context.WidgetWithChildrenShortcut, self._remove_current),
        ):
            QShortcut(QKeySequence(keys), owner, context=where).activated.connect(action)

    def _focus_search(self) -> None:
        self.search.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.field.selectAll()

    def _retranslate(self) -> None:
        self.tree.setAccessibleName(self.tr("Graph"))
        self.table.setAccessibleName(self.tr("Nodes found"))
        self.back.set_name(self.tr("Node before"))
        self.forward.set_name(self.tr("Node after"))
        self.flat.set_name(self.tr("All nodes in one list"))
        for model in (self.scopes, self.hits):
            model.titles = (self.tr("Name"), self.tr("Operation"), self.tr("Shape"))
            model.train_words = self.tr("needed for training only")
            model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(GraphColumn) - 1)
