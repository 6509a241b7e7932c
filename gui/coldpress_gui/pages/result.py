"""Page 6: the verdict first, then the figures, the picture, the commands, the recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt

from coldpress_gui.pages.page import Page, PageStatus
from coldpress_gui.steps import StepId
from coldpress_gui.widgets.basics import Banner

if TYPE_CHECKING:
    from coldpress_gui.session import State


class ResultPage(Page):
    """What came of it."""

    step: ClassVar[StepId] = StepId.RESULT

    def build(self) -> None:
        self.banner = Banner()
        self.body.addWidget(self.banner)
        self.body.addStretch(1)

    def retranslate(self) -> None:
        self.title_label.setText(self.tr("Result"))
        self.lead_label.setText(self.tr("What came of it, in numbers and as a picture."))

    def enter(self) -> None:
        self.banner.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_state(self, state: State) -> None:
        self.publish(PageStatus(valid=state.outcome is not None))
