"""What the window asks of the engine. Imported late, so that the first window does not wait for numpy and protobuf."""

from __future__ import annotations

import gc
import shutil
from importlib import import_module
from threading import Lock
from time import sleep
from typing import TYPE_CHECKING

from coldpress.route.progress import Derived
from coldpress.route.rules import type_misfits

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.cancel import CancelToken
    from coldpress.eval_graph.rewrite import EvalGraph
    from coldpress.events import Listener
    from coldpress.pipeline.all_types import TypeComparison
    from coldpress.pipeline.model import Model
    from coldpress.pipeline.outcome import Outcome
    from coldpress.pipeline.preview import Preview
    from coldpress.pipeline.survey import ShapeAnswer
    from coldpress.pipeline.workers import Workers
    from coldpress.recipe import InputChoice, Recipe

_PIECES = (
    "numpy",
    "google.protobuf.message",
    "coldpress.formats.protos",
    "coldpress.recipe_file",
    "coldpress.pipeline.model",
    "coldpress.eval_graph.rewrite",
    "coldpress.pipeline.derive",
    "coldpress.pipeline.checking",
    "coldpress.pipeline.run",
    "coldpress.commands.equivalent",
)
"""What a session will need, the first first."""
_BREATH = 0.02
"""Seconds between two of them: importing holds the interpreter for milliseconds on end."""


class Engine:
    """The engine behind one window. It owns the child processes."""

    def __init__(self) -> None:
        self._workers: Workers | None = None
        self._lock = Lock()

    def get_ready(self, _listener: Listener, cancel: CancelToken) -> None:
        """Import the engine piece by piece and start its processes, so that nothing waits for them later."""
        for name in _PIECES:
            cancel.check()
            import_module(name)
            sleep(_BREATH)
        # The garbage collector holds the interpreter while it walks over all objects: those that stay are set apart.
        gc.freeze()
        self.warm()

    @staticmethod
    def read_recipe(path: Path) -> Recipe:
        """Read a file of decisions."""
        from coldpress.recipe_file import read_recipe

        return read_recipe(path)

    def load(self, recipe: Recipe, listener: Listener, cancel: CancelToken) -> Model:
        """Read the files."""
        from coldpress.pipeline.model import load

        model = load(recipe, listener=listener, cancel=cancel)
        gc.freeze()
        return model

    def derive(self, model: Model, recipe: Recipe) -> Derived:
        """Make the eval graph for the inputs and outputs chosen or suggested."""
        from coldpress.graph.consequence import consequence
        from coldpress.graph.inference import TensorTypes
        from coldpress.pipeline.checking import check_graph
        from coldpress.pipeline.choices import choose
        from coldpress.pipeline.derive import derive
        from coldpress.pipeline.ranges import with_ranges

        choices = choose(model, recipe)
        result = derive(model, recipe, choices)
        means = consequence(result.graph, TensorTypes(result.graph), result.inputs, result.outputs)
        findings = check_graph(model, with_ranges(result, recipe, choices.inference_type), recipe, choices)
        return Derived(choices, result, findings, means, type_misfits(model, result, choices, recipe))

    def check(self, model: Model, derived: Derived, recipe: Recipe) -> Derived:
        """Look again at the same eval graph: another type, other data."""
        from coldpress.pipeline.checking import check_graph
        from coldpress.pipeline.choices import choose
        from coldpress.pipeline.ranges import with_ranges

        choices = choose(model, recipe)
        ranged = with_ranges(derived.eval_graph, recipe, choices.inference_type)
        findings = check_graph(model, ranged, recipe, choices)
        misfits = type_misfits(model, derived.eval_graph, choices, recipe)
        return Derived(choices, derived.eval_graph, findings, derived.consequence, misfits)

    def ask_shapes(self, eval_graph: EvalGraph, inputs: tuple[InputChoice, ...]) -> ShapeAnswer | None:
        """Follow complete shapes through a graph, by TensorFlow's own rules; nothing is executed."""
        from coldpress.freeze.graph_writer import write_skeleton
        from coldpress.pipeline.survey import ask_shapes

        workers = self.workers()
        folder = workers.new_folder()
        try:
            write_skeleton(eval_graph.graph, folder / "skeleton.pb")
            return ask_shapes(eval_graph, inputs, folder / "skeleton.pb", workers.tensorflow)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def previews(
        self, model: Model, derived: Derived, recipe: Recipe, inputs: tuple[InputChoice, ...], cancel: CancelToken
    ) -> tuple[Preview, ...]:
        """Show what becomes of one sample on its way into the model."""
        from coldpress.pipeline.preview import previews

        return previews(model, derived.eval_graph, derived.choices, recipe, inputs, cancel=cancel)

    def run(self, recipe: Recipe, listener: Listener, cancel: CancelToken) -> Outcome:
        """Do the whole job."""
        from coldpress.pipeline.run import run

        return run(recipe, self.workers(), listener=listener, cancel=cancel)

    def try_types(self, recipe: Recipe, listener: Listener, cancel: CancelToken) -> TypeComparison:
        """Convert to every type that fits, and put none of them in place."""
        from coldpress.pipeline.all_types import EVERY_TYPE, try_types

        return try_types(recipe.with_(output=None), EVERY_TYPE, self.workers(), listener=listener, cancel=cancel)

    def workers(self) -> Workers:
        """Return the child processes, made at the first call."""
        from coldpress.pipeline.workers import Workers

        with self._lock:
            if self._workers is None:
                self._workers = Workers()
            return self._workers

    def warm(self) -> None:
        """Start TensorFlow's process, so that its import is paid while the person chooses. Not for the GUI thread."""
        self.workers().warm()

    def close(self) -> None:
        """End the child processes."""
        if self._workers is not None:
            self._workers.close()
            self._workers = None
