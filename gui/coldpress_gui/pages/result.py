"""Page 6: the verdict first, then the figures, the picture, the commands, the recipe."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QWidget

from coldpress_gui.netron.view import NetronView
from coldpress_gui.pages.page import Page
from coldpress_gui.pages.verdict import figures_words, verdict_kind
from coldpress_gui.steps import StepId
from coldpress_gui.theme import GAP, SPACE
from coldpress_gui.widgets.basics import Banner, Button, column, row, scrolling
from coldpress_gui.widgets.figure_card import FigureCard
from coldpress_gui.widgets.findings import FindingsList
from coldpress_gui.widgets.plots import Comparison, ErrorCard, ScatterCard, load_comparison
from coldpress_gui.widgets.table import Column, Table
from coldpress_gui.words import counts, shape, size

if TYPE_CHECKING:
    from coldpress.pipeline.outcome import Outcome
    from coldpress.worker.requests import TensorInfo
    from coldpress_gui.session import State


class ResultPage(Page):
    """What came of it."""

    step: ClassVar[StepId] = StepId.RESULT
    scrolls: ClassVar[bool] = False

    recipe_wanted = Signal()

    def build(self) -> None:
        self.banner, self.findings = Banner(), FindingsList()
        self.size_card, self.io_card, self.time_card, self.ops_card = (FigureCard() for _ in range(4))
        cards = QHBoxLayout()
        cards.setSpacing(GAP)
        for card in (self.size_card, self.io_card, self.time_card, self.ops_card):
            cards.addWidget(card, 1)
        self.tabs = QTabWidget()
        self.scatter, self.errors = ScatterCard(), ErrorCard()
        self.tensors: Table[TensorInfo] = Table(min_rows=2, max_rows=12)
        self.operations: Table[tuple[str, int, int]] = Table(min_rows=3, max_rows=14)
        self.result_picture, self.frozen_picture = NetronView(), NetronView()
        self._fill_tabs()
        self.open_folder, self.save_recipe = Button("folder"), Button("save")
        self.body.addWidget(self.banner)
        self.body.addWidget(self.findings)
        self.body.addLayout(cards)
        self.body.addWidget(self.tabs, 1)
        self.body.addLayout(row(self.open_folder, self.save_recipe, 1, spacing=GAP))
        self._shown: Outcome | None = None
        self.open_folder.clicked.connect(self._open_folder)
        self.save_recipe.clicked.connect(self.recipe_wanted)
        self.findings.node_clicked.connect(self.node_wanted)

    def _fill_tabs(self) -> None:
        numbers = QWidget()
        plots = QHBoxLayout(numbers)
        plots.setContentsMargins(GAP, GAP, GAP, GAP)
        plots.setSpacing(GAP)
        plots.addWidget(self.scatter, 1)
        plots.addWidget(self.errors, 1)
        inside = column(self.tensors, self.operations, 1, spacing=GAP)
        inside.setContentsMargins(GAP, GAP, GAP, GAP)
        for page in (numbers, self.result_picture, self.frozen_picture, scrolling(inside)):
            self.tabs.addTab(page, "")
        for picture in (self.result_picture, self.frozen_picture):
            picture.setContentsMargins(SPACE, SPACE, SPACE, 0)

    def retranslate(self) -> None:
        self.title_label.setText(self.tr("Result"))
        self.lead_label.setText(
            self.tr("The frozen graph and the result got the same inputs. This is how their answers compare.")
        )
        names = (
            self.tr("Numbers"),
            self.tr("Netron: result"),
            self.tr("Netron: frozen graph"),
            self.tr("Inside the file"),
        )
        for number, name in enumerate(names):
            self.tabs.setTabText(number, name)
        self.tabs.setAccessibleName(self.tr("Details of the result"))
        self.scatter.heading.setText(self.tr("Reference against result"))
        self.scatter.axis_names = (self.tr("frozen graph"), self.tr("result"))
        self.errors.heading.setText(self.tr("Errors"))
        self.errors.axis_names = (self.tr("result − frozen graph"), self.tr("values"))
        self.tensors.setAccessibleName(self.tr("Inputs and outputs of the result"))
        self.operations.setAccessibleName(self.tr("Operations of the result"))
        self.open_folder.setText(self.tr("Open folder"))
        self.save_recipe.setText(self.tr("Save recipe…"))
        self.result_picture.retranslate()
        self.frozen_picture.retranslate()
        self._shown = None

    def enter(self) -> None:
        self.tabs.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_down(self) -> None:
        self.result_picture.close_down()
        self.frozen_picture.close_down()

    def show_state(self, state: State) -> None:
        outcome = state.outcome
        if outcome is self._shown:
            self._show_verdict(state)
            return
        self._shown = outcome
        if outcome is None:
            self.result_picture.show_model(None)
            self.frozen_picture.show_model(None)
            return
        self._show_verdict(state)
        self._show_figures(outcome)
        self._show_inside(outcome)
        self.result_picture.show_model(outcome.folder / "result.tflite")
        self.frozen_picture.show_model(outcome.frozen.path)
        self._load_plots(outcome)

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

    def _show_inside(self, outcome: Outcome) -> None:
        checked = outcome.checked
        inputs = len(checked.inputs)
        directions = {tensor.index: self.tr("input") for tensor in checked.inputs}
        directions |= {tensor.index: self.tr("output") for tensor in checked.outputs}
        columns: tuple[Column[TensorInfo], ...] = (
            Column("", lambda tensor: directions[tensor.index]),
            Column(self.tr("Name"), lambda tensor: tensor.name, stretch=True),
            Column(self.tr("Type"), lambda tensor: tensor.dtype),
            Column(self.tr("Shape"), lambda tensor: shape(tensor.shape)),
            Column(self.tr("Scale"), lambda tensor: "–" if tensor.scale is None else f"{tensor.scale:.6g}", right=True),
            Column(
                self.tr("Zero point"),
                lambda tensor: "–" if tensor.zero_point is None else str(tensor.zero_point),
                right=True,
            ),
        )
        self.tensors.show_rows(columns, (*checked.inputs[:inputs], *checked.outputs))
        numbers = Counter(operation.name for operation in checked.operations)
        weights: Counter[str] = Counter()
        for operation in checked.operations:
            weights[operation.name] += operation.constant_bytes
        kinds: tuple[Column[tuple[str, int, int]], ...] = (
            Column(self.tr("Operation"), lambda entry: entry[0], stretch=True),
            Column(self.tr("How many"), lambda entry: str(entry[1]), right=True),
            Column(self.tr("Weights"), lambda entry: size(entry[2]), right=True),
        )
        self.operations.show_rows(kinds, [(name, number, weights[name]) for name, number in numbers.most_common()])

    def _load_plots(self, outcome: Outcome) -> None:
        """Read the arrays of the first output in the background, pyqtgraph with them."""
        self.scatter.hide()
        self.errors.hide()
        if outcome.verification is None:
            return
        folder, tensor = outcome.folder / "verify", outcome.checked.outputs[0]

        def work(_listener: object, _cancel: object) -> Comparison | None:
            import pyqtgraph  # noqa: F401 - half a second that the window need not wait for

            reference, result = folder / "reference" / "0.npy", folder / "result" / "0.npy"
            return load_comparison(reference, result, tensor) if reference.is_file() and result.is_file() else None

        task = self.session.tasks.run(work)
        task.succeeded.connect(lambda found: self._show_plots(outcome, found))
        task.failed.connect(self.session.crashed)

    def _show_plots(self, outcome: Outcome, found: Comparison | None) -> None:
        if outcome is self._shown:
            self.scatter.show_comparison(found)
            self.errors.show_comparison(found)

    def _open_folder(self) -> None:
        if self._shown is not None and self._shown.output is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._shown.output.absolute().parent)))
