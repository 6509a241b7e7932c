"""Where inputs and outputs are chosen: the chosen tensors, suggestions with reasons, a place to drop nodes."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from coldpress_gui.theme import SPACE
from coldpress_gui.widgets.basics import (
    Button,
    Card,
    ElidedLabel,
    IconButton,
    IconLabel,
    Label,
    beside,
    clear,
    column,
    row,
)
from coldpress_gui.widgets.graph_model import NODE_MIME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import SignalInstance
    from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent

_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A tensor that is chosen or suggested: its name, ``float32 ? × 10``, and why."""

    tensor: str
    facts: str
    reason: str
    chosen: bool


class SlotCard(Card):
    """The inputs, or the outputs."""

    chosen = Signal(str)
    added = Signal(str)
    removed = Signal(str)
    reset_wanted = Signal()
    node_clicked = Signal(str)
    rearranged = Signal()

    def __init__(self, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self._shown: tuple[tuple[Candidate, ...], bool] = ((), False)
        self._all = False
        self._entries = QVBoxLayout()
        self._entries.setSpacing(SPACE)
        self.body.addLayout(self._entries)
        self.setAcceptDrops(True)

    def show_candidates(self, candidates: Sequence[Candidate], *, suggested: bool) -> None:
        """Show the chosen ones first; ``suggested``: the person has not chosen otherwise."""
        if (tuple(candidates), suggested) != self._shown:
            self._shown = (tuple(candidates), suggested)
            self._rebuild()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._rebuild()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(NODE_MIME):
            event.acceptProposedAction()
            self.set_kind("info")

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self.set_kind("plain")

    def dropEvent(self, event: QDropEvent) -> None:
        self.set_kind("plain")
        event.acceptProposedAction()
        self.added.emit(bytes(event.mimeData().data(NODE_MIME).data()).decode())

    def _rebuild(self) -> None:
        self._fill()
        self.rearranged.emit()

    def _fill(self) -> None:
        clear(self._entries)
        candidates, suggested = self._shown
        chosen = [entry for entry in candidates if entry.chosen]
        others = [entry for entry in candidates if not entry.chosen]
        if not chosen:
            empty = Label("muted")
            empty.setText(self.tr("Nothing chosen. Double-click a node, or drag it here."))
            self._entries.addWidget(empty)
        for entry in chosen:
            self._entries.addLayout(self._chosen_line(entry, removable=len(chosen) > 1 or not suggested))
        for entry in others if self._all else others[:_SHOWN]:
            self._entries.addLayout(self._other_line(entry))
        more = Button(flat=True)
        if len(others) > _SHOWN and not self._all:
            more.setText(self.tr("%n more suggestion(s)", "", len(others) - _SHOWN))
            more.clicked.connect(self._show_all)
            self._entries.addLayout(row(more, 1))
        if not suggested:
            back = Button("refresh", flat=True)
            back.setText(self.tr("Back to the suggestion"))
            back.clicked.connect(self.reset_wanted)
            self._entries.addLayout(row(back, 1))

    def _show_all(self) -> None:
        self._all = True
        self._rebuild()

    def _chosen_line(self, entry: Candidate, *, removable: bool) -> QHBoxLayout:
        name = ElidedLabel("heading")
        name.set_full_text(entry.tensor)
        facts, reason = Label("plain"), Label("small")
        facts.setText(entry.facts)
        reason.setText(entry.reason)
        said = [label for label in (facts, reason) if label.text()]
        line = beside(IconLabel(self._icon, "accent", 18), column(name, *said, spacing=1))
        if removable:
            remove = IconButton("cross")
            remove.set_name(self.tr("Remove {name}").format(name=entry.tensor))
            remove.clicked.connect(lambda: self.removed.emit(entry.tensor))
            line.addWidget(remove, 0, Qt.AlignmentFlag.AlignTop)
        return line

    def _other_line(self, entry: Candidate) -> QHBoxLayout:
        name, reason = ElidedLabel(), Label("small", rich=True)
        name.set_full_text(entry.tensor)
        word = self.tr("show")
        show = f'<a href="node:{quote(entry.tensor)}">{escape(word)}</a>'
        reason.setText(" · ".join(filter(None, (escape(entry.reason), show))))
        reason.linkActivated.connect(self.node_clicked)
        use, add = (
            self._small_button(self.tr("Use"), self.chosen, entry),
            self._small_button(self.tr("Add"), self.added, entry),
        )
        below = row(reason, use, add, spacing=0)
        below.setStretch(0, 1)
        texts = column(name, spacing=0)
        texts.addLayout(below)
        return beside(IconLabel("op-other", "idle", 18), texts)

    def _small_button(self, text: str, signal: SignalInstance, entry: Candidate) -> Button:
        button = Button(flat=True)
        button.setText(text)
        button.setProperty("small", True)
        button.setAccessibleName(f"{text} {entry.tensor}")
        button.clicked.connect(lambda: signal.emit(entry.tensor))
        return button
