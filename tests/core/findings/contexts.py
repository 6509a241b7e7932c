"""Contexts for the rules: of small graphs, and of the real models."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from coldpress.findings.rules import FindingContext
from coldpress.freeze.match import match
from coldpress.graph.tensor_ref import TensorRef
from coldpress.pipeline.choices import choose
from coldpress.pipeline.derive import derive
from coldpress.pipeline.model import load
from coldpress.pipeline.shapes import complete_inputs
from coldpress.recipe import InferenceType, InputChoice, Recipe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from coldpress.finding import Finding
    from coldpress.graph.graph import Graph


def context(
    graph: Graph,
    inputs: Sequence[str],
    outputs: Sequence[str],
    /,
    *,
    mode: InferenceType | None = None,
    choices: tuple[InputChoice, ...] | None = None,
    **recipe: Any,
) -> FindingContext:
    """Return the context of an eval graph that is also the graph as it was read."""
    return FindingContext(
        graph=graph,
        source=graph,
        source_inputs=tuple(TensorRef.parse(name).node for name in inputs),
        inputs=tuple(TensorRef.parse(name) for name in inputs),
        outputs=tuple(TensorRef.parse(name) for name in outputs),
        recipe=Recipe(source="model", **recipe),
        input_choices=choices,
        inference_type=mode,
    )


def real_context(path: Path, *, means: bool = True, **recipe: Any) -> FindingContext:
    """Return the context of a real model, derived as the pipeline does it; ``means`` fills in mean and std."""
    wanted = Recipe(source=str(path), **recipe)
    model = load(wanted)
    choices = choose(model, wanted)
    given = choices.input_choices
    if means:
        given = tuple(replace(choice, mean=128.0, std=127.0) for choice in given)
    derived = derive(model, wanted, choices)
    saved = model.match.saved if model.match else None
    names = {node.name for node in derived.graph}
    matched = match(derived.graph, model.checkpoint, saved=saved, within=names) if model.checkpoint else None
    return FindingContext(
        graph=derived.graph,
        source=model.graph,
        source_inputs=tuple(ref.node for ref in choices.inputs),
        inputs=derived.inputs,
        outputs=derived.outputs,
        recipe=wanted,
        checkpoint=model.checkpoint,
        match=matched,
        input_choices=complete_inputs(derived.graph, derived.inputs, given),
        inference_type=choices.inference_type,
    )


def codes(findings: Sequence[Finding]) -> list[str]:
    """Return the codes of findings."""
    return [finding.code for finding in findings]
