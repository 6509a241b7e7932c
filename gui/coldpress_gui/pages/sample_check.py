"""Looks at samples in the background as soon as their path, or the inputs they are for, change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from coldpress.errors import ColdpressError
from coldpress.route.shapes import complete_choices
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
_PICTURES = 6
"""Samples that are shown."""


class SampleCheck(QObject):
    """The check behind one field."""

    looked = Signal()
    """What is known of the samples has changed."""

    def __init__(self, session: Session, field: DataField) -> None:
        super().__init__(field)
        self._session, self._field = session, field
        self._looked_at: tuple[Any, ...] = ()
        self._task: Task | None = None

    def look(self, path: str | None) -> None:
        """Check ``path`` for the inputs as they are, unless that was done."""
        derived = self._session.state.derived
        choices = complete_choices(self._session.state)
        crop = self._session.recipe is not None and self._session.recipe.crop_images
        wanted = (path, choices, crop)
        if wanted == self._looked_at:
            return
        self._looked_at = wanted
        self.stop()
        if path is None or derived is None:
            self._field.show_facts(None)
            self.looked.emit()
            return
        graph = derived.eval_graph
        self._field.show_busy()
        task = self._session.tasks.run(
            lambda _listener, cancel: check_samples(path, graph, choices, cancel, crop=crop), alone=True
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
            self.looked.emit()

    def _failed(self, task: Task, error: BaseException) -> None:
        self._show(task, error)
        if not isinstance(error, ColdpressError):
            self._session.crashed.emit(error)


def check_samples(
    path: str, eval_graph: EvalGraph, choices: tuple[InputChoice, ...], cancel: CancelToken, *, crop: bool = False
) -> SampleFacts:
    """Read samples for the inputs of a graph and return what they are like. Raises ``InputError``."""
    from coldpress.formats.arrays import read_samples
    from coldpress.pipeline.preview import pictures
    from coldpress.pipeline.samples import slots_of

    slots = slots_of(eval_graph.graph, choices)
    samples = read_samples(path, slots, crop=crop, most=_MOST, cancel=cancel)
    return facts_of(samples, pictures(samples, slots, _PICTURES), folder=Path(path).is_dir())
