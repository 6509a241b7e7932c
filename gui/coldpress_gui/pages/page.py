"""What every page is: it publishes valid, busy and error; the shell alone owns Next and Back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWizardPage

from coldpress_gui.theme import GAP, SPACE
from coldpress_gui.widgets.basics import Label, scrolling

if TYPE_CHECKING:
    from coldpress_gui.session import Session, State
    from coldpress_gui.steps import StepId


@dataclass(frozen=True, slots=True)
class PageStatus:
    """``valid``: Next may be pressed; ``busy``: something is under way; ``error``: why not, in one sentence."""

    valid: bool = False
    busy: bool = False
    error: str = ""


class Page(QWizardPage):
    """Title, one sentence, and the body that a subclass fills in ``build``.

    Subclasses implement ``build`` (make widgets, no text), ``retranslate`` (every fixed text) and ``show_state``
    (what depends on the state).
    """

    step: ClassVar[StepId]
    scrolls: ClassVar[bool] = True

    status_changed = Signal()
    go_to = Signal(int)
    """Asks the shell for another page."""
    node_wanted = Signal(str)
    """Asks the shell to show a node in the tree."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.session = session
        self.status = PageStatus()
        self.title_label = Label("title")
        self.lead_label = Label("muted")
        self.body = QVBoxLayout()
        self._lay_out()
        self.build()
        self._retranslate()
        session.changed.connect(self.show_state)

    def build(self) -> None:
        """Make the widgets of the body, without texts."""
        raise NotImplementedError

    def retranslate(self) -> None:
        """Set every text that does not depend on the state, title and lead included."""
        raise NotImplementedError

    def show_state(self, state: State) -> None:
        """Show the state and publish the status."""
        raise NotImplementedError

    def enter(self) -> None:
        """Put the focus where a person begins: the page was just shown."""
        self.title_label.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave_forward(self) -> bool:
        """Next was pressed; tell whether to go on."""
        return True

    def close_down(self) -> None:
        """End what the page started: the window is closing."""

    def publish(self, status: PageStatus) -> None:
        """Tell the shell how the page stands."""
        if status != self.status:
            self.status = status
            self.completeChanged.emit()
            self.status_changed.emit()

    def isComplete(self) -> bool:
        return self.status.valid and not self.status.busy

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.retranslate()
        self.show_state(self.session.state)

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(4)
        outer.addWidget(self.title_label)
        outer.addWidget(self.lead_label)
        outer.addSpacing(SPACE)
        self.body.setSpacing(GAP)
        if not self.scrolls:
            self.body.setContentsMargins(0, 0, 0, 0)
            outer.addLayout(self.body, 1)
            return
        self.body.setContentsMargins(0, 0, 6, 0)
        outer.addWidget(scrolling(self.body), 1)
