"""A run as other tools would do it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from coldpress.commands.job import Job, VariablePlace
from coldpress.freeze.variables import graph_variables
from coldpress.worker.io_types import io_types, stored_inputs

if TYPE_CHECKING:
    from coldpress.freeze.variables import GraphVariable
    from coldpress.pipeline.outcome import Outcome

META_GRAPH = "eval_graph.meta"
"""The eval graph with a Saver, for ``freeze_graph --input_meta_graph``."""


def needed_variables(outcome: Outcome) -> tuple[GraphVariable, ...]:
    """Return the variables of the eval graph, with their places in the checkpoint."""
    match = outcome.model.match
    return tuple(graph_variables(outcome.eval_graph.graph, match.saved if match else None))


def calibration_files(outcome: Outcome) -> tuple[str, ...]:
    """Return the names under which the calibration samples are kept, one an input."""
    count = len(outcome.samples.slots) if outcome.samples.calibrating else 0
    return tuple(f"calibration_{number}.npy" for number in range(count))


def job_of(outcome: Outcome, folder: Path | None = None) -> Job:
    """Return the run as a job; its files are in ``folder``, where they are kept."""
    place = folder or Path()
    recipe, mode = outcome.recipe, outcome.choices.inference_type
    taken, given = io_types(
        mode,
        recipe.inference_input_type,
        recipe.inference_output_type,
        trained=recipe.representative_data is None,
    )
    return Job(
        eval_graph=str(place / "eval_graph.pb"),
        meta_graph=str(place / META_GRAPH),
        frozen=str(place / "frozen.pb"),
        result=str(outcome.output or recipe.output or place / "result.tflite"),
        checkpoint=recipe.checkpoint,
        variables=tuple(_place(variable) for variable in needed_variables(outcome)),
        inputs=stored_inputs(mode, outcome.inputs, measured=recipe.representative_data is not None),
        outputs=tuple(str(ref) for ref in outcome.eval_graph.outputs),
        inference_type=mode,
        input_type=taken,
        output_type=given,
        default_ranges=recipe.default_ranges,
        representative=tuple(str(place / name) for name in calibration_files(outcome)),
        allow_custom_ops=recipe.allow_custom_ops,
        select_tf_ops=recipe.select_tf_ops,
        producer=outcome.eval_graph.graph.versions.producer,
    )


def _place(variable: GraphVariable) -> VariablePlace:
    part = variable.slice
    return VariablePlace(
        variable.name,
        variable.key,
        is_resource=variable.is_resource,
        begin=part.offset if part else None,
        size=part.shape if part else None,
    )
