"""The learn panel: one concept card a page, which can be hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from coldpress_gui.learn.cards import card_for
from coldpress_gui.theme import GAP, MARGIN
from coldpress_gui.widgets.basics import Button, IconButton, IconLabel, Label, column, row, scrolling

if TYPE_CHECKING:
    from coldpress_gui.session import State
    from coldpress_gui.steps import StepId


class LearnPanel(QWidget):
    """A title, a text that speaks of the open file, links into it."""

    hide_wanted = Signal()
    more_wanted = Signal()
    """Asks for the lessons in a window of their own."""
    link_clicked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("learn")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(272)
        self._caption = Label("small")
        self._hide, self._more = IconButton("cross"), Button("external", flat=True)
        self._title = Label("heading")
        self._text = Label(rich=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._text.linkActivated.connect(self.link_clicked)
        self._hide.clicked.connect(self.hide_wanted)
        self._more.clicked.connect(self.more_wanted)
        self._shown: tuple[StepId, State] | None = None
        self._lay_out()
        self._retranslate()

    def show_card(self, step: StepId, state: State) -> None:
        """Show the card of a page."""
        self._shown = (step, state)
        card = card_for(step, state)
        self._title.setText(card.title)
        self._text.setText(card.html)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self._caption.setText(self.tr("Learn"))
        self._more.setText(self.tr("Learn on this file …"))
        self._hide.set_name(self.tr("Hide the learn panel"))
        self.setAccessibleName(self.tr("Learn"))
        if self._shown:
            self.show_card(*self._shown)

    def _lay_out(self) -> None:
        texts = column(self._title, self._text, spacing=GAP)
        texts.addLayout(row(self._more, 1))
        texts.addStretch(1)
        texts.setContentsMargins(MARGIN, 0, MARGIN, MARGIN)
        area = scrolling(texts)
        top = row(IconLabel("learn", "accent", 18), self._caption, 1, self._hide)
        top.setContentsMargins(MARGIN, GAP, GAP, GAP)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(area, 1)
