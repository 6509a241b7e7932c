"""Names of tensors as a session, a graph and the converter spell them."""

from __future__ import annotations


def canonical(tensor: str) -> str:
    """Return ``x:0`` for ``x``, ``x:0`` and ``^x``."""
    name = tensor.removeprefix("^")
    _node, colon, index = name.rpartition(":")
    return name if colon and index.isdecimal() else f"{name}:0"


def operation(tensor: str) -> str:
    """Return the operation of a tensor name."""
    return canonical(tensor).rpartition(":")[0]


def array_name(tensor: str) -> str:
    """Return a tensor's name as the converter writes it: ``x`` for ``x:0``, ``x:1`` as it is."""
    return canonical(tensor).removesuffix(":0")
