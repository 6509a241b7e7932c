"""``coldpress convert``: the whole job, from a checkpoint or a recipe to a verified ``.tflite`` file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from coldpress.cli.answer import Answer
from coldpress.cli.choices import recipe_from
from coldpress.cli.compare_types import compare_types
from coldpress.cli.convert_text import show_outcome
from coldpress.commands.equivalent import equivalents
from coldpress.errors import UsageError, VerificationError
from coldpress.files import check_target, copy_whole, make_folder, staged, write_text
from coldpress.freeze.meta_writer import write_meta_graph
from coldpress.pipeline.equivalent import META_GRAPH, calibration_files, job_of, needed_variables
from coldpress.pipeline.outcome import Verdict
from coldpress.pipeline.run import run
from coldpress.pipeline.workers import Workers
from coldpress.recipe_file import is_recipe, read_recipe, write_recipe
from coldpress.report.data import outcome_json
from coldpress.report.html import html_report

if TYPE_CHECKING:
    import argparse

    from coldpress.cli.terminal import Terminal
    from coldpress.pipeline.outcome import Outcome
    from coldpress.recipe import Recipe


def convert(arguments: argparse.Namespace, terminal: Terminal) -> Answer:
    """Convert and verify; status 0 only where the result was verified."""
    recipe = _recipe(arguments)
    if arguments.report:
        check_target(Path(arguments.report))
    if arguments.compare is not None:
        return compare_types(recipe, arguments, terminal)
    if recipe.output is None:
        raise UsageError("cli.no_output")
    with Workers() as workers:
        workers.warm()
        with terminal.progress():
            outcome = run(recipe, workers, listener=terminal.listen)
        data = outcome_json(outcome, language=terminal.language)
        if arguments.commands:
            job = job_of(outcome, Path(arguments.keep) if arguments.keep else None)
            data["commands"] = equivalents(job, language=terminal.language).texts(language=terminal.language)
        if arguments.keep:
            keep(outcome, Path(arguments.keep), data, language=terminal.language)
        if arguments.report:
            write_text(Path(arguments.report), html_report(outcome, language=terminal.language))
    status = 0 if outcome.verdict is Verdict.VERIFIED else VerificationError.status
    return Answer(status, data, lambda terminal: show_outcome(outcome, data, terminal))


def _recipe(arguments: argparse.Namespace) -> Recipe:
    path = Path(arguments.path)
    return recipe_from(arguments, read_recipe(path) if is_recipe(path) else None)


def keep(outcome: Outcome, folder: Path, data: dict[str, Any], *, language: str) -> None:
    """Keep what was made on the way: the eval graph, the frozen graph, the reports, the recipe, calibration samples.

    A result that failed its verification is kept as ``rejected.tflite``, for a look at what is wrong with it.
    """
    make_folder(folder)
    kept = {"eval_graph.pb": "eval_graph.pb", "frozen.pb": "frozen.pb"}
    if outcome.output is None:
        kept["result.tflite"] = "rejected.tflite"
    for name, target in kept.items():
        copy_whole(outcome.folder / name, folder / target)
    write_meta_graph(outcome.eval_graph.graph, needed_variables(outcome), folder / META_GRAPH)
    for name, runs in zip(calibration_files(outcome), outcome.samples.calibration_runs(), strict=True):
        with staged(folder / name, size=runs.nbytes) as temporary, temporary.open("wb") as file:
            np.save(file, runs, allow_pickle=False)
    write_text(folder / "report.html", html_report(outcome, language=language))
    write_text(folder / "report.json", json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n")
    write_recipe(outcome.recipe, folder / "recipe.toml", language=language)
