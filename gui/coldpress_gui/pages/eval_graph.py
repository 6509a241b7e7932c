"""Page 2: train graph or inference graph, and the changes from one to the other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QFileDialog

from coldpress.eval_graph.change_list import as_text, summary, write_changes
from coldpress_gui.pages.page import Page
from coldpress_gui.session import Job
from coldpress_gui.steps import StepId
from coldpress_gui.widgets.basics import Banner, Button, Card, Label, row
from coldpress_gui.widgets.changes import ChangesView
from coldpress_gui.widgets.findings import FindingsList, shown_nodes, with_links
from coldpress_gui.words import code_words, count, counts, error_words, language

if TYPE_CHECKING:
    from coldpress.eval_graph.change import Change
    from coldpress.eval_graph.diagnose import Diagnosis
    from coldpress_gui.session import State


class EvalGraphPage(Page):
    """Verdict, evidence, the switch, the changes, what training left behind."""

    step: ClassVar[StepId] = StepId.EVAL_GRAPH

    def build(self) -> None:
        self.banner = Banner()
        self.evidence_card, self.changes_card = Card(), Card()
        self.evidence = Label(rich=True)
        self.evidence_card.body.addWidget(self.evidence)
        self.switch = QCheckBox()
        self.changes = ChangesView()
        self.summary = Label("muted")
        self.copy, self.export = Button("copy"), Button("save")
        self.changes_card.body.addWidget(self.switch)
        self.changes_card.body.addWidget(self.summary)
        self.changes_card.body.addWidget(self.changes, 1)
        self.changes_card.body.addLayout(row(self.copy, self.export, 1))
        self.saved = Label("muted")
        self.saved.hide()
        self.changes_card.body.addWidget(self.saved)
        self.findings = FindingsList()
        for widget in (self.banner, self.findings, self.evidence_card):
            self.body.addWidget(widget)
        self.body.addWidget(self.changes_card, 1)
        self._shown: tuple[Change, ...] | None = None
        self._connect()

    def _connect(self) -> None:
        self.switch.toggled.connect(lambda on: self.session.change(as_is=not on))
        self.evidence.linkActivated.connect(self.node_wanted)
        self.changes.node_clicked.connect(self.node_wanted)
        self.findings.node_clicked.connect(self.node_wanted)
        self.findings.accepted_changed.connect(self.session.accept)
        self.copy.clicked.connect(lambda: QApplication.clipboard().setText(self._text()))
        self.export.clicked.connect(self._export)

    def retranslate(self) -> None:
        self.title_label.setText(self.tr("Eval graph"))
        self.lead_label.setText(
            self.tr("What is frozen must be the forward pass alone. Coldpress finds what training left in the graph.")
        )
        self.evidence_card.heading.setText(self.tr("How this is known"))
        self.changes_card.heading.setText(self.tr("From train graph to eval graph"))
        self.switch.setText(self.tr("Make the eval graph (recommended)"))
        self.copy.setText(self.tr("Copy the list"))
        self.export.setText(self.tr("Save the list…"))
        self.changes.setAccessibleName(self.tr("Changes"))
        self._shown = None

    def enter(self) -> None:
        target = self.switch if self.switch.isVisible() else self.findings
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_state(self, state: State) -> None:
        if state.model is None or state.model.read is None:
            return
        diagnosis = state.model.read.diagnosis
        self._show_verdict(diagnosis, as_is=bool(state.recipe and state.recipe.as_is))
        self._show_evidence(diagnosis)
        self._show_changes(state)

    def _show_verdict(self, diagnosis: Diagnosis, *, as_is: bool) -> None:
        if not diagnosis.training:
            self.banner.say("good", self.tr("Inference graph"), self.tr("Nothing of training is left in it."))
        elif as_is:
            self.banner.say(
                "bad",
                self.tr("Training graph, left as it is"),
                self.tr("Frozen like this the model may convert without an error and answer wrongly."),
            )
        else:
            self.banner.say(
                "info",
                self.tr("Training graph"),
                self.tr("It is turned into the eval graph first; the changes are listed below."),
            )

    def _show_evidence(self, diagnosis: Diagnosis) -> None:
        lines = []
        for entry in diagnosis.evidence:
            sentence = code_words(entry.code, {"nodes": shown_nodes(entry.nodes, 2), **entry.facts})
            lines.append(f"• {with_links(sentence, entry.nodes)}")
        self.evidence.setText("<br>".join(lines))
        self.evidence_card.setVisible(bool(lines))

    def _show_changes(self, state: State) -> None:
        derived, model = state.derived, state.model
        if model is None or model.read is None:
            return
        self.switch.blockSignals(True)
        self.switch.setChecked(not (state.recipe and state.recipe.as_is))
        self.switch.blockSignals(False)
        training = model.read.diagnosis.training
        changes = derived.eval_graph.changes if derived else ()
        self.changes_card.setVisible(training or bool(changes))
        for widget in (self.changes, self.copy, self.export):
            widget.setVisible(bool(changes))
        if changes != self._shown:
            self._shown = changes
            self.changes.show_changes(changes)
            self.saved.hide()
        self.summary.setText(self._summary(state))
        accepted = state.recipe.accept if state.recipe else frozenset()
        findings = derived.eval_graph.findings if derived else ()
        self.findings.show_findings(findings, accepted)

    def _summary(self, state: State) -> str:
        error = state.problem(Job.DERIVE)
        if error is not None:
            return _said(error)
        if state.derived is None or state.model is None or state.model.read is None:
            return self.tr("Working it out …")
        result = state.derived.eval_graph
        head = counts.changes(len(result.changes)) + self.tr(" · {before} nodes become {after}").format(
            before=count(len(state.model.read.graph)), after=count(len(result.graph))
        )
        return f"{head}\n{summary(result.changes, language=language())}".rstrip()

    def _text(self) -> str:
        return as_text(self._shown or (), language=language())

    def _export(self) -> None:
        texts, data = self.tr("Text (*.txt)"), self.tr("JSON (*.json)")
        chosen, kind = QFileDialog.getSaveFileName(
            self, self.tr("Save the list of changes"), "changes.txt", f"{texts};;{data}"
        )
        if chosen:
            path = Path(chosen)
            self._save(path if path.suffix else path.with_suffix(".json" if kind == data else ".txt"))

    def _save(self, path: Path) -> None:
        """Write the list in the background, and say below it what came of that."""
        changes, spoken = self._shown or (), language()
        self.export.setEnabled(False)
        task = self.session.tasks.run(lambda _listener, _cancel: write_changes(path, changes, language=spoken))
        task.succeeded.connect(lambda _nothing: self._say_saved(self.tr("Saved to {path}.").format(path=path), ""))
        task.failed.connect(lambda error: self._say_saved(_said(error), "bad"))
        task.finished.connect(lambda: self.export.setEnabled(True))

    def _say_saved(self, text: str, tone: str) -> None:
        self.saved.setText(text)
        self.saved.set_tone(tone)
        self.saved.show()


def _said(error: BaseException) -> str:
    words = error_words(error)
    return f"{words.message} {words.remedy}".rstrip()
