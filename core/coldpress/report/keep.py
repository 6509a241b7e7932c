"""Keep what a run made on the way, beside its reports."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from coldpress.files import copy_whole, make_folder, staged, write_text
from coldpress.freeze.meta_writer import write_meta_graph
from coldpress.pipeline.equivalent import META_GRAPH, calibration_files, needed_variables
from coldpress.recipe_file import write_recipe
from coldpress.report.data import outcome_json
from coldpress.report.html import html_report

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from coldpress.pipeline.outcome import Outcome


def keep_run(outcome: Outcome, folder: Path, *, language: str, data: Mapping[str, Any] | None = None) -> None:
    """Keep the eval graph, the frozen graph, the reports, the recipe and the calibration samples in ``folder``.

    These are the files that the equivalent commands read (``pipeline.equivalent.job_of`` with the same folder). A
    result that failed its verification is kept as ``rejected.tflite``, for a look at what is wrong with it. ``data``
    is what ``report.json`` says (the run itself, where it is left out). Raises ``OutputError``.
    """
    make_folder(folder)
    keep_files(outcome, folder)
    said = outcome_json(outcome, language=language) if data is None else data
    write_text(folder / "report.html", html_report(outcome, language=language))
    write_text(folder / "report.json", json.dumps(said, ensure_ascii=False, indent=2, allow_nan=False) + "\n")
    write_recipe(outcome.recipe, folder / "recipe.toml", language=language)


def keep_files(outcome: Outcome, folder: Path) -> None:
    """Keep what the equivalent commands read, in a folder that exists."""
    kept = {"eval_graph.pb": "eval_graph.pb", "frozen.pb": "frozen.pb"}
    if outcome.output is None:
        kept["result.tflite"] = "rejected.tflite"
    for name, target in kept.items():
        copy_whole(outcome.folder / name, folder / target)
    write_meta_graph(outcome.eval_graph.graph, needed_variables(outcome), folder / META_GRAPH)
    for name, runs in zip(calibration_files(outcome), outcome.samples.calibration_runs(), strict=True):
        with staged(folder / name, size=runs.nbytes) as temporary, temporary.open("wb") as file:
            np.save(file, runs, allow_pickle=False)
