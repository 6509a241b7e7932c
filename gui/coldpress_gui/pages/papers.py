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

    from coldpress.cancel import CancelToken
    from coldpress.pipeline.all_types import TypeComparison
    from coldpress.pipeline.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Papers:
    """Texts and plots of one outcome, in one language."""

    commands: Mapping[str, str]
    """By the program that runs them: ``freeze_graph``, ``toco``, ``python``. They read files in ``folder``."""
    folder: Path
    recipe: str
    comparisons: tuple[Comparison, ...]


def papers_of(outcome: Outcome, language: str) -> Papers:
    """Write everything down; takes a while."""
    from coldpress.recipe_file import recipe_text

    folder = folder_beside(outcome)
    verification = outcome.verification
    found = (comparison_of(scatter) for scatter in verification.scatter) if verification else ()
    return Papers(
        commands_of(outcome, folder, language),
        folder,
        recipe_text(outcome.recipe, folder.parent, language=language),
        tuple(comparison for comparison in found if comparison is not None),
    )


def folder_beside(outcome: Outcome) -> Path:
    """Return where the files that the commands read are kept unless told otherwise: beside the result."""
    target = (outcome.output or Path(outcome.recipe.output or "result.tflite")).absolute()
    return target.with_name(f"{target.stem}_steps")


def commands_of(outcome: Outcome, folder: Path, language: str) -> Mapping[str, str]:
    """Return the equivalent commands, which read what ``keep_run`` or ``keep_files`` puts into ``folder``."""
    from coldpress.commands.command import Shell
    from coldpress.commands.equivalent import equivalents
    from coldpress.pipeline.equivalent import job_of

    shell = Shell.WINDOWS if os.name == "nt" else Shell.POSIX
    return equivalents(job_of(outcome, folder), language=language).texts(shell, language=language)


def keep_for_commands(outcome: Outcome, folder: Path) -> None:
    """Put the files that the commands read into a folder, made where there is none."""
    from coldpress.files import make_folder
    from coldpress.report.keep import keep_files

    make_folder(folder)
    keep_files(outcome, folder)


def keep_everything(outcome: Outcome, folder: Path, language: str) -> Mapping[str, str]:
    """Keep all that a run made in a folder; return the commands that read it."""
    from coldpress.report.keep import keep_run

    keep_run(outcome, folder, language=language)
    return commands_of(outcome, folder, language)


def save_report(outcome: Outcome, target: Path, language: str, cancel: CancelToken) -> None:
    """Write a report: JSON where the target is called so, else HTML. Raises ``OutputError``, ``Cancelled``."""
    from coldpress.files import write_text
    from coldpress.report.data import outcome_json
    from coldpress.report.html import html_report
    from coldpress.report.privacy import Redaction

    if target.suffix.lower() != ".json":
        write_text(target, html_report(outcome, language=language, cancel=cancel))
        return
    data = outcome_json(outcome, language=language)
    if outcome.verification is not None:
        data["layers"] = outcome.verification.layers_as_json()
    data = Redaction(outcome).data(data)
    write_text(target, json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def save_comparison(comparison: TypeComparison, target: Path, language: str, cancel: CancelToken) -> None:
    """Write several types side by side as HTML. Raises ``OutputError``, ``Cancelled``."""
    from coldpress.files import write_text
    from coldpress.report.html import html_comparison

    write_text(target, html_comparison(comparison, language=language, cancel=cancel))
