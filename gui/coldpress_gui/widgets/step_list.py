"""The steps of a run: state, time, progress, the figures each ended with."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QProgressBar, QWidget

from coldpress.events import Step, StepFinished, StepProgress, StepStarted
from coldpress_gui.theme import GAP
from coldpress_gui.widgets.basics import IconLabel, Label
from coldpress_gui.words import counts, size

if TYPE_CHECKING:
    from coldpress.events import Event
    from coldpress.facts import Fact

StepStatus = Literal["waiting", "running", "done", "failed", "stopped"]
_TICK_MS = 200
_ICONS = {
    "waiting": ("op-other", "idle"),
    "running": ("refresh", "accent"),
    "done": ("check", "good"),
    "failed": ("cross", "bad"),
    "stopped": ("stop", "warning"),
}


@dataclass(slots=True)
class _Line:
    """The widgets of one step."""

    icon: IconLabel
    name: Label
    detail: Label
    bar: QProgressBar
    seconds: Label
    status: StepStatus = "waiting"
    started: float = 0.0
    took: float | None = None


class StepList(QWidget):
    """One line a step."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(10)
        grid.setColumnMinimumWidth(3, 160)
        grid.setColumnStretch(2, 1)
        self.lines = {step: self._add_line(grid, number) for number, step in enumerate(Step)}
        self.reset()
        self._retranslate()

    def _add_line(self, grid: QGridLayout, number: int) -> _Line:
        bar = QProgressBar()
        bar.setTextVisible(False)
        line = _Line(IconLabel("op-other"), Label(wrap=False), Label("muted"), bar, Label("muted", wrap=False))
        line.seconds.setMinimumWidth(56)
        line.seconds.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for column, widget in enumerate((line.icon, line.name, line.detail, line.bar, line.seconds)):
            grid.addWidget(widget, number, column)
        return line

    def reset(self) -> None:
        """Begin anew: nothing has been done."""
        self._timer.stop()
        for line in self.lines.values():
            line.took, line.started = None, 0.0
            self._set_status(line, "waiting")
            line.detail.setText("")
            line.seconds.setText("")
            line.bar.setRange(0, 1)
            line.bar.setValue(0)

    def hear(self, event: Event) -> None:
        """Show what the run says."""
        if isinstance(event, StepStarted):
            line = self.lines[event.step]
            line.started = time.monotonic()
            self._set_status(line, "running")
            line.bar.setRange(0, 0)
            self._timer.start()
        elif isinstance(event, StepProgress):
            line = self.lines[event.step]
            line.bar.setRange(0, 1000 if event.total else 0)
            line.bar.setValue(1000 * event.done // event.total if event.total else 0)
        elif isinstance(event, StepFinished):
            self._finished(event)

    def end(self, status: StepStatus) -> None:
        """Mark the step that was running with how the run ended."""
        self._timer.stop()
        for line in self.lines.values():
            if line.status == "running":
                self._set_status(line, status)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _finished(self, event: StepFinished) -> None:
        line = self.lines[event.step]
        line.took = event.seconds
        self._set_status(line, "done")
        line.detail.setText(" · ".join(filter(None, (self._fact(key, value) for key, value in event.facts.items()))))
        self._tick()

    def _fact(self, key: str, value: Fact) -> str:
        """Return a figure that a step ended with in words; what only programs want to know is left out."""
        if isinstance(value, str):
            shapes = {"inputs": value, "outputs": f"→ {value}"}
            return {"checkpoint": PurePath(value).name, "type": value, **shapes}.get(key, "")
        numbers = {
            "nodes": counts.nodes,
            "variables": counts.variables,
            "changes": counts.changes,
            "constants": counts.constants,
            "samples": counts.samples,
            "bytes": size,
        }
        return numbers[key](int(value)) if key in numbers else ""

    def _set_status(self, line: _Line, status: StepStatus) -> None:
        line.status = status
        line.icon.set_icon(*_ICONS[status])
        line.bar.setVisible(status == "running")
        line.name.set_tone({"failed": "bad", "running": "accent", "stopped": "warning"}.get(status, ""))
        line.icon.setAccessibleName(self._words(status))
        line.icon.setToolTip(self._words(status))

    def _words(self, status: StepStatus) -> str:
        return {
            "waiting": self.tr("waiting"),
            "running": self.tr("running"),
            "done": self.tr("done"),
            "failed": self.tr("failed"),
            "stopped": self.tr("stopped"),
        }[status]

    def _tick(self) -> None:
        now = time.monotonic()
        for line in self.lines.values():
            if line.status == "waiting":
                continue
            seconds = line.took if line.took is not None else now - line.started
            if line.took is not None or line.status == "running":
                line.seconds.setText(self.tr("{seconds} s").format(seconds=f"{seconds:.1f}"))

    def _retranslate(self) -> None:
        names = {
            Step.READ: self.tr("Read the files"),
            Step.EVAL_GRAPH: self.tr("Make the eval graph"),
            Step.SURVEY: self.tr("Check shapes and operations"),
            Step.FREEZE: self.tr("Freeze"),
            Step.CONVERT: self.tr("Convert"),
            Step.CHECK: self.tr("Check the result"),
            Step.VERIFY: self.tr("Verify"),
            Step.PROVE: self.tr("Prove the eval graph"),
            Step.MEASURE: self.tr("Measure"),
        }
        for step, line in self.lines.items():
            line.name.setText(names[step])
            line.bar.setAccessibleName(names[step])
