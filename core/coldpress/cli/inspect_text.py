"""An inspection as text for a person."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from coldpress.graph.endpoints import SuggestedInput
from coldpress.sentences import say, say_about

if TYPE_CHECKING:
    from coldpress.cli.terminal import Terminal
    from coldpress.facts import Fact
    from coldpress.pipeline.inspection import Inspection

_SHOWN = 8


def show_inspection(inspection: Inspection, terminal: Terminal) -> None:
    """Print the files, the graph, the checkpoint, the suggestions and the findings."""
    _files(inspection, terminal)
    _graph(inspection, terminal)
    _checkpoint(inspection, terminal)
    _suggestions(inspection, terminal)
    if inspection.findings:
        terminal.print()
        terminal.findings(inspection.findings, console=terminal.out)


def _files(inspection: Inspection, terminal: Terminal) -> None:
    terminal.print(terminal.text("cli.inspect.files", path=str(inspection.model.files.path)), style="bold")
    for entry in inspection.model.files.files:
        kind = say(f"formats.kind.{entry.kind}", language=terminal.language).message
        terminal.print(f"  {entry.path.name}  {kind}")


def _graph(inspection: Inspection, terminal: Terminal) -> None:
    read = inspection.model.read
    if read is None:
        return
    verdict = "training" if read.diagnosis.training else "inference"
    quantized = terminal.text("cli.inspect.quantized") if read.diagnosis.quantized else ""
    terminal.print()
    title = terminal.text(f"cli.inspect.{verdict}", nodes=len(read.graph), file=read.source.path.name)
    terminal.print(title + quantized, style="bold")
    for sign in read.diagnosis.evidence:
        terminal.print(f"  {say_about(sign.code, sign.nodes, sign.facts, language=terminal.language).message}")
    common = Counter(node.op for node in read.graph).most_common(_SHOWN)
    terminal.print("  " + ", ".join(f"{op} {count}" for op, count in common) + " …")


def _checkpoint(inspection: Inspection, terminal: Terminal) -> None:
    checkpoint, match = inspection.model.checkpoint, inspection.model.match
    if checkpoint is None:
        return
    size = sum(variable.nbytes for variable in checkpoint.variables.values())
    terminal.print()
    facts: dict[str, Fact] = {"prefix": checkpoint.prefix, "format": checkpoint.format.upper(), "bytes": size}
    terminal.print(terminal.text("cli.inspect.checkpoint", count=len(checkpoint.variables), **facts), style="bold")
    if match:
        counts = {"matched": len(match.matched), "missing": len(match.missing), "unused": len(match.unused)}
        terminal.print("  " + terminal.text("cli.inspect.match", different=len(match.different_shape), **counts))


def _suggestions(inspection: Inspection, terminal: Terminal) -> None:
    for title, rows in (("inputs", inspection.inputs), ("outputs", inspection.outputs)):
        if not rows:
            continue
        terminal.print()
        terminal.print(terminal.text(f"cli.inspect.{title}"), style="bold")
        for row in rows[:_SHOWN]:
            reason = say(row.reason, row.facts, language=terminal.language).message
            kind = f"{row.dtype or ''} {shape_text(row.shape)}  " if isinstance(row, SuggestedInput) else ""
            terminal.print(f"  {row.tensor}  {kind}{reason}")


def shape_text(shape: tuple[int | None, ...] | None) -> str:
    """Return a shape as people write it: ``[?, 16, 16, 1]``."""
    return "" if shape is None else "[" + ", ".join("?" if size is None else str(size) for size in shape) + "]"
