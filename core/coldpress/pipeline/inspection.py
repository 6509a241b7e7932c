"""What can be said of a model before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.errors import InputError, UsageError
from coldpress.finding import Finding, Severity
from coldpress.formats.sniff import sniff
from coldpress.pipeline.checking import check_graph
from coldpress.pipeline.choices import choose
from coldpress.pipeline.derive import derive
from coldpress.pipeline.model import load

if TYPE_CHECKING:
    from coldpress.cancel import CancelToken
    from coldpress.events import Listener
    from coldpress.formats.file_kind import FileKind
    from coldpress.graph.endpoints import SuggestedInput, SuggestedOutput
    from coldpress.pipeline.model import Model
    from coldpress.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Inspection:
    """A model and everything that its files alone tell."""

    model: Model
    kind: FileKind
    findings: tuple[Finding, ...]

    @property
    def inputs(self) -> tuple[SuggestedInput, ...]:
        """Suggested inputs, the best first."""
        return self.model.read.endpoints.inputs if self.model.read else ()

    @property
    def outputs(self) -> tuple[SuggestedOutput, ...]:
        """Suggested outputs, the best first."""
        return self.model.read.endpoints.outputs if self.model.read else ()


def inspect_model(recipe: Recipe, *, listener: Listener | None = None, cancel: CancelToken | None = None) -> Inspection:
    """Read the model, and look for what would stop a conversion with the suggested inputs and outputs."""
    model = load(recipe, cancel=cancel) if listener is None else load(recipe, listener=listener, cancel=cancel)
    return Inspection(model, sniff(recipe.source), (*model.findings, *_graph_findings(model, recipe)))


def _graph_findings(model: Model, recipe: Recipe) -> tuple[Finding, ...]:
    if model.read is None:
        return (Finding("pipeline.no_graph_yet", Severity.BLOCK, facts={"path": str(model.files.path)}),)
    try:
        choices = choose(model, recipe)
        return check_graph(model, derive(model, recipe, choices), recipe)
    except (InputError, UsageError) as error:
        # No input or output could be suggested, or the graph cannot be followed: that is worth saying, and the rest
        # of the inspection still holds.
        return (Finding(error.code, Severity.BLOCK, facts=error.facts),)
