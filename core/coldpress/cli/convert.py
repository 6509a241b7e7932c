"""``coldpress convert``: the whole job, from a checkpoint or a recipe to a verified ``.tflite`` file.

TensorFlow takes seconds to come up in its process, so that is started first, and the rest is imported meanwhile.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from coldpress.cli.choices import recipe_from
from coldpress.errors import UsageError
from coldpress.files import check_target
from coldpress.pipeline.workers import Workers
from coldpress.recipe_file import is_recipe, read_recipe

if TYPE_CHECKING:
    import argparse

    from coldpress.cli.answer import Answer
    from coldpress.cli.terminal import Terminal
    from coldpress.recipe import Recipe


def convert(arguments: argparse.Namespace, terminal: Terminal) -> Answer:
    """Convert and verify; status 0 only where the result was verified."""
    recipe = _recipe(arguments)
    if arguments.report:
        check_target(Path(arguments.report))
    if arguments.compare is None and recipe.output is None:
        raise UsageError("cli.no_output")
    with Workers() as workers:
        workers.warm()
        if arguments.compare is not None:
            from coldpress.cli.compare_types import compare_types

            return compare_types(recipe, arguments, terminal, workers)
        from coldpress.cli.convert_one import convert_one

        return convert_one(recipe, arguments, terminal, workers)


def _recipe(arguments: argparse.Namespace) -> Recipe:
    path = Path(arguments.path)
    return recipe_from(arguments, read_recipe(path) if is_recipe(path) else None)
