"""Looks at samples in the background as soon as their path, or the inputs they are for, change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coldpress.errors import ColdpressError
from coldpress.route import complete_choices
from coldpress_gui.widgets.data_field import SampleFacts, facts_of

if TYPE_CHECKING:
    from coldpress.cancel import CancelToken
    from coldpress.eval_graph.rewrite import EvalGraph
    from coldpress.recipe import InputChoice
    from coldpress_gui.session import Session
    from coldpress_gui.tasks import Task
    from coldpress_gui.widgets.data_field import DataField

_MOST = 500
"""Samples that are looked at."""


class SampleCheck:
    """The check behind one field."""

    def __init__(self, session: Session, field: DataField) -> None:
        self._session, self._field = session, field
        self._looked_at: tuple[Any, ...] = ()
        self._task: Task | None = None

    def look(self, path: str | None) -> None:
        """Check ``path`` for the inputs as they are, unless that was done."""
        derived = self._session.state.derived
        choices = complete_choices(self._session.state)
        wanted = (path, choices)
        if wanted == self._looked_at:
            return
        self._looked_at = wanted
        self.stop()
        if path is None or derived is None:
            self._field.show_facts(None)
            return
        graph = derived.eval_graph
        self._field.show_busy()
        task = self._session.tasks.run(
            lambda _listener, cancel: check_samples(path, graph, choices, cancel), alone=True
        )
        self._task = task
        task.succeeded.connect(lambda facts: self._show(task, facts))
        task.failed.connect(lambda error: self._failed(task, error))

    def stop(self) -> None:
        """Check no further."""
        if self._task is not None:
            task, self._task = self._task, None
            task.cancel()

    def _show(self, task: Task, facts: SampleFacts | BaseException) -> None:
        if task is self._task:
            self._task = None
            self._field.show_facts(facts)

    def _failed(self, task: Task, error: BaseException) -> None:
        self._show(task, error)
        if not isinstance(error, ColdpressError):
            self._session.crashed.emit(error)


def check_samples(
    path: str, eval_graph: EvalGraph, choices: tuple[InputChoice, ...], cancel: CancelToken
) -> SampleFacts:
    """Read samples for the inputs of a graph and return what they are like. Raises ``InputError``."""
    from coldpress.formats.arrays import InputSlot, read_samples
    from coldpress.graph.inference import TensorTypes
    from coldpress.graph.tensor_ref import TensorRef

    types = TensorTypes(eval_graph.graph)
    slots = [
        InputSlot(
            choice.tensor,
            types.dtype(TensorRef.parse(choice.tensor)) or "float32",
            choice.shape or (),
            choice.mean,
            choice.std,
        )
        for choice in choices
    ]
    return facts_of(read_samples(path, slots, most=_MOST, cancel=cancel))
