"""Which types may go into and come out of a result of each inference type."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from coldpress.errors import UsageError
from coldpress.recipe import InferenceType, IoType

if TYPE_CHECKING:
    from coldpress.recipe import InputChoice
    from coldpress.worker.requests.conversion import Convert

_INT8: Final = (IoType.INT8, IoType.UINT8, IoType.FLOAT32)

ALLOWED: Final = {
    InferenceType.FLOAT32: (IoType.FLOAT32,),
    InferenceType.FLOAT16: (IoType.FLOAT32,),
    InferenceType.DYNAMIC: (IoType.FLOAT32,),
    InferenceType.UINT8: (IoType.UINT8, IoType.FLOAT32),
    InferenceType.INT8: _INT8,
    InferenceType.INT16X8: (IoType.INT16, IoType.FLOAT32),
}
"""The types of a mode's inputs and outputs; the first is taken where nothing was chosen."""


def io_types(
    mode: InferenceType, input_type: IoType | None, output_type: IoType | None, *, trained: bool = False
) -> tuple[IoType, IoType]:
    """Return the types that a result's real-valued inputs and outputs will have.

    ``trained``: the ranges come from the graph's fake quant nodes, not from representative data; the converter then
    knows one type for both sides, and int8 asked to take uint8 quietly becomes uint8 throughout. Raises ``UsageError``
    where the mode cannot give the types.
    """
    allowed = ALLOWED[mode]
    trained = trained or mode is InferenceType.UINT8
    if trained:
        allowed = tuple(kind for kind in allowed if kind in (mode.value, IoType.FLOAT32))
    for chosen in (input_type, output_type):
        if chosen is not None and chosen not in allowed:
            names = ", ".join(allowed)
            raise UsageError("convert.io_type", mode=mode.value, type=chosen.value, allowed=names)
    if trained and input_type and output_type and input_type is not output_type:
        raise UsageError("convert.io_differ", input=input_type.value, output=output_type.value)
    if trained:
        both = input_type or output_type or allowed[0]
        return both, both
    return input_type or allowed[0], output_type or allowed[0]


def stored_inputs(mode: InferenceType, inputs: tuple[InputChoice, ...], *, measured: bool) -> tuple[InputChoice, ...]:
    """Return the inputs with mean and std in terms of the integers that the model takes.

    A person says them of bytes; an int8 input takes the bytes less 128. Measured ranges need neither.
    """
    if mode is not InferenceType.INT8 or measured:
        return inputs
    return tuple(choice if choice.mean is None else replace(choice, mean=choice.mean - 128) for choice in inputs)


def chosen_io(request: Convert) -> tuple[IoType, IoType]:
    """Return the types that a request's result will have."""
    trained = request.inference_type is InferenceType.INT8 and not request.measured
    return io_types(request.inference_type, request.input_type, request.output_type, trained=trained)
