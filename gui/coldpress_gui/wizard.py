"""The wizard proper: QWizard with the pages in order. It owns Back and Next; pages only say how they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractButton, QWizard

from coldpress_gui.pages.page import Page
from coldpress_gui.steps import StepId
from coldpress_gui.widgets.basics import Button

if TYPE_CHECKING:
    from coldpress_gui.pages.all import Pages

_WB = QWizard.WizardButton
_IDLE_MS = 10
"""Between two pieces of preparation."""


class Wizard(QWizard):
    """The pages, one at a time, inside the window."""

    page_shown = Signal(int)
    another_wanted = Signal()

    def __init__(self, pages: Pages) -> None:
        super().__init__()
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setWizardStyle(QWizard.WizardStyle.ClassicStyle)
        self.setOptions(
            QWizard.WizardOption.NoCancelButton
            | QWizard.WizardOption.NoDefaultButton
            | QWizard.WizardOption.NoBackButtonOnStartPage
            | QWizard.WizardOption.IndependentPages
        )
        self._jumping = False
        self._make_buttons()
        self.pages = pages
        pages.made.connect(self._add)
        for page in pages.so_far():
            self._add(page)
        self._idle = QTimer(self)
        self._idle.setInterval(_IDLE_MS)
        self._idle.timeout.connect(self._prepare)
        self.setStartId(StepId.FILES)
        self.currentIdChanged.connect(self._entered)
        self._retranslate()
        self.restart()

    def prepare_pages(self) -> None:
        """Bring the pages that are not seen up to date, a little at every turn of the event loop."""
        self._idle.start()

    def nextId(self) -> int:
        following = self.currentId() + 1
        return following if following < len(StepId) else -1

    def _add(self, page: Page) -> None:
        self.setPage(page.step, page)
        page.status_changed.connect(self._show_buttons)
        page.publish_now()

    def _prepare(self) -> None:
        if self.pages.make_one():
            return
        now = self.currentId()
        pages = sorted(self.pages.so_far(), key=lambda page: abs(page.step - now))
        if not any(page.catch_up() for page in pages if page.step != now):
            self._idle.stop()

    def current_page(self) -> Page | None:
        """Return the page that is shown."""
        page = self.currentPage()
        return page if isinstance(page, Page) else None

    def go_to(self, step: int) -> None:
        """Walk to another page; forward only as far as the pages on the way are complete."""
        self._jumping = True
        self.setUpdatesEnabled(False)
        try:
            while self.currentId() > step:
                self.back()
            while self.currentId() < step and (page := self.current_page()) and page.isComplete():
                self.next()
        finally:
            self._jumping = False
            self.setUpdatesEnabled(True)
        self._entered(self.currentId())

    def walking_buttons(self) -> tuple[QAbstractButton, ...]:
        """Return Back, Next and the one at the end."""
        return tuple(self.button(kind) for kind in (_WB.BackButton, _WB.NextButton, _WB.FinishButton))

    def press_back(self) -> None:
        """Go back where that is possible."""
        self.button(_WB.BackButton).click()

    def press_next(self) -> None:
        """Go on where that is possible."""
        self.button(_WB.NextButton).click()

    def validateCurrentPage(self) -> bool:
        page = self.current_page()
        if page is not None and not self._jumping and not page.leave_forward():
            return False
        self._have_following()
        return True

    def reject(self) -> None:
        """Escape is no reason to lose the window."""

    def accept(self) -> None:
        self.another_wanted.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _have_following(self) -> None:
        """Make the page that comes next, where it was not made yet."""
        if (following := self.nextId()) != -1:
            self.pages[following]

    def _make_buttons(self) -> None:
        for kind, button in (
            (_WB.BackButton, Button()),
            (_WB.NextButton, Button(primary=True)),
            (_WB.FinishButton, Button(primary=True)),
        ):
            self.setButton(kind, button)
        self.setButtonLayout([_WB.Stretch, _WB.BackButton, _WB.NextButton, _WB.FinishButton])

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Coldpress"))
        self.setButtonText(_WB.BackButton, self.tr("Back"))
        self.setButtonText(_WB.FinishButton, self.tr("Convert another"))
        self._name_next()

    def _name_next(self) -> None:
        converts = self.currentId() == StepId.TYPES
        self.button(_WB.NextButton).setText(self.tr("Convert") if converts else self.tr("Next"))

    def _entered(self, step: int) -> None:
        if self._jumping or step < 0:
            return
        self._name_next()
        self._show_buttons()
        for page in self.pages.so_far():
            page.set_active(active=page.step == step)
        if step == StepId.CONVERT:
            # What a run prints is kept by the page after it.
            self._have_following()
        self.pages[step].enter()
        self.page_shown.emit(step)

    def _show_buttons(self) -> None:
        page = self.current_page()
        if page is None:
            return
        back: QAbstractButton = self.button(_WB.BackButton)
        back.setEnabled(page.step != StepId.FILES and not (page.step == StepId.CONVERT and page.status.busy))
        following = self.button(_WB.NextButton)
        for button in (following, self.button(_WB.FinishButton)):
            button.setEnabled(page.isComplete())
        following.setToolTip(page.status.error)
        following.setAccessibleDescription(page.status.error)
