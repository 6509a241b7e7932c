"""What a decision makes out of date: the first job that must be done again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.recipe import Recipe
from coldpress.route.progress import Job, same_tensors

if TYPE_CHECKING:
    from coldpress.route.progress import Progress

READS = frozenset({"source", "graph", "meta_graph_tags", "checkpoint"})
"""Decisions after which the files are read again."""

DERIVES = frozenset({"inputs", "outputs", "as_is", "use_ema"})
"""Decisions after which the eval graph is made again."""

CHECKS = frozenset(
    {
        "inference_type",
        "inference_input_type",
        "inference_output_type",
        "default_ranges",
        "ranges",
        "representative_data",
        "allow_custom_ops",
        "select_tf_ops",
    }
)
"""Decisions after which the same eval graph is looked at anew."""


def next_job(before: Progress, recipe: Recipe) -> Job | None:
    """Return the first job that must be done again when the recipe becomes ``recipe``, None if no job need be."""
    if before.recipe is None:
        return Job.LOAD
    touched = changed_fields(before.recipe, recipe)
    if touched & READS:
        return Job.LOAD
    if touched & DERIVES and not (touched & DERIVES == {"inputs"} and same_tensors(before, recipe)):
        return Job.DERIVE
    return Job.CHECK if touched & CHECKS else None


def changed_fields(before: Recipe, after: Recipe) -> frozenset[str]:
    """Return the names of the decisions that differ."""
    return frozenset(name for name in Recipe.__dataclass_fields__ if getattr(before, name) != getattr(after, name))
