"""What every page is: it publishes valid, busy and error; the shell alone owns Next and Back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget, QWizardPage
from shiboken6 import isValid

from coldpress.finding import Finding
from coldpress.route.status import step_status
from coldpress_gui.theme import GAP, SPACE
from coldpress_gui.widgets.basics import Label, scrolling
from coldpress_gui.words import error_words, finding_words

if TYPE_CHECKING:
    from coldpress_gui.session import Session, State
    from coldpress_gui.steps import StepId


_POLISHED_AT_ONCE = 12
"""Widgets that get their style in one turn of the event loop."""


@dataclass(frozen=True, slots=True)
class PageStatus:
    """``valid``: Next may be pressed; ``busy``: something is under way; ``error``: why not, in one sentence."""

    valid: bool = False
    busy: bool = False
    error: str = ""


class Page(QWizardPage):
    """Title, one sentence, and the body that a subclass fills in ``build``.

    Subclasses implement ``build`` (make widgets, no text), ``retranslate`` (every fixed text) and ``show_state``
    (what depends on the state). How a page stands is the route's business (``coldpress.route``); a page that nobody
    sees shows the state when it is seen again.
    """

    step: ClassVar[StepId]
    scrolls: ClassVar[bool] = True

    status_changed = Signal()
    go_to = Signal(int)
    """Asks the shell for another page."""
    node_wanted = Signal(str)
    """Asks the shell to show a node in the tree."""
    rearranged = Signal()
    """Controls came or went although the state is the same."""

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
        self.active = False
        self._behind = True
        self._bare: deque[QWidget] | None = None
        self.build()
        self.retranslate()
        # A page may be made when much has happened.
        self.hear_state(session.state)
        session.changed.connect(self._state_changed)

    def build(self) -> None:
        """Make the widgets of the body, without texts."""
        raise NotImplementedError

    def retranslate(self) -> None:
        """Set every text that does not depend on the state, title and lead included."""
        raise NotImplementedError

    def show_state(self, state: State) -> None:
        """Show the state."""
        raise NotImplementedError

    def hear_state(self, state: State) -> None:
        """Take note of a state although the page may not be seen; quick."""

    def catch_up(self) -> bool:
        """Prepare a little of a page that is not seen yet, so that it shows at once; tell whether more is left."""
        if self._behind:
            self._show(self.session.state)
            self._bare = None
            return True
        if self._bare is None:
            self._bare = deque(self.findChildren(QWidget))
        for _ in range(min(_POLISHED_AT_ONCE, len(self._bare))):
            widget = self._bare.popleft()
            if isValid(widget):
                widget.ensurePolished()
        return bool(self._bare)

    def set_active(self, *, active: bool) -> None:
        """Say whether this is the page that is seen; it catches up with the state when it is."""
        self.active = active
        if active and self._behind:
            self._show(self.session.state)

    def enter(self) -> None:
        """Put the focus where a person begins: the page was just shown."""
        self.title_label.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave_forward(self) -> bool:
        """Next was pressed; tell whether to go on."""
        return True

    def close_down(self) -> None:
        """End what the page started: the window is closing."""

    def publish(self, status: PageStatus) -> None:
        """Tell the shell how the page stands.

        Not by ``completeChanged``: QWizard answers it by hiding everything for a moment, which throws the focus out of
        the field that is being typed in.
        """
        if status != self.status:
            self.status = status
            self.status_changed.emit()

    def publish_now(self) -> None:
        """Tell the shell how the page stands in the session's state."""
        self._publish(self.session.state)

    def _state_changed(self, state: State) -> None:
        self.hear_state(state)
        if self.active:
            self._show(state)
        else:
            self._behind = True
        self._publish(state)

    def _show(self, state: State) -> None:
        self._behind = False
        self.show_state(state)

    def _publish(self, state: State) -> None:
        status = step_status(state, self.step)
        self.publish(PageStatus(status.valid, status.busy, _words(status.reason)))

    def isComplete(self) -> bool:
        return self.status.valid and not self.status.busy

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.retranslate()
        self._behind = True
        if self.active:
            self._show(self.session.state)
        self._publish(self.session.state)

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


def _words(reason: Finding | BaseException | None) -> str:
    if reason is None:
        return ""
    words = finding_words(reason) if isinstance(reason, Finding) else error_words(reason)
    return words.message
