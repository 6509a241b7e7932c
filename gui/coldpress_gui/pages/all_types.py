"""Every type that fits, in one run, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QFileDialog, QProgressBar, QWidget

from coldpress.events import TypeStarted
from coldpress_gui.pages.papers import save_comparison
from coldpress_gui.pages.type_words import ROLES, SIZE, columns, point, reasons
from coldpress_gui.theme import GAP
from coldpress_gui.widgets.bars import Bars
from coldpress_gui.widgets.basics import Button, Label, column, row
from coldpress_gui.widgets.plots import NamedPointsCard
from coldpress_gui.widgets.table import Table
from coldpress_gui.words import error_words, language

if TYPE_CHECKING:
    from coldpress.events import Event
    from coldpress.pipeline.all_types import TypeComparison, TypeResult
    from coldpress.recipe import Recipe
    from coldpress_gui.session import Session
    from coldpress_gui.tasks import Task

_KB = 1 << 10
_MB = 1 << 20


class AllTypesTab(QWidget):
    """A button, the table, the picture; a row can be kept as a file, or shown as the result."""

    open_wanted = Signal(object)
    """An ``Outcome`` that is to be shown as the result."""
    problem_met = Signal(object)
    """A file could not be written."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._task: Task | None = None
        self._tried: Recipe | None = None
        self._most = 1
        self.comparison: TypeComparison | None = None
        self.lead, self.note = Label("muted"), Label()
        self.begin, self.cancel, self.progress = Button("refresh", primary=True), Button("stop"), QProgressBar()
        self.progress.setTextVisible(False)
        self.table: Table[TypeResult] = Table(min_rows=3, max_rows=6)
        self.table.setItemDelegateForColumn(SIZE, Bars(self.table, self._share, self._role))
        self.picture, self.why = NamedPointsCard(), Label()
        self.show_result, self.keep, self.save_report = Button("link"), Button("save"), Button("save")
        self._lay_out()
        self._connect()
        self.show_nothing()

    def _lay_out(self) -> None:
        layout = column(spacing=GAP)
        layout.setContentsMargins(GAP, GAP, GAP, 0)
        layout.addWidget(self.lead)
        layout.addLayout(
            row(self.begin, self.cancel, self.progress, 1, self.show_result, self.keep, self.save_report, spacing=GAP)
        )
        layout.addWidget(self.note)
        layout.addWidget(self.table)
        layout.addWidget(self.why)
        layout.addWidget(self.picture, 1)
        layout.addStretch(0)
        self.setLayout(layout)

    def _connect(self) -> None:
        self.begin.clicked.connect(self.try_all)
        self.cancel.clicked.connect(self.stop)
        self.show_result.clicked.connect(self._open)
        self.keep.clicked.connect(self._keep)
        self.save_report.clicked.connect(self._save_report)
        self.table.activated.connect(self._open)
        self.table.selectionModel().currentRowChanged.connect(self._chosen)

    def retranslate(self) -> None:
        """Set the texts."""
        self.lead.setText(
            self.tr("Converts, verifies and measures every type that fits the graph and the data, in one run.")
        )
        self.begin.setText(self.tr("Try all types that fit"))
        self.cancel.setText(self.tr("Cancel"))
        self.show_result.setText(self.tr("Show as the result"))
        self.keep.setText(self.tr("Keep as a file…"))
        self.save_report.setText(self.tr("Save comparison…"))
        self.table.setAccessibleName(self.tr("Types side by side"))
        self.progress.setAccessibleName(self.tr("Progress"))
        self.picture.heading.setText(self.tr("Size against closeness to the frozen graph: better is left and up"))
        if self.comparison is not None:
            self._show(self.comparison)

    def show_nothing(self) -> None:
        """Forget what was compared."""
        self.comparison = None
        self.lead.show()
        for part in (self.table, *self._actions(), self.why, self.note, self.cancel, self.progress):
            part.hide()
        self.picture.show_data(None)

    def stop(self) -> None:
        """Stop trying; what was shown before stays."""
        if self._task is not None:
            self._task.cancel()

    def forget_if_changed(self) -> None:
        """Say that the decisions are others now than those that were tried."""
        if self.comparison is None or self._task is not None:
            return
        stale = self._is_stale()
        self.note.setVisible(stale)
        if stale:
            self.note.setText(self.tr("Something was changed since these types were tried. Try them again."))
        self._chosen()

    def try_all(self) -> None:
        """Begin."""
        recipe = self._session.recipe
        if recipe is None or self._task is not None:
            return
        engine = self._session.engine
        task = self._session.tasks.run(lambda listener, cancel: engine.try_types(recipe, listener, cancel))
        self._task = task
        task.event_arrived.connect(self._hear)
        task.succeeded.connect(lambda comparison: self._arrived(recipe, comparison))
        task.failed.connect(self._failed)
        task.finished.connect(self._ended)
        self.progress.setRange(0, 0)
        self.note.setText(self.tr("Reading and freezing …"))
        for part in (self.cancel, self.progress, self.note):
            part.show()
        self.begin.setEnabled(False)

    def _hear(self, event: Event) -> None:
        if isinstance(event, TypeStarted):
            self.progress.setRange(0, event.total)
            self.progress.setValue(event.number)
            words = self.tr("{type} ({number} of {total})")
            self.note.setText(words.format(type=event.inference_type, number=event.number + 1, total=event.total))

    def _arrived(self, recipe: Recipe, comparison: TypeComparison) -> None:
        self._tried = recipe
        self._show(comparison)

    def _failed(self, error: BaseException) -> None:
        words = error_words(error)
        self.why.setText(f"{words.message} {words.remedy}".strip())
        self.why.show()

    def _ended(self) -> None:
        self._task = None
        self.begin.setEnabled(True)
        self.cancel.hide()
        self.progress.hide()
        self.note.hide()
        self.forget_if_changed()

    def _show(self, comparison: TypeComparison) -> None:
        self.comparison = comparison
        self._most = max((outcome.checked.nbytes for outcome in comparison.outcomes), default=1)
        self.table.show_rows(columns(), comparison.results)
        self.lead.hide()
        for part in (self.table, *self._actions()):
            part.show()
        self.save_report.setEnabled(bool(comparison.outcomes))
        self.table.setCurrentIndex(self.table.rows_model.index(0, 0))
        unit = _MB if self._most >= _MB else _KB
        self.picture.axis_names = (self._size_words(unit), self.tr("SNR (dB)"))
        points = [point(outcome, unit) for outcome in comparison.outcomes]
        self.picture.show_data([each for each in points if each is not None] or None)
        self._chosen()

    def _size_words(self, unit: int) -> str:
        return self.tr("size of the file (MB)") if unit == _MB else self.tr("size of the file (KB)")

    def _actions(self) -> tuple[Button, ...]:
        return (self.show_result, self.keep, self.save_report)

    def _share(self, entry: TypeResult) -> float:
        return entry.outcome.checked.nbytes / self._most if entry.outcome is not None else 0.0

    def _role(self, entry: TypeResult) -> str:
        return ROLES.get(str(entry.status), "idle")

    def _current(self) -> TypeResult | None:
        number = self.table.currentIndex().row()
        rows = self.table.rows_model.rows
        return rows[number] if 0 <= number < len(rows) else None

    def _is_stale(self) -> bool:
        now, then = self._session.recipe, self._tried
        if now is None or then is None:
            return now is not then
        chosen = {"inference_type": None, "inference_input_type": None, "inference_output_type": None, "output": None}
        return now.with_(**chosen) != then.with_(**chosen)

    def _chosen(self, *_index: QModelIndex) -> None:
        current = self._current()
        outcome = current.outcome if current else None
        self.show_result.setEnabled(outcome is not None and not self._is_stale())
        self.keep.setEnabled(outcome is not None and str(outcome.verdict) == "verified")
        why = reasons(current)
        self.why.setText(why)
        self.why.setVisible(bool(why))

    def _open(self) -> None:
        current = self._current()
        if current is not None and current.outcome is not None and not self._is_stale():
            self.open_wanted.emit(current.outcome)

    def _keep(self) -> None:
        from coldpress.pipeline.all_types import keep, path_for

        current = self._current()
        outcome = current.outcome if current else None
        if current is None or outcome is None:
            return
        recipe = self._session.recipe
        start = path_for((recipe.output if recipe else None) or "result.tflite", current.inference_type)
        kinds = self.tr("TensorFlow Lite models (*.tflite)")
        path, _kind = QFileDialog.getSaveFileName(self, self.tr("Keep the result"), str(start), kinds)
        if path:
            task = self._session.tasks.run(lambda _listener, _cancel: keep(outcome, Path(path)), alone=True)
            task.failed.connect(self.problem_met)

    def _save_report(self) -> None:
        comparison, spoken = self.comparison, language()
        kinds = self.tr("Web page (*.html)")
        path, _kind = QFileDialog.getSaveFileName(self, self.tr("Save the comparison"), "types.html", kinds)
        if path and comparison is not None:
            target = Path(path)
            task = self._session.tasks.run(
                lambda _listener, cancel: save_comparison(comparison, target, spoken, cancel), alone=True
            )
            task.failed.connect(self.problem_met)
