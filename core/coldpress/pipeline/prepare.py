"""Everything before the first process is asked: read, choose, derive, check."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coldpress.errors import BlockedError
from coldpress.finding import blocking
from coldpress.findings.propagated import trained_batch
from coldpress.pipeline.checking import check_graph
from coldpress.pipeline.choices import choose
from coldpress.pipeline.derive import derive
from coldpress.pipeline.model import load
from coldpress.pipeline.ranges import with_ranges
from coldpress.pipeline.samples import read_run_samples
from coldpress.pipeline.shapes import complete_inputs, with_shapes
from coldpress.pipeline.survey import ASKED_AGAIN

if TYPE_CHECKING:
    from coldpress.cancel import CancelToken
    from coldpress.eval_graph.rewrite import EvalGraph
    from coldpress.events import Listener
    from coldpress.finding import Finding
    from coldpress.pipeline.choices import Choices
    from coldpress.pipeline.model import Model
    from coldpress.pipeline.samples import RunSamples
    from coldpress.recipe import InputChoice, Recipe


@dataclass(frozen=True, slots=True)
class Opened:
    """A model and its eval graph for the inputs and outputs chosen: what is the same for every inference type.

    ``inputs`` are Placeholders of the eval graph with complete shapes.
    """

    model: Model
    choices: Choices
    eval_graph: EvalGraph
    inputs: tuple[InputChoice, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything decided and looked at, nothing run: ``inputs`` are Placeholders with complete shapes."""

    recipe: Recipe
    model: Model
    choices: Choices
    eval_graph: EvalGraph
    inputs: tuple[InputChoice, ...]
    samples: RunSamples
    findings: tuple[Finding, ...]

    @property
    def outputs(self) -> tuple[str, ...]:
        """The tensors of the frozen graph that become outputs."""
        return tuple(str(ref) for ref in self.eval_graph.outputs)


def open_model(recipe: Recipe, *, listener: Listener, cancel: CancelToken | None = None) -> Opened:
    """Read, choose and derive."""
    model = load(recipe, listener=listener, cancel=cancel)
    choices = choose(model, recipe)
    eval_graph = derive(model, recipe, choices, listener=listener)
    batch = trained_batch(eval_graph.findings)
    inputs = complete_inputs(eval_graph.graph, eval_graph.inputs, choices.input_choices, batch=batch)
    ranged = with_ranges(with_shapes(eval_graph, inputs), recipe, choices.inference_type)
    return Opened(model, choices, ranged, inputs)


def prepare(opened: Opened, recipe: Recipe, *, cancel: CancelToken | None = None) -> Prepared:
    """Check what was opened against the inference type of ``recipe``, and read the data that it names.

    Raises ``BlockedError`` with every finding that stops the run. What the shipped table of operations holds against
    the graph alone does not stop it: TensorFlow itself is asked next.
    """
    model, eval_graph, inputs = opened.model, opened.eval_graph, opened.inputs
    choices = opened.choices
    if recipe.inference_type is not None:
        choices = replace(choices, inference_type=recipe.inference_type)
    findings = (*model.findings, *check_graph(model, eval_graph, recipe, choices, inputs))
    _stop_if_blocked(findings, recipe)
    samples = read_run_samples(eval_graph.graph, inputs, recipe, choices.inference_type, cancel=cancel)
    _stop_if_blocked(samples.findings, recipe)
    return Prepared(recipe, model, choices, eval_graph, inputs, samples, (*findings, *samples.findings))


def _stop_if_blocked(findings: tuple[Finding, ...], recipe: Recipe) -> None:
    blocked = blocking(findings, recipe.accept)
    if not all(finding.code.startswith(ASKED_AGAIN) for finding in blocked):
        raise BlockedError(blocked)
