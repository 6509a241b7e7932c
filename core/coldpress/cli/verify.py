"""``coldpress verify REFERENCE.pb RESULT.tflite``: numeric comparison of two files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from coldpress.cli.answer import Answer
from coldpress.cli.choices import input_choices
from coldpress.cli.convert_text import show_layers, show_verification
from coldpress.errors import VerificationError
from coldpress.pipeline.comparison import compare_files
from coldpress.pipeline.workers import Workers
from coldpress.recipe import Recipe
from coldpress.report.findings import findings_json

if TYPE_CHECKING:
    import argparse

    from coldpress.cli.terminal import Terminal


def verify(arguments: argparse.Namespace, terminal: Terminal) -> Answer:
    """Run both files on the same inputs; status 0 where they agree within the limits."""
    reference, result = Path(arguments.reference), Path(arguments.result)
    recipe = Recipe(
        source=arguments.reference,
        inputs=input_choices(arguments) or (),
        outputs=arguments.outputs or (),
        data=arguments.data,
    )
    with Workers() as workers:
        workers.warm()
        with terminal.progress():
            comparison = compare_files(reference, result, recipe, workers, listener=terminal.listen)
    verification = comparison.verification
    findings = (*comparison.findings, *verification.reasons)
    data: dict[str, Any] = {
        "reference": arguments.reference,
        "result": arguments.result,
        "verification": verification.as_json(),
        "findings": findings_json(findings, language=terminal.language),
    }

    if arguments.layers:
        data["layers"] = verification.layers_as_json()

    def show(terminal: Terminal) -> None:
        style = "bold green" if verification.passed else "bold red"
        verdict = "passed" if verification.passed else "failed"
        terminal.print(terminal.text(f"cli.compare.{verdict}", result=arguments.result), style=style)
        show_verification(verification, terminal)
        if arguments.layers:
            show_layers(verification, terminal)
        terminal.findings(findings, console=terminal.out)

    return Answer(0 if verification.passed else VerificationError.status, data, show)
