"""What the window asks of the engine. Imported late, so that the first window does not wait for numpy and protobuf."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coldpress.cancel import CancelToken
    from coldpress.eval_graph.rewrite import EvalGraph
    from coldpress.events import Listener
    from coldpress.finding import Finding
    from coldpress.pipeline.choices import Choices
    from coldpress.pipeline.model import Model
    from coldpress.pipeline.outcome import Outcome
    from coldpress.pipeline.workers import Workers
    from coldpress.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Derived:
    """What follows from a model and the choices made so far."""

    choices: Choices
    eval_graph: EvalGraph
    findings: tuple[Finding, ...]
    """What is known against the eval graph, its own findings included."""


class Engine:
    """The engine behind one window. It owns the child processes."""

    def __init__(self) -> None:
        self._workers: Workers | None = None

    def load(self, recipe: Recipe, listener: Listener, cancel: CancelToken) -> Model:
        """Read the files."""
        from coldpress.pipeline.model import load

        return load(recipe, listener=listener, cancel=cancel)

    def derive(self, model: Model, recipe: Recipe) -> Derived:
        """Make the eval graph for the inputs and outputs chosen or suggested."""
        from coldpress.pipeline.checking import check_graph
        from coldpress.pipeline.choices import choose
        from coldpress.pipeline.derive import derive

        choices = choose(model, recipe)
        result = derive(model, recipe, choices)
        return Derived(choices, result, check_graph(model, result, recipe))

    def run(self, recipe: Recipe, listener: Listener, cancel: CancelToken) -> Outcome:
        """Do the whole job."""
        from coldpress.pipeline.run import run

        return run(recipe, self.workers(), listener=listener, cancel=cancel)

    def workers(self) -> Workers:
        """Return the child processes, made at the first call."""
        from coldpress.pipeline.workers import Workers

        if self._workers is None:
            self._workers = Workers()
        return self._workers

    def warm(self) -> None:
        """Start TensorFlow's process, so that its import is paid while the person chooses."""
        self.workers().warm()

    def close(self) -> None:
        """End the child processes."""
        if self._workers is not None:
            self._workers.close()
            self._workers = None
