"""What a run did, as far as other tools need it to do the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coldpress.recipe import InferenceType, InputChoice, IoType


@dataclass(frozen=True, slots=True)
class VariablePlace:
    """A variable node and its key in the checkpoint; ``begin`` and ``size`` where it is a part of the key's value."""

    name: str
    key: str
    is_resource: bool = False
    begin: tuple[int, ...] | None = None
    size: tuple[int, ...] | None = None

    @property
    def is_plain(self) -> bool:
        """Whether ``freeze_graph`` finds it by the name of its node."""
        return self.key == self.name and not self.is_resource and self.begin is None


@dataclass(frozen=True, slots=True)
class Job:
    """A conversion that was done. Paths are written into the commands as they are.

    ``meta_graph`` is the eval graph with a Saver (``freeze.meta_writer``). ``inputs`` are Placeholders with complete
    shapes. ``input_type`` and ``output_type`` are what the result has. ``representative`` holds one ``.npy`` file an
    input, of shape ``(runs, *input shape)``. ``producer`` is the version of GraphDef that the graph was made with.
    """

    eval_graph: str
    meta_graph: str
    frozen: str
    result: str
    checkpoint: str | None
    variables: tuple[VariablePlace, ...]
    inputs: tuple[InputChoice, ...]
    outputs: tuple[str, ...]
    inference_type: InferenceType
    input_type: IoType
    output_type: IoType
    default_ranges: tuple[float, float] | None = None
    representative: tuple[str, ...] = ()
    allow_custom_ops: bool = False
    select_tf_ops: bool = False
    producer: int = 0

    @property
    def needs_saver(self) -> bool:
        """Whether the graph itself must tell ``freeze_graph`` where its variables are kept."""
        return not all(variable.is_plain for variable in self.variables)


def array_name(tensor: str) -> str:
    """Return a tensor as the converters name it: ``x`` for ``x:0``, ``x:1`` as it is."""
    return tensor.removesuffix(":0")


def operation(tensor: str) -> str:
    """Return the operation of a tensor name."""
    node, colon, index = tensor.rpartition(":")
    return node if colon and index.isdecimal() else tensor
