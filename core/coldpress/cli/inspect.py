"""``coldpress inspect PATH``: what lies there, what the graph is, what the checkpoint holds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from coldpress.cli.answer import Answer
from coldpress.cli.choices import recipe_from
from coldpress.cli.inspect_text import show_inspection
from coldpress.pipeline.inspection import inspect_model
from coldpress.report.findings import findings_json
from coldpress.sentences import say, say_about

if TYPE_CHECKING:
    import argparse

    from coldpress.cli.terminal import Terminal
    from coldpress.pipeline.inspection import Inspection


def inspect(arguments: argparse.Namespace, terminal: Terminal) -> Answer:
    """Read the model without executing it, and say what it is."""
    with terminal.progress():
        inspection = inspect_model(recipe_from(arguments))
    data = inspection_json(inspection, path=arguments.path, language=terminal.language)
    return Answer(0, data, lambda terminal: show_inspection(inspection, terminal))


def inspection_json(inspection: Inspection, *, path: str, language: str) -> dict[str, Any]:
    """Return the JSON object of the contract."""
    model = inspection.model
    return {
        "path": path,
        "kind": str(model.read.source.kind if model.read else inspection.kind),
        "files": [_file(entry) for entry in model.files.files],
        "graph": _graph(inspection, language=language),
        "checkpoint": _checkpoint(inspection),
        "checkpoints": [
            {"prefix": entry.prefix, "format": entry.format, "step": entry.step} for entry in model.files.checkpoints
        ],
        "inputs": _inputs(inspection, language=language),
        "outputs": _outputs(inspection, language=language),
        "findings": findings_json(inspection.findings, language=language),
    }


def _file(entry: Any) -> dict[str, Any]:
    return {
        "path": str(entry.path),
        "kind": str(entry.kind),
        "structure": entry.has_structure,
        "weights": entry.has_weights,
        "signatures": entry.has_signatures,
    }


def _graph(inspection: Inspection, *, language: str) -> dict[str, Any] | None:
    read = inspection.model.read
    if read is None:
        return None
    evidence = [
        {
            "code": sign.code,
            "message": say_about(sign.code, sign.nodes, sign.facts, language=language).message,
            "nodes": list(sign.nodes),
        }
        for sign in read.diagnosis.evidence
    ]
    return {
        "path": str(read.source.path),
        "nodes": len(read.graph),
        "operations": dict(Counter(node.op for node in read.graph).most_common()),
        "training": read.diagnosis.training,
        "quantized": read.diagnosis.quantized,
        "evidence": evidence,
        "functions": len(read.graph.functions),
        "producer": read.graph.versions.producer,
        "tensorflow": read.source.meta.tensorflow_version if read.source.meta else "",
        "tags": [list(tags) for tags in read.source.tag_sets],
    }


def _checkpoint(inspection: Inspection) -> dict[str, Any] | None:
    checkpoint, match = inspection.model.checkpoint, inspection.model.match
    if checkpoint is None:
        return None
    return {
        "prefix": checkpoint.prefix,
        "format": checkpoint.format,
        "variables": len(checkpoint.variables),
        "bytes": sum(variable.nbytes for variable in checkpoint.variables.values()),
        "matched": len(match.matched) if match else 0,
        "missing": [variable.name for variable in match.missing] if match else [],
        "different_shape": [pair.variable.name for pair in match.different_shape] if match else [],
        "unused": len(match.unused) if match else len(checkpoint.variables),
        "moving_averages": len(match.ema_shadows) if match else 0,
    }


def _inputs(inspection: Inspection, *, language: str) -> list[dict[str, Any]]:
    return [
        {
            "tensor": str(row.tensor),
            "dtype": row.dtype,
            "shape": None if row.shape is None else list(row.shape),
            "reason": say(row.reason, row.facts, language=language).message,
        }
        for row in inspection.inputs
    ]


def _outputs(inspection: Inspection, *, language: str) -> list[dict[str, Any]]:
    return [
        {
            "operation": row.tensor.node,
            "tensor": str(row.tensor),
            "reason": say(row.reason, row.facts, language=language).message,
        }
        for row in inspection.outputs
    ]
