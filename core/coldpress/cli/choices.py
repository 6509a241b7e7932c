"""Arguments into a recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coldpress.errors import UsageError
from coldpress.recipe import InputChoice, Recipe

if TYPE_CHECKING:
    import argparse

_SAME_NAME = (
    "graph",
    "checkpoint",
    "inference_type",
    "inference_input_type",
    "inference_output_type",
    "representative_data",
    "data",
    "output",
)
_SWITCHES = ("as_is", "use_ema", "allow_custom_ops", "select_tf_ops", "crop_images")


def recipe_from(arguments: argparse.Namespace, base: Recipe | None = None) -> Recipe:
    """Return the recipe that the arguments ask for; what they leave out is as in ``base``."""
    recipe = base or Recipe(source=arguments.path)
    given = {name: getattr(arguments, name) for name in _SAME_NAME if getattr(arguments, name, None) is not None}
    given |= {name: True for name in _SWITCHES if getattr(arguments, name, False)}
    given |= _lists(arguments, recipe)
    return recipe.with_(**given)


def _lists(arguments: argparse.Namespace, recipe: Recipe) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if getattr(arguments, "tags", None):
        given["meta_graph_tags"] = arguments.tags
    if getattr(arguments, "outputs", None):
        given["outputs"] = arguments.outputs
    if getattr(arguments, "ranges", None):
        given["ranges"] = tuple(arguments.ranges)
    if getattr(arguments, "accept", None):
        given["accept"] = recipe.accept | {code for word in arguments.accept for code in word.split(",")}
    low, high = getattr(arguments, "default_ranges_min", None), getattr(arguments, "default_ranges_max", None)
    if (low is None) != (high is None):
        raise UsageError("cli.default_ranges_together")
    if low is not None and high is not None:
        given["default_ranges"] = (low, high)
    inputs = input_choices(arguments, recipe.inputs)
    if inputs is not None:
        given["inputs"] = inputs
    return given


def input_choices(arguments: argparse.Namespace, base: tuple[InputChoice, ...] = ()) -> tuple[InputChoice, ...] | None:
    """Return the inputs with their shapes, means and standard deviations; None where nothing was said of them.

    Without ``--inputs`` the tensor name is empty: the suggestion of the same position takes the place.
    """
    columns = {
        "tensor": getattr(arguments, "inputs", None),
        "shape": getattr(arguments, "input_shapes", None),
        "mean": getattr(arguments, "mean_values", None),
        "std": getattr(arguments, "std_dev_values", None),
    }
    said = {name: values for name, values in columns.items() if values is not None}
    if not said:
        return None
    if ("mean" in said) != ("std" in said):
        raise UsageError("cli.mean_std_together")
    count = len(next(iter(said.values())))
    if any(len(values) != count for values in said.values()) or ("tensor" not in said and len(base) not in {0, count}):
        raise UsageError("cli.counts_differ", counts=", ".join(f"{name}: {len(v)}" for name, v in said.items()))
    rows = [{name: values[row] for name, values in said.items()} for row in range(count)]
    start = base if "tensor" not in said and base else tuple(InputChoice(tensor="") for _ in range(count))
    return tuple(_updated(choice, row) for choice, row in zip(start, rows, strict=True))


def _updated(choice: InputChoice, row: dict[str, Any]) -> InputChoice:
    return InputChoice(
        tensor=row.get("tensor", choice.tensor),
        shape=row.get("shape", choice.shape),
        mean=row.get("mean", choice.mean),
        std=row.get("std", choice.std),
    )
