"""``coldpress convert``: the whole job, from a checkpoint or a recipe to a verified ``.tflite`` file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from coldpress.cli.answer import Answer, findings_json
from coldpress.cli.choices import recipe_from
from coldpress.cli.convert_text import show_outcome
from coldpress.commands.equivalent import equivalents
from coldpress.errors import UsageError, VerificationError
from coldpress.files import make_folder, staged, write_text
from coldpress.freeze.meta_writer import write_meta_graph
from coldpress.pipeline.equivalent import META_GRAPH, calibration_files, job_of, needed_variables
from coldpress.pipeline.outcome import Verdict
from coldpress.pipeline.run import run
from coldpress.pipeline.workers import Workers
from coldpress.recipe_file import is_recipe, read_recipe, write_recipe

if TYPE_CHECKING:
    import argparse

    from coldpress.cli.terminal import Terminal
    from coldpress.pipeline.outcome import Outcome
    from coldpress.recipe import Recipe
    from coldpress.worker.requests import TensorInfo


def convert(arguments: argparse.Namespace, terminal: Terminal) -> Answer:
    """Convert and verify; status 0 only where the result was verified."""
    recipe = _recipe(arguments)
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
    status = 0 if outcome.verdict is Verdict.VERIFIED else VerificationError.status
    return Answer(status, data, lambda terminal: show_outcome(outcome, data, terminal))


def _recipe(arguments: argparse.Namespace) -> Recipe:
    path = Path(arguments.path)
    return recipe_from(arguments, read_recipe(path) if is_recipe(path) else None)


def outcome_json(outcome: Outcome, *, language: str) -> dict[str, Any]:
    """Return the JSON object of the contract."""
    return {
        "status": str(outcome.verdict),
        "output": None if outcome.output is None else str(outcome.output),
        "bytes": outcome.checked.nbytes,
        "inference_type": str(outcome.choices.inference_type),
        "graph": str(outcome.model.required.source.path),
        "checkpoint": outcome.recipe.checkpoint,
        "steps": [
            {"name": str(record.step), "status": record.status, "seconds": round(record.seconds, 4)}
            for record in outcome.steps
        ],
        "inputs": [_tensor(tensor) for tensor in outcome.checked.inputs],
        "outputs": [_tensor(tensor) for tensor in outcome.checked.outputs],
        "chosen": {
            "inputs": [str(ref) for ref in outcome.choices.inputs],
            "outputs": [str(ref) for ref in outcome.choices.outputs],
        },
        "changes": len(outcome.eval_graph.changes),
        "verification": outcome.verification.as_json() if outcome.verification else None,
        "findings": findings_json(outcome.findings, language=language),
    }


def _tensor(tensor: TensorInfo) -> dict[str, Any]:
    return {
        "name": tensor.name,
        "dtype": tensor.dtype,
        "shape": list(tensor.shape),
        "scale": tensor.scale,
        "zero_point": tensor.zero_point,
    }


def keep(outcome: Outcome, folder: Path, data: dict[str, Any], *, language: str) -> None:
    """Keep what was made on the way: the eval graph, the frozen graph, the report, the recipe, calibration samples.

    A result that failed its verification is kept as ``rejected.tflite``, for a look at what is wrong with it.
    """
    make_folder(folder)
    kept = {"eval_graph.pb": "eval_graph.pb", "frozen.pb": "frozen.pb"}
    if outcome.output is None:
        kept["result.tflite"] = "rejected.tflite"
    for name, target in kept.items():
        source = outcome.folder / name
        with staged(folder / target, size=source.stat().st_size) as temporary:
            shutil.copyfile(source, temporary)
    write_meta_graph(outcome.eval_graph.graph, needed_variables(outcome), folder / META_GRAPH)
    for name, runs in zip(calibration_files(outcome), outcome.samples.calibration_runs(), strict=True):
        with staged(folder / name, size=runs.nbytes) as temporary, temporary.open("wb") as file:
            np.save(file, runs, allow_pickle=False)
    write_text(folder / "report.json", json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n")
    write_recipe(outcome.recipe, folder / "recipe.toml", language=language)
