"""The one state of a window: what the person decided, what was read, what came of it.

The state is a frozen value, replaced and never changed. Pages read it and ask the session for changes; work runs in
background threads and its results arrive here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from coldpress.recipe import Recipe
from coldpress_gui.engine import Derived, Engine
from coldpress_gui.tasks import Task, Tasks

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.events import Event
    from coldpress.pipeline.model import Model
    from coldpress.pipeline.outcome import Outcome

READS = frozenset({"source", "graph", "meta_graph_tags", "checkpoint"})
"""Decisions after which the files are read again."""
DERIVES = frozenset({"inputs", "outputs", "as_is", "use_ema"})
"""Decisions after which the eval graph is made again."""


class Job(StrEnum):
    """What can be going on in the background."""

    LOAD = "load"
    DERIVE = "derive"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class State:
    """Everything that pages show. None: not known yet."""

    recipe: Recipe | None = None
    model: Model | None = None
    derived: Derived | None = None
    outcome: Outcome | None = None
    outcome_stale: bool = False
    """Whether a decision changed since the outcome."""
    problems: tuple[tuple[Job, BaseException], ...] = ()
    busy: frozenset[Job] = frozenset()

    def problem(self, job: Job) -> BaseException | None:
        """Return what went wrong in a job, if it did."""
        return next((error for owner, error in self.problems if owner is job), None)


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
        self._load()

    def change(self, **changes: Any) -> None:
        """Decide something: exactly what depends on it is made again, the rest stays."""
        if self.recipe is None:
            return
        recipe = self.recipe.with_(**changes)
        touched = {key for key in changes if getattr(recipe, key) != getattr(self.recipe, key)}
        if not touched:
            return
        stale = self.state.outcome is not None
        self._set(replace(self.state, recipe=recipe, outcome_stale=stale))
        if touched & READS:
            self._load()
        elif touched & DERIVES and not (touched == {"inputs"} and self._same_tensors(recipe)):
            self._derive()

    def run(self) -> None:
        """Do the whole job in the background."""
        recipe = self.recipe
        if recipe is None or Job.RUN in self._jobs:
            return
        engine = self.engine
        self._set(replace(self.state, outcome=None, outcome_stale=False))
        self._start(Job.RUN, lambda listener, cancel: engine.run(recipe, listener, cancel))

    def cancel(self, job: Job) -> None:
        """Stop a job; nothing is shown for it."""
        if task := self._jobs.get(job):
            task.cancel()

    def close(self) -> bool:
        """Stop everything; tell whether all threads ended."""
        ended = self.tasks.stop_all()
        self.engine.close()
        return ended

    def _same_tensors(self, recipe: Recipe) -> bool:
        """Tell whether the eval graph at hand was made for these inputs; their shapes and meaning don't touch it."""
        derived = self.state.derived
        wanted = tuple(choice.tensor for choice in recipe.inputs)
        return derived is not None and wanted == tuple(choice.tensor for choice in derived.choices.input_choices)

    def _load(self) -> None:
        recipe, engine = self.recipe, self.engine
        if recipe is not None:
            self._start(Job.LOAD, lambda listener, cancel: engine.load(recipe, listener, cancel))

    def _derive(self) -> None:
        recipe, model, engine = self.recipe, self.state.model, self.engine
        if recipe is None or model is None or model.read is None:
            return
        self._start(Job.DERIVE, lambda _listener, _cancel: engine.derive(model, recipe))

    def _start(self, job: Job, work: Any) -> None:
        """Start a job in place of one of its kind that may still be running; that one's result will not count."""
        self.cancel(job)
        task = self.tasks.run(work)
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
            self._derive()
        elif job is Job.DERIVE:
            self._set(replace(self.state, derived=result))
        else:
            self._set(replace(self.state, outcome=result, outcome_stale=False))
            self.run_ended.emit()

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
