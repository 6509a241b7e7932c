"""Page 5: the run. Steps with state and time, the live log, Cancel, failure in words."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt

from coldpress.errors import BlockedError, ConverterError
from coldpress.events import LogLine
from coldpress.route.steps import page_for
from coldpress_gui.overview import step_titles
from coldpress_gui.pages.page import Page
from coldpress_gui.session import Job
from coldpress_gui.steps import StepId
from coldpress_gui.theme import GAP
from coldpress_gui.widgets.basics import Banner, Button, Card, row
from coldpress_gui.widgets.findings import FindingsList
from coldpress_gui.widgets.log_view import LogView
from coldpress_gui.widgets.step_list import StepList
from coldpress_gui.words import error_words

if TYPE_CHECKING:
    from coldpress.events import Event
    from coldpress_gui.session import State


class ConvertPage(Page):
    """Runs the recipe."""

    step: ClassVar[StepId] = StepId.CONVERT
    scrolls: ClassVar[bool] = False

    def build(self) -> None:
        self.banner = Banner()
        self.banner.hide()
        self.findings = FindingsList()
        self.steps = StepList()
        self.start, self.cancel = Button(primary=True), Button("stop")
        self.log_button = Button("list", flat=True)
        self.log = LogView(wrap=True)
        steps_card = Card(heading=False)
        steps_card.body.addWidget(self.steps)
        self.body.addWidget(self.banner)
        self.body.addWidget(self.findings)
        self.body.addWidget(steps_card)
        self.body.addLayout(row(self.start, self.cancel, 1, self.log_button, spacing=GAP))
        self.body.addWidget(self.log, 1)
        self.body.addStretch(0)
        self._was_running = False
        self._cancelled = False
        self._connect()

    def _connect(self) -> None:
        self.start.clicked.connect(self._begin)
        self.cancel.clicked.connect(self._stop)
        self.log_button.clicked.connect(self._toggle_log)
        self.session.event_arrived.connect(self._heard)
        self.session.run_ended.connect(self._ended)
        self.findings.node_clicked.connect(self.node_wanted)
        self.findings.accepted_changed.connect(self.session.accept)

    def retranslate(self) -> None:
        self.title_label.setText(self.tr("Convert"))
        self.lead_label.setText(self.tr("Freeze, convert, then compare the result with the frozen graph."))
        self.cancel.setText(self.tr("Cancel"))
        self._name_log_button()
        self.log.setAccessibleName(self.tr("Log"))
        self.log.setPlaceholderText(self.tr("What the converter prints appears here."))

    def enter(self) -> None:
        """Coming from the page before, the run begins at once unless these decisions have come to an end already."""
        state = self.session.state
        ended = state.outcome is not None or state.problem(Job.RUN) is not None or self._cancelled
        if Job.RUN not in state.busy and not (ended and state.recipe == state.ran):
            self._begin()
        target = self.cancel if self.cancel.isVisible() else self.start
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_state(self, state: State) -> None:
        running = Job.RUN in state.busy
        self.cancel.setVisible(running)
        self.start.setVisible(not running)
        done = state.outcome is not None
        self.start.setText(self.tr("Run again") if done or state.problem(Job.RUN) else self.tr("Start"))
        if not running:
            self._show_end(state)
        self._was_running = running

    def _toggle_log(self) -> None:
        self.log.setVisible(self.log.isHidden())
        self._name_log_button()

    def _name_log_button(self) -> None:
        self.log_button.setText(self.tr("Show the log") if self.log.isHidden() else self.tr("Hide the log"))

    def _begin(self) -> None:
        self._cancelled = False
        self.steps.reset()
        self.log.clear()
        self.banner.hide()
        self.findings.show_findings(())
        self.session.run()

    def _stop(self) -> None:
        self._cancelled = True
        self.cancel.setEnabled(False)
        self.session.cancel(Job.RUN)

    def _ended(self) -> None:
        self.cancel.setEnabled(True)
        state = self.session.state
        if state.problem(Job.RUN) is not None:
            self.steps.end("failed")
        elif state.outcome is None:
            self.steps.end("stopped")
        else:
            self.steps.end("done")
            if self.isVisible():
                self.go_to.emit(StepId.RESULT)

    def _show_end(self, state: State) -> None:
        error = state.problem(Job.RUN)
        if error is not None:
            self._show_failure(state, error)
        elif state.outcome_stale:
            self.banner.say(
                "warning", self.tr("Out of date"), self.tr("Something was changed since this run. Run it again.")
            )
            self.banner.set_actions()
        elif self._cancelled and state.outcome is None:
            self.banner.say("info", self.tr("Stopped"), self.tr("Nothing was written."))
            self.banner.set_actions()
        self.banner.setVisible(error is not None or state.outcome_stale or (self._cancelled and state.outcome is None))

    def _show_failure(self, state: State, error: BaseException) -> None:
        words = error_words(error)
        self.banner.say(
            "bad",
            self.tr("This did not work"),
            f"{escape(words.message)}<br>{escape(words.remedy)}".removesuffix("<br>"),
        )
        step = page_for(error)
        if step is None:
            self.banner.set_actions()
        else:
            title = self.tr("Go to “{page}”").format(page=step_titles()[step])
            self.banner.set_actions((title, lambda: self.go_to.emit(step)))
        accepted = state.recipe.accept if state.recipe else frozenset()
        if isinstance(error, BlockedError):
            self.findings.show_findings(error.findings, accepted)
        if isinstance(error, ConverterError) and error.log:
            self._show_log(error)

    def _show_log(self, error: ConverterError) -> None:
        if not self.log.toPlainText().strip():
            self.log.show_lines(error.log)
        fatal = error.facts.get("line")
        if isinstance(fatal, str):
            self.log.mark(fatal)
            if self.log.isHidden():
                self._toggle_log()

    def _heard(self, job: Job, event: Event) -> None:
        if job is not Job.RUN:
            return
        if isinstance(event, LogLine):
            self.log.add_line(event.text)
        else:
            self.steps.hear(event)
