"""From what the person decided and what was suggested: complete choices, with names checked against the graph."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldpress.errors import InputError, UsageError
from coldpress.graph.op_defs import op_def, output_types
from coldpress.graph.tensor_ref import TensorRef
from coldpress.pipeline.suggestions import suggest_inputs_for
from coldpress.recipe import InferenceType, InputChoice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldpress.graph.graph import Graph
    from coldpress.pipeline.model import Model
    from coldpress.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Choices:
    """Inputs and outputs as tensors of the graph that was read, and how the result is to compute.

    ``inputs[i]`` belongs to ``input_choices[i]``, whose tensor name is filled in.
    """

    inputs: tuple[TensorRef, ...]
    input_choices: tuple[InputChoice, ...]
    outputs: tuple[TensorRef, ...]
    inference_type: InferenceType


def choose(model: Model, recipe: Recipe) -> Choices:
    """Fill what the recipe leaves open with the best suggestions.

    Raises ``UsageError`` for a name that is not in the graph, a number of inputs that does not fit or default ranges
    that are none, and ``InputError`` where nothing can be suggested.
    """
    _check_default_ranges(recipe)
    outputs = _outputs(model, recipe)
    inputs = _inputs(model, recipe, outputs)
    choices = recipe.inputs or tuple(InputChoice(tensor=str(ref)) for ref in inputs)
    named = tuple(
        InputChoice(str(ref), choice.shape, choice.mean, choice.std)
        for ref, choice in zip(inputs, choices, strict=True)
    )
    return Choices(inputs, named, outputs, recipe.inference_type or default_type(model))


def _check_default_ranges(recipe: Recipe) -> None:
    """Zero must be a value of the integers, and the converter would not mind a minimum above the maximum."""
    if recipe.default_ranges is not None:
        low, high = recipe.default_ranges
        if not (math.isfinite(low) and math.isfinite(high) and low <= 0 <= high and low < high):
            raise UsageError("pipeline.default_ranges", low=low, high=high)


def default_type(model: Model) -> InferenceType:
    """Return uint8 for a quantization-aware graph, float32 for any other."""
    return InferenceType.UINT8 if model.required.diagnosis.quantized else InferenceType.FLOAT32


def find_tensor(graph: Graph, name: str) -> TensorRef:
    """Return the tensor that ``x`` or ``x:0`` names; raise ``UsageError`` with the nearest names if there is none."""
    ref = TensorRef.parse(name.strip())
    node = graph.get(ref.node)
    if node is not None:
        definition = op_def(node.op)
        count = len(output_types(node, definition)) if definition is not None else None
        if count is not None and ref.output >= count:
            code = "pipeline.no_tensor" if count == 0 else "pipeline.no_such_tensor"
            raise UsageError(code, name=name, operation=ref.node, op=node.op, last=count - 1)
        return ref
    near = difflib.get_close_matches(ref.node, _near_candidates(graph, ref.node), n=3, cutoff=0.5)
    if near:
        raise UsageError("pipeline.not_in_graph_near", name=name, near=", ".join(near))
    raise UsageError("pipeline.not_in_graph", name=name)


def _near_candidates(graph: Graph, name: str) -> Sequence[str]:
    """Names worth comparing: those that share the last part; else all, as long as that is quick."""
    tail = name.rpartition("/")[2].lower()
    sharing = [node.name for node in graph if tail and tail in node.name.lower()]
    return sharing or [node.name for node in graph.nodes[:20_000]]


def _outputs(model: Model, recipe: Recipe) -> tuple[TensorRef, ...]:
    if recipe.outputs:
        return tuple(find_tensor(model.graph, name) for name in recipe.outputs)
    suggested = model.required.endpoints.chosen_outputs
    if not suggested:
        raise InputError("pipeline.no_output", path=model.required.source.path)
    return suggested


def _inputs(model: Model, recipe: Recipe, outputs: tuple[TensorRef, ...]) -> tuple[TensorRef, ...]:
    given = tuple(choice.tensor for choice in recipe.inputs)
    if given and all(given):
        return tuple(find_tensor(model.graph, name) for name in given)
    suggested = _suggested_inputs(model, recipe, outputs)
    if not suggested:
        raise InputError("pipeline.no_input", path=model.required.source.path)
    if given and len(given) != len(suggested):
        names = ", ".join(str(ref) for ref in suggested)
        raise UsageError("pipeline.input_count", given=len(given), suggested=len(suggested), names=names)
    return suggested


def _suggested_inputs(model: Model, recipe: Recipe, outputs: tuple[TensorRef, ...]) -> tuple[TensorRef, ...]:
    if not recipe.outputs:
        return model.required.endpoints.chosen_inputs
    return tuple(entry.tensor for entry in suggest_inputs_for(model.graph, outputs) if entry.chosen)
