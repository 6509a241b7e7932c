"""A conversion in warm processes, and what the command line says and keeps of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from coldpress.cli.answer import Answer
from coldpress.cli.convert_text import show_outcome
from coldpress.commands.equivalent import equivalents
from coldpress.errors import VerificationError
from coldpress.files import write_text
from coldpress.pipeline.equivalent import job_of
from coldpress.pipeline.outcome import Verdict
from coldpress.pipeline.run import run
from coldpress.report.data import outcome_json
from coldpress.report.html import html_report
from coldpress.report.keep import keep_run

if TYPE_CHECKING:
    import argparse

    from coldpress.cli.terminal import Terminal
    from coldpress.pipeline.workers import Workers
    from coldpress.recipe import Recipe


def convert_one(recipe: Recipe, arguments: argparse.Namespace, terminal: Terminal, workers: Workers) -> Answer:
    """Convert to one type; status 0 only where the result was verified."""
    with terminal.progress():
        outcome = run(recipe, workers, listener=terminal.listen)
    data = outcome_json(outcome, language=terminal.language)
    if arguments.commands:
        job = job_of(outcome, Path(arguments.keep) if arguments.keep else None)
        data["commands"] = equivalents(job, language=terminal.language).texts(language=terminal.language)
    if arguments.keep:
        keep_run(outcome, Path(arguments.keep), language=terminal.language, data=data)
    if arguments.report:
        write_text(Path(arguments.report), html_report(outcome, language=terminal.language))
    status = 0 if outcome.verdict is Verdict.VERIFIED else VerificationError.status
    return Answer(status, data, lambda terminal: show_outcome(outcome, data, terminal))
