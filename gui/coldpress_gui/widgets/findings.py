"""Findings as cards: what it is, where, what to do, and a way to go on all the same."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from coldpress_gui.theme import GAP, SPACE
from coldpress_gui.widgets.basics import Card, IconLabel, Label, beside, clear, column
from coldpress_gui.words import finding_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldpress.finding import Finding

_ICONS = {"block": ("blocked", "bad"), "warning": ("warning", "warning"), "note": ("info", "accent")}
_KINDS = {"block": "bad", "warning": "warning", "note": "plain"}
_LINKS = 4
_ORDER = ("block", "warning", "note")


def shown_nodes(names: Sequence[str], most: int = _LINKS) -> str:
    """Return the first few names, for a sentence."""
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


def node_links(names: Sequence[str]) -> str:
    """Return the first few nodes as links ``node:NAME``."""
    links = [f'<a href="node:{quote(name)}">{escape(name)}</a>' for name in names[:_LINKS]]
    return ", ".join(links) + (" …" if len(names) > _LINKS else "")


def with_links(sentence: str, names: Sequence[str]) -> str:
    """Return a sentence as HTML in which the names of nodes are links."""
    html = escape(sentence)
    # Longest first, so that no name is taken for the beginning of another.
    marks = sorted(names, key=len, reverse=True)
    for number, name in enumerate(marks):
        html = re.sub(rf"(?<![\w/.]){re.escape(escape(name))}(?![\w/.-])", f"\0{number}\0", html)
    for number, name in enumerate(marks):
        html = html.replace(f"\0{number}\0", f'<a href="node:{quote(name)}">{escape(name)}</a>')
    return html


class FindingCard(Card):
    """One finding."""

    node_clicked = Signal(str)
    accepted_changed = Signal(str, bool)

    def __init__(self, finding: Finding, *, accepted: bool) -> None:
        super().__init__(heading=False)
        self._finding = finding
        icon, role = _ICONS[finding.severity]
        words = finding_words(finding)
        self.set_kind("plain" if accepted else _KINDS[finding.severity])  # type: ignore[arg-type]
        message, remedy = Label(rich=True), Label("muted")
        text = with_links(words.message, finding.nodes)
        message.setText(text)
        message.linkActivated.connect(self.node_clicked)
        remedy.setText(words.remedy)
        nodes = Label("small", rich=True)
        nodes.setText(node_links(finding.nodes))
        nodes.linkActivated.connect(self.node_clicked)
        said = {remedy: bool(words.remedy), nodes: bool(finding.nodes) and "node:" not in text}
        texts = column(message, *(label for label, wanted in said.items() if wanted), spacing=4)
        self.body.addLayout(beside(IconLabel(icon, role, 18), texts, spacing=GAP))
        if finding.blocks:
            texts.addWidget(self._accept_box(accepted=accepted))
        self.setAccessibleName(words.message)

    def _accept_box(self, *, accepted: bool) -> QCheckBox:
        box = QCheckBox(self.tr("I know; go on all the same"))
        box.setChecked(accepted)
        box.toggled.connect(lambda on: self.accepted_changed.emit(self._finding.code, on))
        return box


class FindingsList(QWidget):
    """All findings, the blocking ones first."""

    node_clicked = Signal(str)
    accepted_changed = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE)
        self._shown: tuple[tuple[Finding, ...], frozenset[str]] = ((), frozenset())
        self.setVisible(False)

    def show_findings(self, findings: Sequence[Finding], accepted: frozenset[str] = frozenset()) -> None:
        """Show these."""
        ordered = tuple(sorted(findings, key=lambda finding: _ORDER.index(finding.severity)))
        if (ordered, accepted) != self._shown:
            self._shown = (ordered, accepted)
            self._rebuild()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._rebuild()

    def _rebuild(self) -> None:
        clear(self._layout)
        findings, accepted = self._shown
        for finding in findings:
            card = FindingCard(finding, accepted=finding.code in accepted)
            card.node_clicked.connect(self.node_clicked)
            card.accepted_changed.connect(self.accepted_changed)
            self._layout.addWidget(card)
        self.setVisible(bool(findings))
