"""``coldpress eval-graph PATH -o EVAL.pb``: the eval graph of a train graph, and the list of changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from coldpress.cli.answer import Answer
from coldpress.cli.choices import recipe_from
from coldpress.errors import BlockedError
from coldpress.eval_graph.change_list import as_text, counts, entries, write_changes
from coldpress.finding import blocking
from coldpress.freeze.graph_writer import write_graph
from coldpress.pipeline.checking import check_graph
from coldpress.pipeline.derive import derive
from coldpress.pipeline.model import load
from coldpress.report.findings import findings_json

if TYPE_CHECKING:
    import argparse

    from coldpress.cli.terminal import Terminal


def eval_graph(arguments: argparse.Namespace, terminal: Terminal) -> Answer:
    """Derive the eval graph and write it; a blocking finding stops before anything is written."""
    recipe = recipe_from(arguments)
    with terminal.progress():
        model = load(recipe, listener=terminal.listen)
        result = derive(model, recipe, listener=terminal.listen)
    findings = (*model.findings, *check_graph(model, result, recipe))
    if blocked := blocking(result.findings, recipe.accept):
        raise BlockedError(blocked)
    write_graph(result.graph, Path(arguments.output))
    if arguments.changes:
        write_changes(Path(arguments.changes), result.changes, language=terminal.language)
    data = {
        "output": arguments.output,
        "nodes_before": len(model.graph),
        "nodes_after": len(result.graph),
        "inputs": [str(ref) for ref in result.inputs],
        "outputs": [str(ref) for ref in result.outputs],
        "counts": counts(result.changes),
        "changes": entries(result.changes),
        "findings": findings_json(findings, language=terminal.language),
    }

    def show(terminal: Terminal) -> None:
        terminal.print(as_text(result.changes, language=terminal.language))
        terminal.findings(findings)
        terminal.print(terminal.text("cli.written", path=arguments.output))

    return Answer(0, data, show)
