"""Names of tensors: ``x`` is an operation, ``x:0`` its first output tensor, ``^x`` a control input."""

from __future__ import annotations

from typing import NamedTuple


class TensorRef(NamedTuple):
    """An output of an operation: ``TensorRef("x", 1)`` is ``x:1``."""

    node: str
    output: int = 0

    @classmethod
    def parse(cls, text: str) -> TensorRef:
        """Read ``x``, ``x:1``, or an input inside a function body (``x:output:1``, the last number counts)."""
        if ":" not in text:
            return cls(text)
        node, colon, index = text.rpartition(":")
        if colon and index.isdecimal():
            return cls(node, int(index))
        return cls(text, 0)

    def __str__(self) -> str:
        return f"{self.node}:{self.output}"

    @property
    def as_input(self) -> str:
        """The form used in ``NodeDef.input``, where ``:0`` is left out."""
        return self.node if self.output == 0 else f"{self.node}:{self.output}"


def is_control(text: str) -> bool:
    """Tell whether an entry of ``NodeDef.input`` is a control input."""
    return text.startswith("^")


def operation_name(text: str) -> str:
    """Return the operation that an input string, a tensor name or an operation name speaks of."""
    if is_control(text):
        return text[1:]
    return TensorRef.parse(text).node if ":" in text else text
