"""Makes the previews of the inputs in the background, when what they depend on changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from coldpress.errors import ColdpressError
from coldpress.route.shapes import complete_choices

if TYPE_CHECKING:
    from coldpress_gui.session import Session
    from coldpress_gui.tasks import Task

_PAUSE_MS = 150
"""After the last key."""


class PreviewCheck(QObject):
    """Asks for the previews; ``ready`` brings them, an empty tuple where there are none."""

    ready = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._asked: tuple[Any, ...] = ()
        self._task: Task | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._ask)

    def look(self, *, wanted: bool) -> None:
        """Make previews of the inputs as they are, once typing pauses, unless that was done."""
        state = self._session.state
        choices, recipe, derived = complete_choices(state), state.recipe, state.derived
        whole = all(choice.shape is not None and None not in choice.shape for choice in choices)
        if not (wanted and whole and recipe and derived and choices):
            self.stop()
            self._asked = ()
            self.ready.emit(())
            return
        data = (recipe.data, recipe.representative_data, recipe.crop_images, derived.choices.inference_type)
        asked = (derived.eval_graph, choices, *data)
        if len(self._asked) == len(asked) and asked[0] is self._asked[0] and asked[1:] == self._asked[1:]:
            return
        self.stop()
        self._asked = asked
        self._timer.start()

    def stop(self) -> None:
        """Make no more."""
        self._timer.stop()
        if self._task is not None:
            task, self._task = self._task, None
            task.cancel()

    def _ask(self) -> None:
        state, engine = self._session.state, self._session.engine
        model, derived, recipe = state.model, state.derived, state.recipe
        if model is None or derived is None or recipe is None:
            return
        choices = complete_choices(state)
        task = self._session.tasks.run(
            lambda _listener, cancel: engine.previews(model, derived, recipe, choices, cancel), alone=True
        )
        self._task = task
        task.succeeded.connect(lambda made: self._made(task, made))
        task.failed.connect(lambda error: self._failed(task, error))

    def _made(self, task: Task, made: object) -> None:
        if task is self._task:
            self._task = None
            self.ready.emit(made)

    def _failed(self, task: Task, error: BaseException) -> None:
        # Data that cannot be read is complained of beside its own field.
        self._made(task, ())
        if not isinstance(error, ColdpressError):
            self._session.crashed.emit(error)
