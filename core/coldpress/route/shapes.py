"""The shapes of the inputs as the run would take them, and what TensorFlow said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.route.progress import same_tensors

if TYPE_CHECKING:
    from coldpress.finding import Finding
    from coldpress.pipeline.survey import ShapeAnswer
    from coldpress.recipe import InputChoice
    from coldpress.route.progress import Progress


def complete_choices(progress: Progress) -> tuple[InputChoice, ...]:
    """Return the inputs as the run would take them: shapes filled in, None where a size is still needed."""
    derived, recipe = progress.derived, progress.recipe
    if derived is None or recipe is None:
        return ()
    from coldpress.findings.propagated import trained_batch
    from coldpress.pipeline.shapes import complete_inputs

    batch = trained_batch(derived.eval_graph.findings)
    said = recipe.inputs if same_tensors(progress, recipe) else derived.choices.input_choices
    return complete_inputs(derived.eval_graph.graph, derived.eval_graph.inputs, said, batch=batch)


def known_shapes(progress: Progress) -> ShapeAnswer | None:
    """Return TensorFlow's answer about the shapes, as long as it is about these very ones."""
    derived, answer = progress.derived, progress.shapes
    if derived is None or answer is None or answer.graph is not derived.eval_graph.graph:
        return None
    asked = [(choice.tensor, choice.shape) for choice in answer.inputs]
    return answer if asked == [(c.tensor, c.shape) for c in complete_choices(progress)] else None


def shape_findings(progress: Progress) -> tuple[Finding, ...]:
    """Return what TensorFlow found wrong with the shapes as they are now; nothing as long as it was not asked."""
    answer = known_shapes(progress)
    return (answer.finding,) if answer is not None and answer.finding is not None else ()
