"""Page 1: the model's files."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QMenu

from coldpress.events import StepProgress
from coldpress_gui.pages.page import Page
from coldpress_gui.session import Job
from coldpress_gui.steps import StepId
from coldpress_gui.theme import GAP
from coldpress_gui.widgets.basics import Banner, Button, Card, Label, row
from coldpress_gui.widgets.drop_zone import DropZone
from coldpress_gui.widgets.findings import FindingsList
from coldpress_gui.widgets.progress import ProgressLine
from coldpress_gui.widgets.table import Column, Table
from coldpress_gui.words import code_words, count, counts, error_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldpress.events import Event
    from coldpress.formats.model_files import ModelFiles
    from coldpress.formats.model_folder import CheckpointEntry, FileEntry
    from coldpress.freeze.match import Match
    from coldpress_gui.session import State

_NAMES_SHOWN = 6


class FilesPage(Page):
    """Drop zone, what lies there, which graph and which checkpoint."""

    step: ClassVar[StepId] = StepId.FILES

    file_wanted = Signal()
    folder_wanted = Signal()
    sample_wanted = Signal()
    path_wanted = Signal(str)

    def build(self) -> None:
        self._recent: Sequence[str] = ()
        self.drop_zone = DropZone()
        self.open_file, self.open_folder = Button("file"), Button("folder")
        self.recent, self.sample = Button("clock"), Button("sample")
        self.recent.setProperty("menu", True)
        self.recent_menu = QMenu(self)
        self.recent.setMenu(self.recent_menu)
        self.progress = ProgressLine()
        self.progress.hide()
        self.banner = Banner()
        self.table: Table[FileEntry] = Table(min_rows=2, max_rows=7)
        self.findings = FindingsList()
        self._build_choices()
        self.body.addWidget(self.drop_zone)
        self.body.addLayout(row(self.open_file, self.open_folder, self.recent, self.sample, 1, spacing=GAP))
        for widget in (self.progress, self.banner, self.table):
            self.body.addWidget(widget)
        self.body.addLayout(self._choices)
        self.body.addWidget(self.findings)
        self.body.addStretch(1)
        self._connect()

    def _build_choices(self) -> None:
        self.graph_card, self.weights_card = Card(), Card()
        self.graph_box, self.weights_box = QComboBox(), QComboBox()
        for box in (self.graph_box, self.weights_box):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.graph_note, self.match_note = Label("muted", rich=True), Label(rich=True)
        self.ema = QCheckBox()
        self.graph_card.body.addWidget(self.graph_box)
        self.graph_card.body.addWidget(self.graph_note)
        self.graph_card.body.addStretch(1)
        self.weights_card.body.addWidget(self.weights_box)
        self.weights_card.body.addWidget(self.match_note)
        self.weights_card.body.addWidget(self.ema)
        self.weights_card.body.addStretch(1)
        self._choices = QHBoxLayout()
        self._choices.setSpacing(GAP)
        self._choices.addWidget(self.graph_card, 1)
        self._choices.addWidget(self.weights_card, 1)

    def _connect(self) -> None:
        self.drop_zone.clicked.connect(self.file_wanted)
        self.drop_zone.dropped.connect(self.path_wanted)
        self.open_file.clicked.connect(self.file_wanted)
        self.open_folder.clicked.connect(self.folder_wanted)
        self.sample.clicked.connect(self.sample_wanted)
        self.recent_menu.triggered.connect(lambda action: self.path_wanted.emit(action.data()))
        self.progress.cancel_wanted.connect(lambda: self.session.cancel(Job.LOAD))
        self.graph_box.activated.connect(self._graph_chosen)
        self.weights_box.activated.connect(self._weights_chosen)
        self.ema.toggled.connect(lambda on: self.session.change(use_ema=on))
        self.graph_note.linkActivated.connect(self._use_graph)
        self.session.event_arrived.connect(self._heard)
        self.findings.node_clicked.connect(self.node_wanted)

    def set_recent(self, paths: Sequence[str]) -> None:
        """Offer the models opened before."""
        self._recent = paths
        self.recent_menu.clear()
        for path in paths:
            # An ampersand in a menu's text marks a shortcut.
            action = self.recent_menu.addAction(path.replace("&", "&&"))
            action.setData(path)
        self.recent.setEnabled(bool(paths))

    def retranslate(self) -> None:
        self.title_label.setText(self.tr("Model files"))
        self.lead_label.setText(
            self.tr("Any one of the model’s files is enough. Coldpress reads what is inside; it never runs it.")
        )
        self.open_file.setText(self.tr("Open file…"))
        self.open_folder.setText(self.tr("Open folder…"))
        self.recent.setText(self.tr("Recent"))
        self.sample.setText(self.tr("Try the sample"))
        self.graph_card.heading.setText(self.tr("Graph from"))
        self.weights_card.heading.setText(self.tr("Weights from"))
        self.graph_box.setAccessibleName(self.tr("Graph from"))
        self.weights_box.setAccessibleName(self.tr("Weights from"))
        self.table.setAccessibleName(self.tr("What lies there"))
        self.ema.setText(self.tr("Use the moving averages of the weights (EMA)"))

    def enter(self) -> None:
        empty = self.session.state.model is None
        (self.drop_zone if empty else self.graph_box).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_state(self, state: State) -> None:
        loading = Job.LOAD in state.busy
        error = state.problem(Job.LOAD)
        model = state.model
        self._show_zone(state)
        if not loading:
            self.progress.hide()
        elif not self.progress.isVisible():
            self.progress.begin(
                self.tr("Reading {name} …").format(name=Path(state.recipe.source).name if state.recipe else "")
            )
        self._show_problem(error)
        shown = model is not None and error is None
        for widget in (self.table, self.graph_card, self.weights_card):
            widget.setVisible(shown)
        self.findings.setVisible(False)
        if model is not None and shown:
            self._show_files(model.files)
            self._show_choices(state)
            self.findings.show_findings(model.findings)
            self.findings.setVisible(bool(model.findings))

    def _show_zone(self, state: State) -> None:
        if state.recipe is None:
            self.drop_zone.say(
                self.tr("Drop a model here"),
                self.tr("a checkpoint, .meta, .pb, .pbtxt, SavedModel, event file, or its folder"),
                compact=False,
            )
        else:
            self.drop_zone.say(self.tr("Open another model"), state.recipe.source, compact=True)

    def _show_problem(self, error: BaseException | None) -> None:
        self.banner.setVisible(error is not None)
        if error is not None:
            words = error_words(error)
            self.banner.say(
                "bad", self.tr("This could not be read"), f"{escape(words.message)}<br>{escape(words.remedy)}"
            )

    def _show_files(self, files: ModelFiles) -> None:
        yes, no = self.tr("yes"), self.tr("no")

        def check(title: str, field: str) -> Column[FileEntry]:
            def text(entry: FileEntry) -> str:
                return "✓" if getattr(entry, field) else "–"

            def spoken(entry: FileEntry) -> str:
                return f"{title}: {yes if getattr(entry, field) else no}"

            return Column(title, text, centred=True, spoken=spoken)

        columns: tuple[Column[FileEntry], ...] = (
            Column(self.tr("File"), lambda entry: entry.path.name, stretch=True, spoken=lambda entry: str(entry.path)),
            Column(self.tr("What it is"), _kind_words, stretch=True),
            check(self.tr("Structure"), "has_structure"),
            check(self.tr("Weights"), "has_weights"),
            check(self.tr("Signatures"), "has_signatures"),
            Column(self.tr("Written by"), _writer_words, stretch=True),
        )
        self.table.show_rows(columns, files.files)

    def _show_choices(self, state: State) -> None:
        if state.model is None:
            return
        files = state.model.files
        recipe = state.recipe
        graph = (recipe.graph if recipe else None) or files.graph
        self.graph_box.clear()
        for source in files.graph_sources:
            self.graph_box.addItem(f"{source.path.name}  ·  {_kind_words(source)}", str(source.path))
            self.graph_box.setItemData(self.graph_box.count() - 1, str(source.path), Qt.ItemDataRole.ToolTipRole)
        self.graph_box.setCurrentIndex(max(0, self.graph_box.findData(str(graph))))
        self._show_weights(state, files.checkpoints)
        self._show_graph_note(state)

    def _show_weights(self, state: State, checkpoints: Sequence[CheckpointEntry]) -> None:
        self.weights_box.clear()
        for number, entry in enumerate(checkpoints):
            name = Path(entry.prefix).name
            text = self.tr("{name} (newest)").format(name=name) if number == 0 and len(checkpoints) > 1 else name
            self.weights_box.addItem(text, str(entry.prefix))
        if not checkpoints:
            self.weights_box.addItem(self.tr("none"), None)
        model = state.model
        prefix = model.checkpoint.prefix if model and model.checkpoint else None
        self.weights_box.setCurrentIndex(max(0, self.weights_box.findData(prefix)))
        self._show_match(model.match if model else None)
        self.ema.setVisible(bool(model and model.match and model.match.ema_shadows))
        self.ema.blockSignals(True)
        self.ema.setChecked(bool(state.recipe and state.recipe.use_ema))
        self.ema.blockSignals(False)

    def _show_match(self, match: Match | None) -> None:
        if match is None:
            self.match_note.setText(self.tr("No checkpoint: the graph must be frozen already."))
            self.match_note.set_tone("")
            return
        total = len(match.matched) + len(match.missing) + len(match.different_shape)
        good = not match.missing and not match.different_shape
        lines = [
            self.tr("<b>{found} of {total}</b> variables found").format(
                found=count(len(match.matched)), total=count(total)
            )
        ]
        if good:
            lines[0] = "✓ " + lines[0] + self.tr(", shapes agree")
        if match.missing:
            lines.append(self._named(self.tr("missing"), [str(entry.name) for entry in match.missing]))
        if match.different_shape:
            lines.append(
                self._named(self.tr("of another shape"), [entry.variable.name for entry in match.different_shape])
            )
        if match.unused:
            lines.append(self.tr("%n key(s) of the checkpoint not used by this graph", "", len(match.unused)))
        self.match_note.setText("<br>".join(lines))
        self.match_note.set_tone("good" if good else "warning")

    def _named(self, what: str, names: list[str]) -> str:
        shown = ", ".join(escape(name) for name in names[:_NAMES_SHOWN])
        return f"{len(names)} {what}: {shown}" + (" …" if len(names) > _NAMES_SHOWN else "")

    def _show_graph_note(self, state: State) -> None:
        read = state.model.read if state.model else None
        if read is None:
            self.graph_note.setText(self.tr("No graph lies there."))
            return
        kind = self.tr("train graph") if read.diagnosis.training else self.tr("inference graph")
        self.graph_note.setText(f"{counts.nodes(len(read.graph))} · {kind}")

    def _use_graph(self, path: str) -> None:
        self.session.change(graph=path, inputs=(), outputs=())

    def _graph_chosen(self, index: int) -> None:
        self.session.change(graph=self.graph_box.itemData(index))

    def _weights_chosen(self, index: int) -> None:
        self.session.change(checkpoint=self.weights_box.itemData(index))

    def _heard(self, job: Job, event: Event) -> None:
        if job is Job.LOAD and isinstance(event, StepProgress):
            self.progress.advance(event.done, event.total)


def _kind_words(entry: FileEntry) -> str:
    return code_words(f"formats.kind.{entry.kind}")


def _writer_words(entry: FileEntry) -> str:
    return code_words(f"formats.writer.{entry.writer_api}") if entry.writer_api else "–"
