"""The whole job, step by step: nothing is put in place before it is verified."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from coldpress.eval_graph.change import ChangeKind
from coldpress.events import ignore
from coldpress.files import check_target
from coldpress.freeze.graph_writer import write_graph
from coldpress.pipeline.attempt import Attempt
from coldpress.pipeline.freezing import freeze_model
from coldpress.pipeline.prepare import open_model, prepare
from coldpress.pipeline.proof import Prover
from coldpress.pipeline.recorder import Recorder
from coldpress.pipeline.survey import survey

if TYPE_CHECKING:
    from coldpress.cancel import CancelToken
    from coldpress.events import Listener
    from coldpress.pipeline.freezing import Freezing
    from coldpress.pipeline.outcome import Outcome
    from coldpress.pipeline.prepare import Opened
    from coldpress.pipeline.workers import Workers
    from coldpress.recipe import Recipe


def run(recipe: Recipe, workers: Workers, *, listener: Listener = ignore, cancel: CancelToken | None = None) -> Outcome:
    """Do the whole job that ``recipe`` describes.

    The result is moved to ``recipe.output`` at the end, and only where it was verified, or could not be run here.
    Raises ``BlockedError`` where a finding stops the run, ``InputError``, ``ConverterError``, ``OutputError``,
    ``Cancelled``; bad numbers are no exception but a verdict.
    """
    recorder = Recorder(listener)
    if recipe.output:
        check_target(Path(recipe.output))
    folder = workers.new_folder()
    opened = open_model(recipe, listener=recorder, cancel=cancel)
    prepared = prepare(opened, recipe, cancel=cancel)
    prepared = survey(prepared, folder, workers, recorder=recorder, cancel=cancel)
    freezing = freeze_opened(opened, folder, workers, recorder=recorder, cancel=cancel)
    return Attempt(prepared, freezing, workers, folder, recorder, cancel).outcome()


def freeze_opened(
    opened: Opened, folder: Path, workers: Workers, *, recorder: Recorder, cancel: CancelToken | None = None
) -> Freezing:
    """Write the eval graph and the frozen graph to ``folder``: the same for every inference type, as is their proof."""
    write_graph(opened.eval_graph.graph, folder / "eval_graph.pb")
    target, worker = folder / "frozen.pb", workers.tensorflow
    freezing = freeze_model(opened.model, opened.eval_graph, target, worker, listener=recorder, cancel=cancel)
    # Where nothing but unneeded nodes went away, the train graph is the eval graph, and proves nothing.
    rewritten = any(change.kind is not ChangeKind.CLEANUP for change in opened.eval_graph.changes)
    return replace(freezing, prover=Prover(opened, target, folder, worker)) if rewritten else freezing
