"""Where a model begins and ends: ranked inputs and outputs of any train, eval or frozen graph, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coldpress.graph.flow import Flow
from coldpress.graph.forward import Forward
from coldpress.graph.inference import TensorTypes
from coldpress.graph.inputs import InputReason, SuggestedInput, suggest_inputs
from coldpress.graph.outputs import OutputReason, SuggestedOutput, suggest_outputs
from coldpress.graph.tensor_ref import TensorRef
from coldpress.graph.training_switches import is_training_switch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coldpress.formats.protos import SignatureDef
    from coldpress.graph.graph import Graph

__all__ = ["Endpoints", "InputReason", "OutputReason", "SuggestedInput", "SuggestedOutput", "inputs_for", "suggest"]

_SAVE_SIGNATURES = frozenset({"__saved_model_init_op", "__saved_model_train_op"})


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Suggestions, best first. Where nobody says more, ``chosen_inputs`` and ``chosen_outputs`` are taken."""

    inputs: tuple[SuggestedInput, ...]
    outputs: tuple[SuggestedOutput, ...]

    @property
    def chosen_inputs(self) -> tuple[TensorRef, ...]:
        """One tensor for each input of the model."""
        return tuple(entry.tensor for entry in self.inputs if entry.chosen)

    @property
    def chosen_outputs(self) -> tuple[TensorRef, ...]:
        """One tensor for each head of the model."""
        return tuple(entry.tensor for entry in self.outputs if entry.chosen)


def suggest(
    graph: Graph, *, signatures: Mapping[str, SignatureDef] | None = None, types: TensorTypes | None = None
) -> Endpoints:
    """Suggest inputs and outputs. ``signatures`` are those of a SavedModel or MetaGraph; they come first."""
    flow = Flow(graph, types or TensorTypes(graph))
    found = suggest_outputs(Forward(flow))
    outputs = _with_signed_outputs(graph, signatures or {}, found)
    chosen = tuple(entry.tensor for entry in outputs if entry.chosen)
    inputs = _with_signed_inputs(flow, signatures or {}, suggest_inputs(flow, chosen))
    return Endpoints(inputs, outputs)


def inputs_for(
    graph: Graph, outputs: Iterable[TensorRef], *, types: TensorTypes | None = None
) -> tuple[SuggestedInput, ...]:
    """Suggest the inputs that given outputs need."""
    return suggest_inputs(Flow(graph, types or TensorTypes(graph)), outputs)


def _main_signature(signatures: Mapping[str, SignatureDef]) -> SignatureDef | None:
    """Return the signature that serving uses, else the first one."""
    names = sorted(name for name in signatures if name not in _SAVE_SIGNATURES)
    if not names:
        return None
    return signatures["serving_default" if "serving_default" in names else names[0]]


def _with_signed_outputs(
    graph: Graph, signatures: Mapping[str, SignatureDef], found: tuple[SuggestedOutput, ...]
) -> tuple[SuggestedOutput, ...]:
    signature = _main_signature(signatures)
    if signature is None:
        return found
    named = {key: TensorRef.parse(info.name) for key, info in sorted(signature.outputs.items())}
    signed = tuple(
        SuggestedOutput(ref, OutputReason.SIGNATURE, 1.0, chosen=True, facts={"name": key})
        for key, ref in named.items()
        if ref.node in graph
    )
    if not signed:
        return found
    rest = (entry for entry in found if entry.tensor not in {own.tensor for own in signed})
    return signed + tuple(replace(entry, score=entry.score * 0.9, chosen=False) for entry in rest)


def _with_signed_inputs(
    flow: Flow, signatures: Mapping[str, SignatureDef], found: tuple[SuggestedInput, ...]
) -> tuple[SuggestedInput, ...]:
    """Take the inputs that a signature names, unless it wants something that is no numbers (serialized examples)."""
    signature = _main_signature(signatures)
    if signature is None:
        return found
    named = {TensorRef.parse(info.name): key for key, info in sorted(signature.inputs.items())}
    wanted = {ref: key for ref, key in named.items() if ref.node in flow.graph and not is_training_switch(flow, ref)}
    dtypes = {ref: flow.types.dtype(ref) for ref in wanted}
    if not wanted or None in dtypes.values() or "string" in dtypes.values():
        return found
    signed = tuple(
        SuggestedInput(
            ref, dtypes[ref], flow.types.shape(ref), InputReason.SIGNATURE, 1.0, chosen=True, facts={"name": key}
        )
        for ref, key in wanted.items()
    )
    rest = (entry for entry in found if entry.tensor not in wanted)
    return signed + tuple(replace(entry, score=entry.score * 0.9, chosen=False) for entry in rest)
