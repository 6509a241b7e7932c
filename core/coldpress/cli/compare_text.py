"""Several inference types as a table for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.report.words import figure, percent, size_text, time_text
from coldpress.sentences import say_error, say_finding

if TYPE_CHECKING:
    from coldpress.cli.terminal import Terminal
    from coldpress.pipeline.all_types import TypeComparison, TypeResult
    from coldpress.pipeline.outcome import Outcome

_STYLES = {
    "verified": "bold green",
    "unverified": "bold yellow",
    "failed": "bold red",
    "unfit": "dim",
    "error": "bold red",
}
_HEADS = ("type", "verdict", "size", "accuracy_head", "agreement_head", "rmse", "snr", "latency_head")
_DASH = "–"


def show_comparison(comparison: TypeComparison, terminal: Terminal) -> None:
    """Print a row a type, then why some came to nothing, then what was written."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, head in enumerate(_HEADS):
        table.add_column(terminal.text(f"report.{head}"), justify="left" if number < 2 else "right", no_wrap=True)
    for result in comparison.results:
        kind = str(result.status)
        verdict = Text(terminal.text(f"report.types.status.{kind}"), style=_STYLES[kind])
        cells = _cells(result.outcome) if result.outcome is not None else [""] * 6
        table.add_row(str(result.inference_type), verdict, *cells)
    terminal.table(table)
    for result in comparison.results:
        for line in _why(result, terminal):
            terminal.print(f"{result.inference_type}: {line}")
    for outcome in comparison.outcomes:
        if outcome.output is not None:
            terminal.print(terminal.text("cli.written", path=str(outcome.output)))


def _cells(outcome: Outcome) -> list[str]:
    latency = time_text(outcome.timings[0].median) if outcome.timings else _DASH
    verification = outcome.verification
    if verification is None:
        return [size_text(outcome.checked.nbytes), _DASH, _DASH, _DASH, _DASH, latency]
    agreement = verification.worst("argmax_agreement", lowest=True)
    snr = verification.worst("snr_db", lowest=True)
    return [
        size_text(outcome.checked.nbytes),
        _DASH if verification.accuracy_result is None else percent(verification.accuracy_result, 2),
        _DASH if agreement is None else percent(agreement),
        figure(verification.worst("rmse"), 3),
        "∞" if snr is None else f"{snr:.1f} dB",
        latency,
    ]


def _why(result: TypeResult, terminal: Terminal) -> list[str]:
    """Return why a type came to nothing, or is not good enough."""
    findings = result.blocking
    if result.outcome is not None and result.outcome.verification is not None:
        findings = result.outcome.verification.reasons
    if findings:
        return [say_finding(finding, language=terminal.language).message for finding in findings]
    return [] if result.problem is None else [say_error(result.problem, language=terminal.language).message]
