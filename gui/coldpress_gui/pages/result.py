"""Page 6: the verdict first, then the figures, the picture, the commands, the recipe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog, QTabWidget, QWidget

from coldpress.events import LogLine
from coldpress_gui.netron.view import NetronView
from coldpress_gui.pages.all_types import AllTypesTab
from coldpress_gui.pages.cards import Cards
from coldpress_gui.pages.inside import InsideTab
from coldpress_gui.pages.keeping import Keeper
from coldpress_gui.pages.latency import LatencyTab
from coldpress_gui.pages.layers import LayersTab
from coldpress_gui.pages.numbers import NumbersTab
from coldpress_gui.pages.page import Page
from coldpress_gui.pages.papers import Papers, papers_of, save_report
from coldpress_gui.pages.verdict import VerdictLine, figures_words, verdict_kind
from coldpress_gui.session import Job
from coldpress_gui.steps import StepId
from coldpress_gui.theme import GAP, SPACE
from coldpress_gui.widgets.basics import Banner, Button, Label, column, row, scrolling
from coldpress_gui.widgets.findings import FindingsList
from coldpress_gui.widgets.text_tab import TextTab
from coldpress_gui.words import language

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldpress.events import Event
    from coldpress.finding import Finding
    from coldpress.pipeline.outcome import Outcome
    from coldpress.verify.layers import Layer
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
        self.cards, self.line = Cards(), VerdictLine()
        self.tabs = QTabWidget()
        self.numbers, self.layers, self.inside = NumbersTab(), LayersTab(), InsideTab()
        self.latency, self.types = LatencyTab(), AllTypesTab(self.session)
        self.result_picture, self.frozen_picture = NetronView(), NetronView()
        self.commands, self.log = TextTab(wrap=True), TextTab()
        self._fill_tabs()
        self.open_folder, self.save_recipe = Button("folder"), Button("save")
        self.copy_commands, self.save_report = Button("copy"), Button("save")
        self.save_all, self.note = Button("save"), Label("muted")
        self.body.addWidget(self.banner)
        self.body.addWidget(self.line)
        self.body.addWidget(self.findings)
        self.body.addWidget(self.tabs, 1)
        buttons = (self.open_folder, self.copy_commands, self.save_all, self.save_recipe, self.save_report)
        self.buttons = QWidget()
        self.buttons.setLayout(row(*buttons, 1, spacing=GAP))
        self.body.addWidget(self.buttons)
        self.body.addWidget(self.note)
        self.note.hide()
        self.keeper = Keeper(self.session, self)
        self._shown: Outcome | None = None
        self._doubts: tuple[Finding, ...] = ()
        self._papers: Papers | None = None
        self._connect()

    def _connect(self) -> None:
        self.open_folder.clicked.connect(self._open_folder)
        self.copy_commands.clicked.connect(self._prepare_commands)
        self.save_all.clicked.connect(self._save_all)
        self.keeper.papers_changed.connect(self._show_commands)
        self.keeper.commands_ready.connect(self._copy_commands)
        self.keeper.kept.connect(lambda folder: self._say(self.tr("Everything is in {folder}."), folder))
        self.keeper.problem_met.connect(self.problem_met)
        self.save_recipe.clicked.connect(self.recipe_wanted)
        self.save_report.clicked.connect(self._save_report)
        self.findings.node_clicked.connect(self.node_wanted)
        self.layers.node_wanted.connect(self.node_wanted)
        self.layers.chosen.connect(self._mark_layer)
        self.layers.picture_wanted.connect(lambda: self.tabs.setCurrentWidget(self.result_picture))
        self.types.open_wanted.connect(self._show_other)
        self.types.problem_met.connect(self.problem_met)
        self.tabs.currentChanged.connect(self._tab_changed)
        self.session.event_arrived.connect(self._heard)

    def _fill_tabs(self) -> None:
        self._pictures = (self.result_picture, self.frozen_picture)
        numbers, inside = scrolling(column(self.cards, self.numbers)), scrolling(column(self.inside))
        layers, latency, types = (scrolling(column(tab)) for tab in (self.layers, self.latency, self.types))
        texts = (self.commands, self.log)
        for page in (numbers, layers, latency, types, *self._pictures, inside, *texts):
            self.tabs.addTab(page, "")
        for picture in self._pictures:
            picture.setContentsMargins(SPACE, SPACE, SPACE, 0)
        self.tabs.setUsesScrollButtons(True)
        # A tab is filled when it is seen: all at once would hold up the window.
        self._fillers: dict[QWidget, Callable[[Outcome], None]] = {
            numbers: self._fill_numbers,
            layers: self._fill_layers,
            latency: self.latency.show_outcome,
            inside: lambda outcome: self.inside.show_file(outcome.checked),
        }
        self._unfilled: set[QWidget] = set()

    def retranslate(self) -> None:
        self.title_label.setText(self.tr("Result"))
        self.lead_label.setText(
            self.tr("The frozen graph and the result got the same inputs. This is how their answers compare.")
        )
        names = (
            self.tr("Numbers"),
            self.tr("Layers"),
            self.tr("Latency"),
            self.tr("All types"),
            self.tr("Netron: result"),
            self.tr("Netron: frozen graph"),
            self.tr("Inside the file"),
            self.tr("Commands and recipe"),
            self.tr("Log"),
        )
        for number, name in enumerate(names):
            self.tabs.setTabText(number, name)
        self.tabs.setAccessibleName(self.tr("Details of the result"))
        copy = self.tr("Copy")
        self.commands.name(names[7], self.tr("Which text"), copy)
        self.log.name(names[8], "", copy)
        self.log.view.setPlaceholderText(self.tr("Nothing was printed."))
        self.open_folder.setText(self.tr("Open folder"))
        self.copy_commands.setText(self.tr("Copy commands"))
        self.save_all.setText(self.tr("Save everything…"))
        self.save_recipe.setText(self.tr("Save recipe…"))
        self.save_report.setText(self.tr("Save report…"))
        for part in (self.numbers, self.layers, self.latency, self.types, self.inside, *self._pictures):
            part.retranslate()
        self._shown = None

    def enter(self) -> None:
        self.tabs.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_down(self) -> None:
        for picture in self._pictures:
            picture.close_down()

    def hear_state(self, state: State) -> None:
        if Job.RUN in state.busy or Job.LOAD in state.busy:
            self.types.stop()
        if Job.LOAD in state.busy:
            self.types.show_nothing()
        if Job.RUN in state.busy and state.outcome is None and self._shown is not None:
            self._shown = None
            self.log.view.clear()

    def show_state(self, state: State) -> None:
        outcome = state.outcome
        self.types.forget_if_changed()
        if outcome is not None and outcome is self._shown:
            self._show_verdict(state)
            return
        self._shown = outcome
        if outcome is None:
            self.result_picture.show_model(None)
            self.frozen_picture.show_model(None)
            return
        self._show_verdict(state)
        self.cards.show_outcome(outcome)
        self.result_picture.show_model(outcome.folder / "result.tflite")
        self.frozen_picture.show_model(outcome.frozen.path)
        self._unfilled = set(self._fillers)
        self._fill_shown()
        self._write_papers(outcome)

    def _fill_shown(self) -> None:
        """Fill the tab that is seen, where it does not show this outcome yet."""
        tab = self.tabs.currentWidget()
        if self._shown is not None and tab in self._unfilled:
            self._unfilled.remove(tab)
            self._fillers[tab](self._shown)

    def _fill_numbers(self, outcome: Outcome) -> None:
        verification = outcome.verification
        self.numbers.proof.show_proof(outcome.proof)
        self.numbers.show_float(
            verification.against_float if verification else None,
            verification.accuracy_result if verification else None,
        )

    def _fill_layers(self, outcome: Outcome) -> None:
        self.layers.show_layers(outcome.verification.layers if outcome.verification else ())

    def _tab_changed(self) -> None:
        self._fill_shown()
        self._make_room()

    def _make_room(self) -> None:
        """Leave the window to a picture that is open: the verdict takes one line then."""
        wide = self.tabs.currentWidget() in self._pictures
        self.line.setVisible(wide)
        for part in (self.banner, self.lead_label, self.buttons):
            part.setVisible(not wide)
        self.findings.setVisible(not wide and bool(self._doubts))

    def _mark_layer(self, layer: Layer) -> None:
        """Select a layer in both pictures: in the file by its tensor, in the graph by its node."""
        self.result_picture.select((layer.tensor,))
        self.frozen_picture.select((layer.name,))

    def _show_other(self, outcome: Outcome) -> None:
        """Show one of several types as the result."""
        self.session.show_outcome(outcome)
        self.tabs.setCurrentIndex(0)

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
                self.tr("{name} did not pass the verification, and was not put in place."),
            ),
        }
        verdict, sentence = sentences[kind]
        if state.outcome_stale:
            kind, verdict = "warning", self.tr("Out of date")
            sentence = self.tr("Something was changed since {name} was made. Convert again.")
        figures = figures_words(outcome.verification)
        self.banner.say(kind, verdict, f"{sentence.format(name=name)}<br>{figures}".removesuffix("<br>"))
        doubts = outcome.proof.findings if outcome.proof else ()
        self._doubts = (*doubts, *(outcome.verification.reasons if outcome.verification else ()))
        self.findings.show_findings(self._doubts)
        self.line.say(kind, verdict, figures)
        self._make_room()
        self.open_folder.setEnabled(outcome.output is not None)

    def _write_papers(self, outcome: Outcome) -> None:
        """Make texts and plots in the background."""
        self._papers = None
        self.numbers.show_comparisons(())
        self.note.hide()
        for button in (self.copy_commands, self.save_all, self.save_report):
            button.setEnabled(False)
        spoken = language()
        task = self.session.tasks.run(lambda _listener, _cancel: papers_of(outcome, spoken), alone=True)
        task.succeeded.connect(lambda papers: self._show_papers(outcome, papers))
        task.failed.connect(self.session.crashed)

    def _show_papers(self, outcome: Outcome, papers: Papers) -> None:
        if outcome is not self._shown:
            return
        self._show_commands(papers)
        for button in (self.copy_commands, self.save_all, self.save_report):
            button.setEnabled(True)
        QTimer.singleShot(0, self, lambda: self._show_plots(papers))

    def _show_plots(self, papers: Papers) -> None:
        if papers is self._papers:
            self.numbers.show_comparisons(papers.comparisons)

    def _show_commands(self, papers: Papers) -> None:
        self._papers = papers
        titles = {"freeze_graph": "freeze_graph (TF 1.15)", "toco": "toco (TF 1.15)", "python": "Python (TF 2)"}
        texts = {titles.get(key, key): text for key, text in papers.commands.items()}
        self.commands.show_texts({**texts, self.tr("Recipe"): papers.recipe})

    def _prepare_commands(self) -> None:
        if self._shown is not None and self._papers is not None:
            self.keeper.prepare_commands(self._shown, self._papers)

    def _copy_commands(self, papers: Papers) -> None:
        commands = (text for key, text in papers.commands.items() if key != "python")
        QApplication.clipboard().setText("\n".join(commands) + "\n")
        self._say(self.tr("Copied. The files that the commands read are in {folder}."), papers.folder)

    def _save_all(self) -> None:
        if self._shown is None or self._papers is None:
            return
        start = str(self._papers.folder.parent)
        folder = QFileDialog.getExistingDirectory(self, self.tr("Save everything in a folder"), start)
        if folder:
            self.keeper.save_everything(self._shown, self._papers, Path(folder))

    def _say(self, sentence: str, folder: Path) -> None:
        self.note.setText(sentence.format(folder=folder))
        self.note.show()

    def _save_report(self) -> None:
        if self._papers is None:
            return
        web, data = self.tr("Web page (*.html)"), self.tr("JSON (*.json)")
        path, kind = QFileDialog.getSaveFileName(self, self.tr("Save the report"), "report.html", f"{web};;{data}")
        if not path:
            return
        target, outcome, spoken = (
            _with_suffix(Path(path), ".json" if kind == data else ".html"),
            self._shown,
            language(),
        )
        if outcome is None:
            return
        task = self.session.tasks.run(
            lambda _listener, cancel: save_report(outcome, target, spoken, cancel), alone=True
        )
        task.succeeded.connect(lambda _nothing: self._say(self.tr("The report is in {folder}."), target.parent))
        task.failed.connect(self.problem_met)

    def _heard(self, job: Job, event: Event) -> None:
        if job is Job.RUN and isinstance(event, LogLine):
            self.log.view.add_line(event.text)

    def _open_folder(self) -> None:
        if self._shown is not None and self._shown.output is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._shown.output.absolute().parent)))


def _with_suffix(path: Path, suffix: str) -> Path:
    """Return a path whose name says what is in it; not every system's dialog adds the suffix."""
    return path if path.suffix.lower() in {".html", ".htm", ".json"} else path.with_name(path.name + suffix)
