"""``coldpress convert … --compare``: several inference types of one model in one run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from coldpress.cli.answer import Answer
from coldpress.cli.compare_text import show_comparison
from coldpress.errors import BlockedError, ConverterError, UsageError, VerificationError
from coldpress.files import write_text
from coldpress.pipeline.all_types import EVERY_TYPE, TypeStatus, try_types
from coldpress.report.data import comparison_json
from coldpress.report.html import html_comparison

if TYPE_CHECKING:
    import argparse

    from coldpress.cli.terminal import Terminal
    from coldpress.pipeline.all_types import TypeComparison
    from coldpress.pipeline.workers import Workers
    from coldpress.recipe import Recipe


def compare_types(recipe: Recipe, arguments: argparse.Namespace, terminal: Terminal, workers: Workers) -> Answer:
    """Try the types that ``--compare`` names; all that fit where it says so."""
    for name in ("inference_type", "keep", "commands"):
        if getattr(arguments, name):
            raise UsageError("cli.not_with_compare", option=f"--{name.replace('_', '-')}")
    named: tuple[Any, ...] = arguments.compare
    with terminal.progress():
        comparison = try_types(recipe, named or EVERY_TYPE, workers, listener=terminal.listen)
    if arguments.report and comparison.outcomes:
        write_text(Path(arguments.report), html_comparison(comparison, language=terminal.language))
    status = status_of(comparison, named=bool(named))
    data = {"status": "failed" if status else "verified", **comparison_json(comparison, language=terminal.language)}
    return Answer(status, data, lambda terminal: show_comparison(comparison, terminal))


def status_of(comparison: TypeComparison, *, named: bool) -> int:
    """Return 0 where every type that was tried is verified, else the status of the gravest.

    A type that does not fit counts only where the person named it, or where no other fits either.
    """
    found = {result.status for result in comparison.results}
    if found & {TypeStatus.FAILED, TypeStatus.UNVERIFIED}:
        return VerificationError.status
    if TypeStatus.ERROR in found:
        return ConverterError.status
    if found == {TypeStatus.UNFIT} or (named and TypeStatus.UNFIT in found):
        return BlockedError.status
    return 0
