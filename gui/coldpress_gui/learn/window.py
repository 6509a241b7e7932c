"""Lessons on the open file, in a window of their own: they stay open beside the wizard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QDialog, QHeaderView, QTabWidget, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from coldpress_gui.learn.cards import card_for
from coldpress_gui.learn.pointing import PointingLesson
from coldpress_gui.learn.quantizer import QuantizerLesson
from coldpress_gui.steps import StepId
from coldpress_gui.theme import GAP, MARGIN
from coldpress_gui.widgets.basics import Label, column, scrolling
from coldpress_gui.widgets.table import Column, Table
from coldpress_gui.words import code_words

if TYPE_CHECKING:
    from coldpress.formats.anatomy import Part
    from coldpress_gui.session import Session, State

LESSON_OF = {
    StepId.FILES: 0,
    StepId.EVAL_GRAPH: 4,
    StepId.ENDPOINTS: 2,
    StepId.TYPES: 3,
    StepId.CONVERT: 1,
    StepId.RESULT: 3,
}
"""The lesson that goes on where a page's card ends."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A call of TensorFlow 1.x and what its file holds."""

    code: str
    """As in ``formats.writer.<code>`` of the messages."""
    files: str
    structure: bool
    weights: bool
    signatures: bool


_WRITERS = (
    Writer("saver", ".index  .data-*  checkpoint", structure=False, weights=True, signatures=False),
    Writer("export_meta_graph", ".meta", structure=True, weights=False, signatures=True),
    Writer("write_graph", ".pb  .pbtxt", structure=True, weights=False, signatures=False),
    Writer("freeze_graph", ".pb", structure=True, weights=True, signatures=False),
    Writer("saved_model_builder", "saved_model.pb  variables/", structure=True, weights=True, signatures=True),
    Writer("summary_writer", "events.out.tfevents.*", structure=True, weights=False, signatures=False),
)


class LearnWindow(QDialog):
    """Five lessons behind tabs."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        self.tabs = QTabWidget()
        self.tree = QTreeWidget()
        self.writers: Table[Writer] = Table(min_rows=len(_WRITERS), max_rows=len(_WRITERS))
        self.pointing, self.quantizer = PointingLesson(), QuantizerLesson()
        self.cards = {step: Label(rich=True) for step in (StepId.FILES, StepId.ENDPOINTS, StepId.TYPES)}
        self.eval_card, self.writers_note = Label(rich=True), Label("muted")
        self._shown: object = None
        self._lay_out()
        self._retranslate()
        session.changed.connect(self._show_state)

    def show_lesson(self, step: StepId) -> None:
        """Bring the lesson that belongs to a page to the front."""
        self.tabs.setCurrentIndex(LESSON_OF[step])
        self.show()
        self.raise_()
        self.activateWindow()

    def point_at(self, node: str) -> None:
        """Say what the node is that was pointed at in the tree."""
        self.pointing.field.setText(node)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _lay_out(self) -> None:
        self.tree.setUniformRowHeights(True)
        self.tree.setColumnCount(2)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        files, ends, types = self.cards.values()
        lessons = (
            column(files, self.tree, spacing=GAP),
            column(self.writers, self.writers_note, 1, spacing=GAP),
            column(ends, self.pointing, spacing=GAP),
            column(types, self.quantizer, spacing=GAP),
            column(self.eval_card, 1, spacing=GAP),
        )
        for lesson in lessons:
            lesson.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
            self.tabs.addTab(scrolling(lesson), "")
        layout = QVBoxLayout(self)
        layout.addWidget(self.tabs)
        self.resize(880, 680)

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Learn on this file"))
        names = (
            self.tr("Anatomy of the file"),
            self.tr("Which call writes what"),
            self.tr("Operation or tensor?"),
            self.tr("QAT, PTQ and ranges"),
            self.tr("Train graph and eval graph"),
        )
        for number, name in enumerate(names):
            self.tabs.setTabText(number, name)
        self.tree.setHeaderLabels([self.tr("Field"), self.tr("Content")])
        self.tree.setAccessibleName(names[0])
        self.writers.setAccessibleName(names[1])
        self._shown = None
        self._show_state(self._session.state)

    def _show_state(self, state: State) -> None:
        for step, label in (*self.cards.items(), (StepId.EVAL_GRAPH, self.eval_card)):
            label.setText(card_for(step, state).html)
        read = state.model.read if state.model else None
        if self._shown is not None and self._shown is state.model:
            return
        self._shown = state.model
        self._show_writers(state)
        self.tree.clear()
        outputs = read.endpoints.chosen_outputs if read else ()
        self.pointing.show_graph(read.graph if read else None, str(outputs[0]) if outputs else "")
        if read is not None:
            from coldpress.formats.anatomy import anatomy

            self.tree.addTopLevelItem(_item(anatomy(read.source)))
            self.tree.expandToDepth(1)

    def _show_writers(self, state: State) -> None:
        present = {entry.writer_api for entry in state.model.files.files} if state.model else set()
        yes, no = self.tr("yes"), self.tr("no")

        def check(title: str, field: str) -> Column[Writer]:
            def spoken(writer: Writer) -> str:
                return f"{title}: {yes if getattr(writer, field) else no}"

            return Column(title, lambda writer: "✓" if getattr(writer, field) else "–", centred=True, spoken=spoken)

        columns: tuple[Column[Writer], ...] = (
            Column(self.tr("Call"), lambda writer: code_words(f"formats.writer.{writer.code}"), stretch=True),
            Column(self.tr("Files"), lambda writer: writer.files, stretch=True),
            check(self.tr("Structure"), "structure"),
            check(self.tr("Weights"), "weights"),
            check(self.tr("Signatures"), "signatures"),
            Column(self.tr("Here"), lambda writer: "●" if writer.code in present else "", centred=True),
        )
        self.writers.show_rows(columns, _WRITERS)
        self.writers_note.setText(
            self.tr(
                "● marks what lies in the open folder. Saver.save() calls export_meta_graph() too, unless told not to."
            )
        )


def _item(part: Part) -> QTreeWidgetItem:
    item = QTreeWidgetItem([part.name, part.value])
    item.setToolTip(1, part.value)
    item.addChildren([_item(inner) for inner in part.parts])
    return item
