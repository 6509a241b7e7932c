"""Everything about the selected node: in words, as a picture, raw."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from PySide6.QtCore import QEvent, QUrl, Signal
from PySide6.QtWidgets import QApplication, QTabWidget, QTextBrowser, QVBoxLayout, QWidget

from coldpress_gui.theme import GAP, SPACE
from coldpress_gui.widgets.basics import Button, Label, row
from coldpress_gui.widgets.histogram import Histogram
from coldpress_gui.widgets.log_view import LogView
from coldpress_gui.widgets.neighbourhood import NeighbourhoodView
from coldpress_gui.widgets.node_text import node_html
from coldpress_gui.words import counts

if TYPE_CHECKING:
    from coldpress_gui.widgets.graph_facts import GraphFacts
    from coldpress_gui.widgets.histogram import ValueStatistics


class NodePanel(QWidget):
    """Details, neighbourhood, raw text of one node, behind a first tab that the page gives."""

    node_clicked = Signal(str)

    def __init__(self, first: QWidget) -> None:
        super().__init__()
        self._first = first
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.details = QTextBrowser()
        self.details.setOpenLinks(False)
        self.details.setProperty("bare", True)
        self.figures, self.histogram = Label("small"), Histogram()
        self.picture = NeighbourhoodView()
        self.raw = LogView()
        self.copy = Button("copy", flat=True)
        self._shown: tuple[GraphFacts | None, str] = (None, "")
        self._lay_out()
        self.details.anchorClicked.connect(self._clicked)
        self.picture.node_clicked.connect(self.node_clicked)
        self.copy.clicked.connect(lambda: QApplication.clipboard().setText(self.raw.toPlainText()))
        self._retranslate()

    def show_first(self) -> None:
        """Bring the page's own tab to the front."""
        self.tabs.setCurrentIndex(0)

    def show_words(self) -> None:
        """Bring the node's details to the front, unless another view of the node is there already."""
        if self.tabs.currentIndex() == 0:
            self.tabs.setCurrentIndex(1)

    def show_node(self, facts: GraphFacts | None, name: str) -> None:
        """Show a node; "" shows what to do instead."""
        self._shown = (facts, name)
        self.show_statistics(None)
        if facts is None or name not in facts.graph:
            self.details.setPlainText(self.tr("Select a node to see what it reads, who reads it and its attributes."))
            self.picture.show_node(None, "")
            self.raw.setPlainText("")
            return
        from coldpress.graph.node_details import node_details

        details = node_details(facts.graph, facts.types, name, typed=facts.typed)
        self.details.setHtml(node_html(facts, details))
        self.picture.show_node(facts.graph, name)
        self.raw.setPlainText(details.text)

    def show_statistics(self, statistics: ValueStatistics | None) -> None:
        """Show the values of the variable."""
        self.histogram.show_statistics(statistics)
        self.figures.setVisible(statistics is not None)
        if statistics is not None:
            text = counts.values(statistics.count) + self.tr(
                " · mean {mean} · std {std} · {zeros} zero · {strange} NaN or infinite"
            ).format(
                mean=f"{statistics.mean:.4g}",
                std=f"{statistics.std:.4g}",
                zeros=statistics.zeros,
                strange=statistics.strange,
            )
            self.figures.setText(text)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() == QEvent.Type.PaletteChange and hasattr(self, "_shown"):
            self.show_node(*self._shown)

    def _clicked(self, url: QUrl) -> None:
        if url.scheme() == "node":
            self.node_clicked.emit(unquote(url.toString(QUrl.ComponentFormattingOption.FullyEncoded).partition(":")[2]))

    def _retranslate(self) -> None:
        for number, title in enumerate((self.tr("Meaning"), self.tr("Node"), self.tr("Neighbours"), self.tr("Raw"))):
            self.tabs.setTabText(number, title)
        self.details.setAccessibleName(self.tr("Node details"))
        self.picture.setAccessibleName(self.tr("Neighbours of the node"))
        self.raw.setAccessibleName(self.tr("NodeDef as text"))
        self.copy.setText(self.tr("Copy"))
        self.show_node(*self._shown)

    def _lay_out(self) -> None:
        first, third = QWidget(), QWidget()
        words = QVBoxLayout(first)
        words.setContentsMargins(GAP, SPACE, SPACE, SPACE)
        words.addWidget(self.details, 1)
        words.addWidget(self.histogram)
        words.addWidget(self.figures)
        raw = QVBoxLayout(third)
        raw.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        raw.addWidget(self.raw, 1)
        raw.addLayout(row(1, self.copy))
        for page in (self._first, first, self.picture, third):
            self.tabs.addTab(page, "")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tabs)
