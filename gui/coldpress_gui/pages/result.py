"""Page 6: the verdict first, then the figures, the picture, the commands, the recipe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from coldpress.events import LogLine
from coldpress_gui.netron.view import NetronView
from coldpress_gui.pages.inside import InsideTab
from coldpress_gui.pages.numbers import NumbersTab
from coldpress_gui.pages.page import Page
from coldpress_gui.pages.papers import Papers, papers_of
from coldpress_gui.pages.verdict import figures_words, verdict_kind
from coldpress_gui.session import Job
from coldpress_gui.steps import StepId
from coldpress_gui.theme import GAP, SPACE
from coldpress_gui.widgets.basics import Banner, Button, column, row, scrolling
from coldpress_gui.widgets.figure_card import FigureCard
from coldpress_gui.widgets.findings import FindingsList
from coldpress_gui.widgets.layer_list import LayerList
from coldpress_gui.widgets.text_tab import TextTab
from coldpress_gui.words import counts, language, size

if TYPE_CHECKING:
    from coldpress.events import Event
    from coldpress.pipeline.outcome import Outcome
    from coldpress.worker.requests import TensorInfo
    from coldpress_gui.session import State


class ResultPage(Page):
    """What came of it."""

    step: ClassVar[StepId] = StepId.RESULT
    scrolls: ClassVar[bool] = False

    recipe_wanted = Signal()
    problem_met = Signal(object)
    """A file could not be written."""

    def build(self) -> None:
        self.banner, self.findings = Banner(), FindingsList()
        self.size_card, self.io_card, self.time_card, self.ops_card = (FigureCard() for _ in range(4))
        cards = QHBoxLayout()
        cards.setSpacing(GAP)
        for card in (self.size_card, self.io_card, self.time_card, self.ops_card):
            cards.addWidget(card, 1)
        self.tabs = QTabWidget()
        self.numbers, self.layers, self.inside = NumbersTab(), LayerList(), InsideTab()
        self.result_picture, self.frozen_picture = NetronView(), NetronView()
        self.commands, self.recipe, self.log = TextTab(wrap=True), TextTab(), TextTab()
        self._fill_tabs()
        self.open_folder, self.save_recipe = Button("folder"), Button("save")
        self.copy_commands, self.save_report = Button("copy"), Button("save")
        self.body.addWidget(self.banner)
        self.body.addWidget(self.findings)
        self.body.addLayout(cards)
        self.body.addWidget(self.tabs, 1)
        buttons = (self.open_folder, self.copy_commands, self.save_recipe, self.save_report)
        self.body.addLayout(row(*buttons, 1, spacing=GAP))
        self._shown: Outcome | None = None
        self._papers: Papers | None = None
        self._connect()

    def _connect(self) -> None:
        self.open_folder.clicked.connect(self._open_folder)
        self.copy_commands.clicked.connect(self._copy_commands)
        self.save_recipe.clicked.connect(self.recipe_wanted)
        self.save_report.clicked.connect(self._save_report)
        self.findings.node_clicked.connect(self.node_wanted)
        self.layers.node_clicked.connect(self.node_wanted)
        self.session.event_arrived.connect(self._heard)

    def _fill_tabs(self) -> None:
        layers = QWidget()
        layout = QVBoxLayout(layers)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        layout.addWidget(self.layers)
        pictures = (self.result_picture, self.frozen_picture)
        texts = (self.commands, self.recipe, self.log)
        for page in (scrolling(column(self.numbers)), layers, *pictures, scrolling(column(self.inside)), *texts):
            self.tabs.addTab(page, "")
        for picture in pictures:
            picture.setContentsMargins(SPACE, SPACE, SPACE, 0)
        self.tabs.setUsesScrollButtons(True)

    def retranslate(self) -> None:
        self.title_label.setText(self.tr("Result"))
        self.lead_label.setText(
            self.tr("The frozen graph and the result got the same inputs. This is how their answers compare.")
        )
        names = (
            self.tr("Numbers"),
            self.tr("Layers"),
            self.tr("Netron: result"),
            self.tr("Netron: frozen graph"),
            self.tr("Inside the file"),
            self.tr("Commands"),
            self.tr("Recipe"),
            self.tr("Log"),
        )
        for number, name in enumerate(names):
            self.tabs.setTabText(number, name)
        self.tabs.setAccessibleName(self.tr("Details of the result"))
        self.layers.setAccessibleName(self.tr("Layers, the one that loses most first"))
        copy = self.tr("Copy")
        self.commands.name(names[5], self.tr("Which command"), copy)
        self.recipe.name(names[6], "", copy)
        self.log.name(names[7], "", copy)
        self.log.view.setPlaceholderText(self.tr("Nothing was printed."))
        self.open_folder.setText(self.tr("Open folder"))
        self.copy_commands.setText(self.tr("Copy commands"))
        self.save_recipe.setText(self.tr("Save recipe…"))
        self.save_report.setText(self.tr("Save report…"))
        for part in (self.numbers, self.inside, self.result_picture, self.frozen_picture):
            part.retranslate()
        self._shown = None

    def enter(self) -> None:
        self.tabs.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_down(self) -> None:
        self.result_picture.close_down()
        self.frozen_picture.close_down()

    def hear_state(self, state: State) -> None:
        if Job.RUN in state.busy and state.outcome is None and self._shown is not None:
            self._shown = None
            self.log.view.clear()

    def show_state(self, state: State) -> None:
        outcome = state.outcome
        if outcome is not None and outcome is self._shown:
            self._show_verdict(state)
            return
        self._shown = outcome
        if outcome is None:
            self.result_picture.show_model(None)
            self.frozen_picture.show_model(None)
            return
        self._show_verdict(state)
        self._show_figures(outcome)
        self.inside.show_file(outcome.checked)
        verification = outcome.verification
        self.layers.show_layers(verification.layers if verification else ())
        self.numbers.show_float(
            verification.against_float if verification else None,
            verification.accuracy_result if verification else None,
        )
        self.result_picture.show_model(outcome.folder / "result.tflite")
        self.frozen_picture.show_model(outcome.frozen.path)
        self._write_papers(outcome)

    def _show_verdict(self, state: State) -> None:
        outcome = state.outcome
        if outcome is None:
            return
        name = outcome.output.name if outcome.output else "result.tflite"
        kind = verdict_kind(outcome)
        sentences = {
            "good": (self.tr("Verified"), self.tr("{name} does what the frozen graph does.")),
            "warning": (self.tr("Not verified"), self.tr("{name} was made, but it could not be run here.")),
            "bad": (
                self.tr("Not good enough"),
                self.tr("{name} differs too much from the frozen graph. It was not put in place."),
            ),
        }
        verdict, sentence = sentences[kind]
        if state.outcome_stale:
            kind, verdict = "warning", self.tr("Out of date")
            sentence = self.tr("Something was changed since {name} was made. Convert again.")
        figures = figures_words(outcome.verification)
        self.banner.say(kind, verdict, f"{sentence.format(name=name)}<br>{figures}".removesuffix("<br>"))
        self.findings.show_findings(outcome.verification.reasons if outcome.verification else ())
        self.open_folder.setEnabled(outcome.output is not None)

    def _show_figures(self, outcome: Outcome) -> None:
        checked = outcome.checked
        share = checked.nbytes / outcome.frozen.bytes if outcome.frozen.bytes else 0
        self.size_card.say(
            size(checked.nbytes), self.tr("{share} % of the frozen graph").format(share=f"{share * 100:.0f}")
        )
        first, last = checked.inputs[0], checked.outputs[0]
        self.io_card.say(f"{first.dtype} → {last.dtype}", self._quantization(first))
        seconds = sum(step.seconds for step in outcome.steps)
        self.time_card.say(
            self.tr("{seconds} s").format(seconds=f"{seconds:.1f}"), self.tr("from the files to the verdict")
        )
        kinds = len({operation.name for operation in checked.operations})
        self.ops_card.say(counts.operations(len(checked.operations)), self.tr("%n kind(s)", "", kinds))

    def _quantization(self, tensor: TensorInfo) -> str:
        if tensor.scale is None:
            return self.tr("not quantized")
        return self.tr("scale {scale}, zero point {zero}").format(scale=f"{tensor.scale:.4g}", zero=tensor.zero_point)

    def _write_papers(self, outcome: Outcome) -> None:
        """Make texts and plots in the background."""
        self._papers = None
        self.numbers.show_comparisons(())
        for button in (self.copy_commands, self.save_report):
            button.setEnabled(False)
        spoken = language()
        task = self.session.tasks.run(lambda _listener, _cancel: papers_of(outcome, spoken), alone=True)
        task.succeeded.connect(lambda papers: self._show_papers(outcome, papers))
        task.failed.connect(self.session.crashed)

    def _show_papers(self, outcome: Outcome, papers: Papers) -> None:
        if outcome is not self._shown:
            return
        self._papers = papers
        titles = {"freeze_graph": "freeze_graph (TF 1.15)", "toco": "toco (TF 1.15)", "python": "Python (TF 2)"}
        self.commands.show_texts({titles.get(key, key): text for key, text in papers.commands.items()})
        self.recipe.show_texts({"": papers.recipe})
        for button in (self.copy_commands, self.save_report):
            button.setEnabled(True)
        QTimer.singleShot(0, self, lambda: self._show_plots(papers))

    def _show_plots(self, papers: Papers) -> None:
        if papers is self._papers:
            self.numbers.show_comparisons(papers.comparisons)

    def _copy_commands(self) -> None:
        if self._papers is not None:
            commands = (text for key, text in self._papers.commands.items() if key != "python")
            QApplication.clipboard().setText("\n".join(commands) + "\n")

    def _save_report(self) -> None:
        if self._papers is None:
            return
        path, _kind = QFileDialog.getSaveFileName(
            self, self.tr("Save the report"), "report.json", self.tr("Reports (*.json)")
        )
        if path:
            from coldpress.errors import OutputError
            from coldpress.files import write_text

            try:
                write_text(Path(path), self._papers.report)
            except OutputError as error:
                self.problem_met.emit(error)

    def _heard(self, job: Job, event: Event) -> None:
        if job is Job.RUN and isinstance(event, LogLine):
            self.log.view.add_line(event.text)

    def _open_folder(self) -> None:
        if self._shown is not None and self._shown.output is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._shown.output.absolute().parent)))
