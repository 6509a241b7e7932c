"""The eval graph for what was chosen, or the graph as it is where the person wants that."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from coldpress.eval_graph.passes import EvalRequest
from coldpress.eval_graph.rewrite import AS_IS, PASSES, to_eval_graph
from coldpress.events import Step, StepFinished, StepStarted, ignore
from coldpress.pipeline.choices import choose

if TYPE_CHECKING:
    from coldpress.eval_graph.rewrite import EvalGraph
    from coldpress.events import Listener
    from coldpress.pipeline.choices import Choices
    from coldpress.pipeline.model import Model
    from coldpress.recipe import Recipe


def derive(model: Model, recipe: Recipe, choices: Choices | None = None, *, listener: Listener = ignore) -> EvalGraph:
    """Return the eval graph; ``choices`` are those of ``choose(model, recipe)`` unless given.

    What looks like training and was not understood is among its findings and blocks.
    """
    started = time.monotonic()
    listener(StepStarted(Step.EVAL_GRAPH))
    chosen = choices or choose(model, recipe)
    request = EvalRequest(chosen.inputs, chosen.outputs, checkpoint=model.checkpoint, use_ema=recipe.use_ema)
    result = to_eval_graph(model.graph, request, passes=AS_IS if recipe.as_is else PASSES)
    facts = {"before": len(model.graph), "nodes": len(result.graph), "changes": len(result.changes)}
    listener(StepFinished(Step.EVAL_GRAPH, time.monotonic() - started, facts))
    return result
