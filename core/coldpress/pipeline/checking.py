"""Every finding about what was chosen, before anything is frozen or converted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.findings.context import FindingContext
from coldpress.findings.rules import check
from coldpress.freeze.match import match
from coldpress.pipeline.choices import choose

if TYPE_CHECKING:
    from coldpress.eval_graph.rewrite import EvalGraph
    from coldpress.finding import Finding
    from coldpress.pipeline.choices import Choices
    from coldpress.pipeline.model import Model
    from coldpress.recipe import InputChoice, Recipe


def check_graph(
    model: Model,
    eval_graph: EvalGraph,
    recipe: Recipe,
    choices: Choices | None = None,
    inputs: tuple[InputChoice, ...] | None = None,
) -> tuple[Finding, ...]:
    """Return what is known against ``eval_graph``; with ``choices`` and complete ``inputs``, against converting it too.

    Findings of one code about the same nodes are said once.
    """
    context = context_of(model, eval_graph, recipe, choices, inputs)
    return _once((*eval_graph.findings, *check(context)))


def context_of(
    model: Model,
    eval_graph: EvalGraph,
    recipe: Recipe,
    choices: Choices | None = None,
    inputs: tuple[InputChoice, ...] | None = None,
) -> FindingContext:
    """Return what the rules look at; the arguments are those of ``check_graph``."""
    matched = None
    if model.checkpoint is not None:
        saved = model.match.saved if model.match else None
        matched = match(eval_graph.graph, model.checkpoint, saved=saved, within={n.name for n in eval_graph.graph})
    return FindingContext(
        graph=eval_graph.graph,
        source=model.graph,
        source_inputs=tuple(ref.node for ref in (choices or choose(model, recipe)).inputs),
        outputs=eval_graph.outputs,
        inputs=eval_graph.inputs,
        checkpoint=model.checkpoint,
        match=matched,
        recipe=recipe,
        input_choices=inputs,
        inference_type=choices.inference_type if choices else None,
    )


def _once(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    kept: dict[tuple[str, tuple[str, ...]], Finding] = {}
    for finding in findings:
        kept.setdefault((finding.code, finding.nodes), finding)
    return tuple(kept.values())
