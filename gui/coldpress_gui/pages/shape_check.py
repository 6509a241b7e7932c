"""Follows the shapes that are typed through the graph, in the background, by TensorFlow's own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from coldpress.errors import ColdpressError
from coldpress.route.progress import Job
from coldpress.route.shapes import complete_choices

if TYPE_CHECKING:
    from coldpress.eval_graph.rewrite import EvalGraph
    from coldpress.pipeline.survey import ShapeAnswer
    from coldpress.recipe import InputChoice
    from coldpress_gui.session import Session
    from coldpress_gui.tasks import Task

_PAUSE_MS = 350
"""After the last key: long enough for the next digit, short enough to feel live."""


class ShapeCheck(QObject):
    """The check behind the shape fields; what it finds goes into the session's state."""

    busy_changed = Signal(bool)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._asked: tuple[EvalGraph | None, tuple[InputChoice, ...]] = (None, ())
        self._task: Task | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._ask)

    def look(self) -> None:
        """Ask about the shapes as they are, once typing pauses, unless that was done."""
        derived = self._session.state.derived
        choices = complete_choices(self._session.state)
        wanted = (derived.eval_graph if derived else None, choices)
        if wanted[0] is self._asked[0] and [c.shape for c in choices] == [c.shape for c in self._asked[1]]:
            return
        self._asked = wanted
        self._task = None
        self._timer.stop()
        whole = bool(choices) and all(choice.shape is not None and None not in choice.shape for choice in choices)
        if whole and Job.RUN not in self._session.state.busy:
            self._timer.start()
        self.busy_changed.emit(whole)

    def stop(self) -> None:
        """Ask no more."""
        self._timer.stop()
        self._task = None

    def _ask(self) -> None:
        eval_graph, choices = self._asked
        if eval_graph is None:
            return
        engine = self._session.engine
        # The job is never cut off: it takes a moment, and a process that is killed takes seconds to come back.
        task = self._session.tasks.run(lambda _listener, _cancel: engine.ask_shapes(eval_graph, choices))
        self._task = task
        task.succeeded.connect(lambda answer: self._answered(task, answer))
        task.failed.connect(lambda error: self._failed(task, error))

    def _answered(self, task: Task, answer: ShapeAnswer | None) -> None:
        if task is self._task:
            self._task = None
            self.busy_changed.emit(False)
            self._session.note_shapes(answer)

    def _failed(self, task: Task, error: BaseException) -> None:
        # What cannot be asked is no reason to stop here: the run asks again, and says what is wrong.
        self._answered(task, None)
        if not isinstance(error, ColdpressError):
            self._session.crashed.emit(error)
