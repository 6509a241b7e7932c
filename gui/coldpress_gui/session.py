"""The one state of a window: what the person decided, what was read, what came of it.

The state is a frozen value, replaced and never changed. Pages read it and ask the session for changes; work runs in
background threads and its results arrive here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from coldpress.recipe import Recipe
from coldpress.route.jobs import next_job
from coldpress.route.progress import Derived, Job
from coldpress.route.progress import Progress as State
from coldpress_gui.engine import Engine
from coldpress_gui.tasks import Task, Tasks

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.events import Event
    from coldpress.pipeline.model import Model
    from coldpress.pipeline.outcome import Outcome
    from coldpress.pipeline.survey import ShapeAnswer

__all__ = ["Derived", "Job", "Session", "State"]


class Session(QObject):
    """Holds the state, starts the work, tells whoever listens."""

    changed = Signal(object)
    """The new ``State``."""
    opened = Signal(str)
    event_arrived = Signal(object, object)
    """``Job`` and ``Event``."""
    run_ended = Signal()
    crashed = Signal(object)
    """An exception that nobody foresaw."""

    def __init__(self, engine: Engine | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.engine = engine or Engine()
        self.state = State()
        self.tasks = Tasks(self)
        self._jobs: dict[Job, Task] = {}

    @property
    def recipe(self) -> Recipe | None:
        """The decisions so far."""
        return self.state.recipe

    def open(self, path: Path | str) -> None:
        """Begin with the model at ``path``; what was decided for another model is forgotten."""
        self.open_recipe(Recipe(source=str(path)))
        self.opened.emit(str(path))

    def open_recipe(self, recipe: Recipe) -> None:
        """Begin with decisions read from a file."""
        self.cancel(Job.RUN)
        self._set(State(recipe=recipe))
        self._begin(Job.LOAD)

    def change(self, **changes: Any) -> None:
        """Decide something: exactly what depends on it is made again, the rest stays."""
        if self.recipe is None:
            return
        recipe = self.recipe.with_(**changes)
        if recipe == self.recipe:
            return
        job = next_job(self.state, recipe)
        self._set(replace(self.state, recipe=recipe))
        if job is not None:
            self._begin(job)

    def accept(self, code: str, on: bool) -> None:  # noqa: FBT001 - a Qt signal's argument
        """Go on although findings of this code block, or stop at them again."""
        if self.recipe is not None:
            accepted = self.recipe.accept
            self.change(accept=accepted | {code} if on else accepted - {code})

    def run(self) -> None:
        """Do the whole job in the background."""
        recipe = self.recipe
        if recipe is None or Job.RUN in self._jobs:
            return
        engine = self.engine
        self._set(replace(self.state, outcome=None, ran=recipe))
        self._start(Job.RUN, lambda listener, cancel: engine.run(recipe, listener, cancel))

    def note_shapes(self, answer: ShapeAnswer | None) -> None:
        """Take down what became of the shapes that were chosen; None: it could not be found out."""
        self._set(replace(self.state, shapes=answer))

    def show_outcome(self, outcome: Outcome) -> None:
        """Take an outcome that was made beside the run, of the same decisions with another type, as the result."""
        choices = outcome.recipe
        self.change(
            inference_type=outcome.choices.inference_type,
            inference_input_type=choices.inference_input_type,
            inference_output_type=choices.inference_output_type,
        )
        self._set(replace(self.state, outcome=outcome, ran=self.recipe))

    def cancel(self, job: Job) -> None:
        """Stop a job; nothing is shown for it."""
        if task := self._jobs.get(job):
            task.cancel()

    def close(self) -> bool:
        """Stop everything; tell whether all threads ended."""
        ended = self.tasks.stop_all()
        self.engine.close()
        return ended

    def _begin(self, job: Job) -> None:
        """Start a job with the decisions at hand; those that build on it are started when it is done."""
        recipe, model, derived, engine = self.recipe, self.state.model, self.state.derived, self.engine
        if recipe is None:
            return
        if job is Job.LOAD:
            self.cancel(Job.DERIVE)
            self.cancel(Job.CHECK)
            self._start(job, lambda listener, cancel: engine.load(recipe, listener, cancel))
        elif model is None or model.read is None:
            return
        elif job is Job.DERIVE or derived is None:
            self.cancel(Job.CHECK)
            self._start(Job.DERIVE, lambda _listener, _cancel: engine.derive(model, recipe))
        else:
            self._start(job, lambda _listener, _cancel: engine.check(model, derived, recipe))

    def _start(self, job: Job, work: Any) -> None:
        """Start a job in place of one of its kind that may still be running; that one's result will not count."""
        self.cancel(job)
        # The light jobs take turns: two at a time would only hold each other up, and the window with them.
        task = self.tasks.run(work, alone=job is not Job.RUN)
        self._jobs[job] = task
        task.event_arrived.connect(lambda event: self._hear(job, task, event))
        task.succeeded.connect(lambda result: self._arrived(job, task, result))
        task.failed.connect(lambda error: self._failed(job, task, error))
        task.cancelled.connect(lambda: self._cancelled(job, task))
        others = tuple(entry for entry in self.state.problems if entry[0] is not job)
        self._set(replace(self.state, busy=self.state.busy | {job}, problems=others))

    def _hear(self, job: Job, task: Task, event: Event) -> None:
        if self._jobs.get(job) is task:
            self.event_arrived.emit(job, event)

    def _arrived(self, job: Job, task: Task, result: Any) -> None:
        if not self._finish(job, task):
            return
        if job is Job.LOAD:
            self._set(replace(self.state, model=result, derived=None, recipe=self._fitting(result)))
            self._begin(Job.DERIVE)
        elif job is Job.RUN:
            self._set(replace(self.state, outcome=result))
            self.run_ended.emit()
        else:
            self._set(replace(self.state, derived=result))

    def _failed(self, job: Job, task: Task, error: BaseException) -> None:
        if not self._finish(job, task):
            return
        state = replace(self.state, problems=(*self.state.problems, (job, error)))
        if job in (Job.LOAD, Job.DERIVE):
            state = replace(state, derived=None, model=None if job is Job.LOAD else state.model)
        self._set(state)
        if not _foreseen(error):
            self.crashed.emit(error)
        if job is Job.RUN:
            self.run_ended.emit()

    def _cancelled(self, job: Job, task: Task) -> None:
        if self._finish(job, task):
            self._set(self.state)
            if job is Job.RUN:
                self.run_ended.emit()

    def _finish(self, job: Job, task: Task) -> bool:
        """Take a job off the list; tell whether it is the one that counts."""
        if self._jobs.get(job) is not task:
            return False
        del self._jobs[job]
        self.state = replace(self.state, busy=self.state.busy - {job})
        return True

    def _fitting(self, model: Model) -> Recipe | None:
        """Forget chosen tensors that the graph just read lacks; keep every other decision."""
        recipe, graph = self.recipe, model.read.graph if model.read else None
        if recipe is None or graph is None:
            return recipe
        from coldpress.graph.tensor_ref import operation_name

        inputs = tuple(choice for choice in recipe.inputs if operation_name(choice.tensor) in graph)
        outputs = tuple(name for name in recipe.outputs if operation_name(name) in graph)
        return recipe.with_(inputs=inputs, outputs=outputs)

    def _set(self, state: State) -> None:
        self.state = state
        self.changed.emit(state)


def _foreseen(error: BaseException) -> bool:
    from coldpress.errors import ColdpressError

    return isinstance(error, ColdpressError)
