"""What a run leaves to read and to take along: commands, recipe, report. Made in the background."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coldpress_gui.widgets.plots import Comparison, comparison_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldpress.pipeline.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Papers:
    """Texts and plots of one outcome, in one language."""

    commands: Mapping[str, str]
    """By the program that runs them: ``freeze_graph``, ``toco``, ``python``."""
    recipe: str
    report: str
    comparisons: tuple[Comparison, ...]


def papers_of(outcome: Outcome, language: str) -> Papers:
    """Write everything down; takes a while."""
    from coldpress.report.data import outcome_json
    from coldpress.commands.command import Shell
    from coldpress.commands.equivalent import equivalents
    from coldpress.pipeline.equivalent import job_of
    from coldpress.recipe_file import recipe_text

    shell = Shell.WINDOWS if os.name == "nt" else Shell.POSIX
    target = outcome.output or Path(outcome.recipe.output or "result.tflite")
    folder = target.absolute().parent
    commands = equivalents(job_of(outcome, folder), language=language).texts(shell, language=language)
    data = outcome_json(outcome, language=language)
    verification = outcome.verification
    if verification is not None:
        data["layers"] = verification.layers_as_json()
    found = (comparison_of(scatter) for scatter in verification.scatter) if verification else ()
    return Papers(
        commands,
        recipe_text(outcome.recipe, folder, language=language),
        json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n",
        tuple(comparison for comparison in found if comparison is not None),
    )
