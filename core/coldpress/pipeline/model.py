"""Everything that was read about a model before anything is decided or run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.errors import InputError
from coldpress.eval_graph.diagnose import diagnose
from coldpress.events import Step, StepFinished, StepProgress, StepStarted, ignore
from coldpress.formats.checkpoint import open_checkpoint
from coldpress.formats.graph_files import read_graph
from coldpress.formats.model_files import find_model_files
from coldpress.freeze.match import match
from coldpress.graph.loading import graph_from
from coldpress.pipeline.suggestions import suggest_endpoints

if TYPE_CHECKING:
    from coldpress.cancel import CancelToken
    from coldpress.eval_graph.diagnose import Diagnosis
    from coldpress.events import Listener
    from coldpress.facts import Fact
    from coldpress.finding import Finding
    from coldpress.formats.checkpoint import Checkpoint
    from coldpress.formats.graph_files import GraphFile
    from coldpress.formats.model_files import ModelFiles
    from coldpress.freeze.match import Match
    from coldpress.graph.endpoints import Endpoints
    from coldpress.graph.graph import Graph
    from coldpress.recipe import Recipe


@dataclass(frozen=True, slots=True)
class ReadGraph:
    """A graph and what its structure says."""

    source: GraphFile
    graph: Graph
    diagnosis: Diagnosis
    endpoints: Endpoints


@dataclass(frozen=True, slots=True)
class Model:
    """The files of a model, its graph and its checkpoint. ``graph`` is None where only weights lie there."""

    files: ModelFiles
    read: ReadGraph | None
    checkpoint: Checkpoint | None
    match: Match | None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What reading the files turned up."""
        return (*self.files.notes, *(self.read.source.notes if self.read else ()))

    @property
    def graph(self) -> Graph:
        """The graph; raises ``InputError`` where there is none."""
        return self.required.graph

    @property
    def required(self) -> ReadGraph:
        """The graph and what its structure says; raises ``InputError`` where there is none."""
        if self.read is None:
            raise InputError("pipeline.no_graph", path=self.files.path)
        return self.read


def load(recipe: Recipe, *, listener: Listener = ignore, cancel: CancelToken | None = None) -> Model:
    """Find, read and index what ``recipe.source`` names. Nothing is executed and TensorFlow is not imported.

    Raises ``InputError`` where something is missing, damaged or not what it claims.
    """
    started = time.monotonic()
    listener(StepStarted(Step.READ))
    files = find_model_files(recipe.source, checkpoint=recipe.checkpoint)
    read = _read_graph(files, recipe, listener, cancel)
    checkpoint = open_checkpoint(files.checkpoint) if files.checkpoint else None
    matched = None
    if read and checkpoint:
        variables = read.source.meta.variables() if read.source.meta else ()
        matched = match(read.graph, checkpoint, variable_defs=variables)
    facts: dict[str, Fact] = {
        "nodes": len(read.graph) if read else 0,
        "checkpoint": checkpoint.prefix if checkpoint else "–",
        "variables": len(checkpoint.variables) if checkpoint else 0,
    }
    listener(StepFinished(Step.READ, time.monotonic() - started, facts))
    return Model(files, read, checkpoint, matched)


def _read_graph(files: ModelFiles, recipe: Recipe, listener: Listener, cancel: CancelToken | None) -> ReadGraph | None:
    path = recipe.graph or files.graph
    if path is None:
        return None

    def progress(done: int, total: int) -> None:
        listener(StepProgress(Step.READ, done, total))

    source = read_graph(path, tags=recipe.meta_graph_tags, progress=progress, cancel=cancel)
    graph = graph_from(source.parts)
    signatures = source.meta.signatures if source.meta else None
    return ReadGraph(source, graph, diagnose(graph), suggest_endpoints(graph, signatures=signatures))
