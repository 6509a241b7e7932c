"""``coldpress freeze PATH -o FROZEN.pb``: eval graph and checkpoint into a frozen graph."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from coldpress.cli.answer import Answer
from coldpress.cli.choices import recipe_from
from coldpress.errors import BlockedError
from coldpress.finding import blocking
from coldpress.pipeline.checking import check_graph
from coldpress.pipeline.derive import derive
from coldpress.pipeline.freezing import freeze_model
from coldpress.pipeline.model import load
from coldpress.report.findings import findings_json
from coldpress.worker.supervisor import Worker

if TYPE_CHECKING:
    import argparse

    from coldpress.cli.terminal import Terminal


def freeze(arguments: argparse.Namespace, terminal: Terminal) -> Answer:
    """Freeze; TensorFlow is started only where its own freezer is needed."""
    started = time.monotonic()
    recipe = recipe_from(arguments)
    with terminal.progress(), Worker("tensorflow") as worker:
        model = load(recipe, listener=terminal.listen)
        result = derive(model, recipe, listener=terminal.listen)
        findings = (*model.findings, *check_graph(model, result, recipe))
        if blocked := blocking(findings, recipe.accept):
            raise BlockedError(blocked)
        freezing = freeze_model(model, result, Path(arguments.output), worker, listener=terminal.listen)
    findings += freezing.findings
    data = {
        "output": arguments.output,
        "nodes": freezing.frozen.nodes,
        "constants": freezing.frozen.constants,
        "bytes": freezing.frozen.bytes,
        "seconds": time.monotonic() - started,
        "inputs": [str(ref) for ref in result.inputs],
        "outputs": [str(ref) for ref in result.outputs],
        "findings": findings_json(findings, language=terminal.language),
    }

    def show(terminal: Terminal) -> None:
        terminal.findings(findings)
        terminal.print(terminal.text("cli.written", path=arguments.output))

    return Answer(0, data, show)
