"""The rules of the engine that are asked again at every choice: about the inputs, and which types fit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from coldpress.recipe import InferenceType
from coldpress.route.shapes import complete_choices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldpress.eval_graph.rewrite import EvalGraph
    from coldpress.finding import Finding
    from coldpress.findings.context import FindingContext
    from coldpress.pipeline.choices import Choices
    from coldpress.pipeline.model import Model
    from coldpress.recipe import Recipe
    from coldpress.route.progress import Progress


def input_findings(progress: Progress) -> tuple[Finding, ...]:
    """Return what is wrong with the shapes and the meaning of the inputs; quick, for every key that is typed."""
    derived, recipe = progress.derived, progress.recipe
    if derived is None or recipe is None or progress.model is None:
        return ()
    from coldpress.findings import input_meaning, input_shapes

    context = _context(progress.model, derived.eval_graph, derived.choices, recipe)
    asked = replace(
        context,
        input_choices=complete_choices(progress),
        inference_type=recipe.inference_type or derived.choices.inference_type,
    )
    return (*input_shapes.rule(asked), *input_meaning.rule(asked))


_MENDED_AFTERWARDS = frozenset({"convert.needs_representative_data", "convert.int8_weights"})
"""Against a type only as long as something is not given or not accepted: the type can be chosen to do so."""


def type_misfits(
    model: Model, eval_graph: EvalGraph, choices: Choices, recipe: Recipe
) -> Mapping[InferenceType, Finding]:
    """Return why a type does not fit the graph, for those that don't; looks at every trained range."""
    from coldpress.findings import quantization

    context = _context(model, eval_graph, choices, recipe)
    found: dict[InferenceType, Finding] = {}
    for kind in InferenceType:
        for finding in quantization.rule(replace(context, inference_type=kind)):
            if finding.blocks and finding.code not in _MENDED_AFTERWARDS | recipe.accept:
                found.setdefault(kind, finding)
    return found


def _context(model: Model, eval_graph: EvalGraph, choices: Choices, recipe: Recipe) -> FindingContext:
    from coldpress.findings.context import FindingContext

    return FindingContext(
        graph=eval_graph.graph,
        source=model.graph,
        source_inputs=tuple(ref.node for ref in choices.inputs),
        outputs=eval_graph.outputs,
        inputs=eval_graph.inputs,
        checkpoint=model.checkpoint,
        match=model.match,
        recipe=recipe,
    )
