"""What the rules look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from coldpress.graph.inference import TensorTypes

if TYPE_CHECKING:
    from coldpress.formats.checkpoint_base import Checkpoint
    from coldpress.freeze.match import Match
    from coldpress.graph.graph import Graph
    from coldpress.graph.tensor_ref import TensorRef
    from coldpress.recipe import InferenceType, InputChoice, Recipe


@dataclass(frozen=True)
class FindingContext:
    """An eval graph and what is to be done with it.

    ``source`` is the graph as it was read, ``source_inputs`` the operations where it was cut. ``inputs`` and
    ``outputs`` are tensors of the eval graph. ``match`` compares its variables with ``checkpoint``. ``input_choices``
    (with complete shapes, None for what is still unknown) and ``inference_type`` are None as long as nobody asks for a
    conversion: rules about a request are then left out.
    """

    graph: Graph
    source: Graph
    source_inputs: tuple[str, ...]
    inputs: tuple[TensorRef, ...]
    outputs: tuple[TensorRef, ...]
    recipe: Recipe
    checkpoint: Checkpoint | None = None
    match: Match | None = None
    input_choices: tuple[InputChoice, ...] | None = None
    inference_type: InferenceType | None = None

    @cached_property
    def types(self) -> TensorTypes:
        """Dtypes and shapes of the graph's tensors."""
        return TensorTypes(self.graph)
