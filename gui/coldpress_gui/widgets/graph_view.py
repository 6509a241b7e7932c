"""The tree of a graph with its search field: type to search, Esc for the tree, history back and forward."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QComboBox, QHeaderView, QLineEdit, QMenu, QTreeView, QVBoxLayout, QWidget

from coldpress.errors import UsageError
from coldpress.graph.kinds import kind_of
from coldpress.graph.search import SearchMode
from coldpress.graph.tensor_ref import operation_name
from coldpress_gui.theme import SPACE
from coldpress_gui.widgets.basics import IconButton, Label, row, set_property
from coldpress_gui.widgets.graph_facts import INPUT_KINDS, Hide
from coldpress_gui.widgets.graph_model import GraphColumn, HitsModel, ScopeModel
from coldpress_gui.words import counts, error_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QKeyEvent

    from coldpress_gui.widgets.graph_facts import GraphFacts
from coldpress_gui.widgets.graph_model import GraphModel

_HISTORY = 100
_LATER_MS = 120
"""Patterns are tried when the typing pauses; plain words at every key."""


class NodeTree(QTreeView):
    """The tree proper."""

    def __init__(self) -> None:
        super().__init__()
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setTabKeyNavigation(False)
        self.setIndentation(16)
        self.setExpandsOnDoubleClick(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setDragDropMode(QTreeView.DragDropMode.DragOnly)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.header().setStretchLastSection(False)
        self.header().setSectionsMovable(False)

    def fit_columns(self) -> None:
        """Give names what the other columns leave."""
        header = self.header()
        if header.count() != len(GraphColumn):
            return
        header.setSectionResizeMode(GraphColumn.NAME, QHeaderView.ResizeMode.Stretch)
        digit = self.fontMetrics().horizontalAdvance("0")
        for column, width in ((GraphColumn.OPERATION, 15), (GraphColumn.SHAPE, 13)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(column, width * digit)


class GraphView(QWidget):
    """Search field, tree, hits."""

    node_selected = Signal(str)
    node_activated = Signal(str)
    use_as_input = Signal(str)
    use_as_output = Signal(str)
    add_input = Signal(str)
    add_output = Signal(str)
    remove = Signal(str)
    hidden_changed = Signal(object)
    mode_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.mode = QComboBox()
        self.count = Label("small", wrap=False)
        self.previous_hit, self.next_hit = IconButton("chevron-up"), IconButton("chevron-down")
        self.back, self.forward = IconButton("arrow-left"), IconButton("arrow-right")
        self.flat = IconButton("list", checkable=True)
        self.hide_button = IconButton("filter")
        self.hide_menu = QMenu(self)
        self.tree = NodeTree()
        self.scopes, self.hits = ScopeModel(("", "", "")), HitsModel(("", "", ""))
        self._facts: GraphFacts | None = None
        self._past: list[str] = []
        self._future: list[str] = []
        self._current = ""
        self._typed_before = 0
        self._hide_actions: dict[Hide, QAction] = {}
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_LATER_MS)
        self._lay_out()
        self._connect()
        self._retranslate()
        self._use(self.scopes)

    def set_facts(self, facts: GraphFacts | None) -> None:
        """Show another graph, keeping the selected node where the graph has it."""
        self._facts = facts
        self.scopes.set_facts(facts)
        if facts is None:
            return
        for number in range(min(2, self.scopes.rowCount())):
            self.tree.expand(self.scopes.index(number, 0))
        self._search()
        if self._current and self._current in facts.graph:
            self.reveal(self._current)

    def refine(self, facts: GraphFacts) -> None:
        """Take types that were worked out meanwhile."""
        self._facts = facts
        self.scopes.refine(facts)
        if self.search.text() or self.flat.isChecked():
            self._search()
        self.tree.viewport().update()

    def set_chosen(self, chosen: Mapping[str, str]) -> None:
        """Mark the nodes that were chosen."""
        self.scopes.set_chosen(chosen)
        self.hits.set_chosen(chosen)

    def current_node(self) -> str:
        """Return the selected node, or ""."""
        return self._current

    def reveal(self, name: str) -> bool:
        """Select a node, in the tree; tell whether it is there."""
        index = self.scopes.index_of(name)
        if not index.isValid():
            return False
        if self._model() is not self.scopes:
            self.search.clear()
            self.flat.setChecked(False)
            self._use(self.scopes)
        self._select(index)
        return True

    def go(self, name: str) -> None:
        """Follow a link to a node."""
        if self._facts is None or name not in self._facts.graph:
            return
        if not self.reveal(name):
            self._note(name)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            self.tree.setFocus()
            return
        super().keyPressEvent(event)

    def _model(self) -> GraphModel:
        return self.hits if self.tree.model() is self.hits else self.scopes

    def _use(self, model: GraphModel) -> None:
        if self.tree.model() is model:
            return
        self.tree.setModel(model)
        self.tree.setRootIsDecorated(model is self.scopes)
        self.tree.fit_columns()
        self.tree.selectionModel().currentChanged.connect(self._moved)

    def _select(self, index: QModelIndex) -> None:
        parent = index.parent()
        chain = []
        while parent.isValid():
            chain.append(parent)
            parent = parent.parent()
        for above in reversed(chain):
            self.tree.expand(above)
        self.tree.setCurrentIndex(index)
        self.tree.scrollTo(index, QTreeView.ScrollHint.PositionAtCenter)

    def _moved(self, index: QModelIndex, _before: QModelIndex) -> None:
        name = self._model().node_at(index)
        if name and name != self._current:
            if self._current:
                self._past = [*self._past, self._current][-_HISTORY:]
                self._future = []
            self._note(name)

    def _note(self, name: str) -> None:
        self._current = name
        self.back.setEnabled(bool(self._past))
        self.forward.setEnabled(bool(self._future))
        self.node_selected.emit(name)

    def _walk(self, source: list[str], target: list[str]) -> None:
        if not source:
            return
        if self._current:
            target.append(self._current)
        name = source.pop()
        self._current = name
        self.reveal(name)
        self._note(name)

    def _typed(self, text: str) -> None:
        # A name that was pasted whole is meant to be found, not searched for.
        pasted = len(text) > self._typed_before + 1
        self._typed_before = len(text)
        name = operation_name(text.strip())
        if pasted and self._facts is not None and name in self._facts.graph:
            self.go(name)
            return
        if self._mode() is SearchMode.PLAIN:
            self._search()
        else:
            self._pause.start()

    def _search(self) -> None:
        facts, text = self._facts, self.search.text().strip()
        if facts is None:
            return
        set_property(self.search, "invalid", False)
        if not text:
            self.count.setText("")
            if self.flat.isChecked():
                self.hits.set_hits(facts, range(len(facts.names)))
            self._use(self.hits if self.flat.isChecked() else self.scopes)
            self._show_buttons(0)
            return
        try:
            found = facts.index.search(text, self._mode())
        except UsageError as error:
            set_property(self.search, "invalid", True)
            self.count.setText(error_words(error).message)
            return
        self.hits.set_hits(facts, found)
        self._use(self.hits)
        self.count.setText(counts.hits(len(found)))
        self._show_buttons(len(found))

    def _show_buttons(self, hits: int) -> None:
        for button in (self.previous_hit, self.next_hit):
            button.setEnabled(hits > 0)

    def _step(self, by: int) -> None:
        if self._model() is not self.hits or not self.hits.rowCount():
            return
        now = self.tree.currentIndex().row()
        target = (now + by) % self.hits.rowCount() if now >= 0 else 0
        self.tree.setCurrentIndex(self.hits.index(target, 0))

    def _search_entered(self) -> None:
        if self._model() is self.hits and self.hits.rowCount():
            if not self.tree.currentIndex().isValid():
                self._step(1)
            self.tree.setFocus()

    def _activated(self, index: QModelIndex) -> None:
        name = self._model().node_at(index)
        if name:
            self.node_activated.emit(name)
        else:
            self.tree.setExpanded(index, not self.tree.isExpanded(index))

    def _menu(self, place: QPoint) -> None:
        """Offer what can be done with the node under the pointer, or with the selected one (the menu key)."""
        name = self._model().node_at(self.tree.indexAt(place)) or self._model().node_at(self.tree.currentIndex())
        if not name:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, signal in (
            (self.tr("Use as the output"), self.use_as_output),
            (self.tr("Add to the outputs"), self.add_output),
            (self.tr("Use as the input"), self.use_as_input),
            (self.tr("Add to the inputs"), self.add_input),
        ):
            menu.addAction(text, partial(signal.emit, name))
        if name in self.scopes.chosen:
            menu.addAction(self.tr("Do not use"), lambda: self.remove.emit(name))
        menu.addSeparator()
        menu.addAction(self.tr("Show in the tree"), lambda: self.reveal(name))
        menu.addAction(self.tr("Copy operation name"), lambda: QApplication.clipboard().setText(name))
        menu.addAction(self.tr("Copy tensor name"), lambda: QApplication.clipboard().setText(f"{name}:0"))
        menu.popup(self.tree.viewport().mapToGlobal(place))

    def _add_current(self) -> None:
        """Add the selected node to the list that it looks made for."""
        name = self._model().node_at(self.tree.currentIndex())
        if not name or self._facts is None:
            return
        is_input = kind_of(self._facts.graph[name].op) in INPUT_KINDS
        (self.add_input if is_input else self.add_output).emit(name)

    def _remove_current(self) -> None:
        name = self._model().node_at(self.tree.currentIndex())
        if name and name in self.scopes.chosen:
            self.remove.emit(name)

    def _mode(self) -> SearchMode:
        return SearchMode(self.mode.currentData() or SearchMode.PLAIN)

    def _mode_chosen(self) -> None:
        self.mode_changed.emit(str(self._mode()))
        self._search()

    def _hidden(self) -> frozenset[Hide]:
        return frozenset(kind for kind, action in self._hide_actions.items() if action.isChecked())

    def _lay_out(self) -> None:
        top = row(self.search, self.mode, spacing=SPACE)
        top.setStretch(0, 1)
        tools = row(
            self.back,
            self.forward,
            self.flat,
            self.hide_button,
            1,
            self.count,
            self.previous_hit,
            self.next_hit,
            spacing=4,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addLayout(top)
        layout.addLayout(tools)
        layout.addWidget(self.tree, 1)
        for kind in Hide:
            action = self.hide_menu.addAction("")
            action.setCheckable(True)
            action.toggled.connect(lambda _on: self.hidden_changed.emit(self._hidden()))
            self._hide_actions[kind] = action
        self.hide_button.setMenu(self.hide_menu)
        self.hide_button.setPopupMode(self.hide_button.ToolButtonPopupMode.InstantPopup)
        for button in (self.previous_hit, self.next_hit, self.back, self.forward):
            button.setEnabled(False)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._search_entered)
        self._pause.timeout.connect(self._search)
        self.mode.activated.connect(self._mode_chosen)
        self.flat.toggled.connect(lambda _on: self._search())
        self.previous_hit.clicked.connect(lambda: self._step(-1))
        self.next_hit.clicked.connect(lambda: self._step(1))
        self.back.clicked.connect(lambda: self._walk(self._past, self._future))
        self.forward.clicked.connect(lambda: self._walk(self._future, self._past))
        self.tree.activated.connect(self._activated)
        self.tree.customContextMenuRequested.connect(self._menu)
        inside = Qt.ShortcutContext.WindowShortcut
        QShortcut(QKeySequence.StandardKey.Find, self, context=inside).activated.connect(self._focus_search)
        around = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys, action in (
            (QKeySequence.StandardKey.FindNext, lambda: self._step(1)),
            (QKeySequence.StandardKey.FindPrevious, lambda: self._step(-1)),
        ):
            QShortcut(keys, self, context=around).activated.connect(action)
        here = Qt.ShortcutContext.WidgetShortcut
        for sequence, change in (
            ("Ctrl+Return", self._add_current),
            ("Ctrl+Enter", self._add_current),
            ("Delete", self._remove_current),
        ):
            QShortcut(QKeySequence(sequence), self.tree, context=here).activated.connect(change)

    def _focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _retranslate(self) -> None:
        self.search.setPlaceholderText(self.tr("Search names, operations, types, shapes"))
        self.search.setAccessibleName(self.tr("Search the graph"))
        self.mode.setAccessibleName(self.tr("How the search text is read"))
        chosen = self.mode.currentData()
        self.mode.clear()
        for mode, name in (
            (SearchMode.PLAIN, self.tr("words")),
            (SearchMode.GLOB, self.tr("glob")),
            (SearchMode.REGEX, self.tr("regex")),
        ):
            self.mode.addItem(name, str(mode))
        self.mode.setCurrentIndex(max(0, self.mode.findData(chosen)))
        self.tree.setAccessibleName(self.tr("Graph"))
        self.back.set_name(self.tr("Node before"))
        self.forward.set_name(self.tr("Node after"))
        self.previous_hit.set_name(self.tr("Previous hit (Shift+F3)"))
        self.next_hit.set_name(self.tr("Next hit (F3)"))
        self.flat.set_name(self.tr("All nodes in one list"))
        self.hide_button.set_name(self.tr("Hide kinds of node"))
        names = {
            Hide.TRAIN: self.tr("Hide what only training needs"),
            Hide.CONSTANTS: self.tr("Hide constants"),
            Hide.IDENTITIES: self.tr("Hide identities"),
        }
        for kind, action in self._hide_actions.items():
            action.setText(names[kind])
        for model in (self.scopes, self.hits):
            model.titles = (self.tr("Name"), self.tr("Operation"), self.tr("Shape"))
            model.train_words = self.tr("needed for training only")
            model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(GraphColumn) - 1)
