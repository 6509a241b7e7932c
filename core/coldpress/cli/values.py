"""What stands behind an argument: names, numbers, shapes, ranges, types; wrong ones are said in argparse's way."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, TypeVar

from coldpress.recipe import InferenceType, IoType, RangeChoice

if TYPE_CHECKING:
    from collections.abc import Callable

_E = TypeVar("_E", InferenceType, IoType)

_OLD_TYPES = {"FLOAT": "float32", "QUANTIZED_UINT8": "uint8", "INT8": "int8", "FLOAT16": "float16"}


def words(text: str) -> tuple[str, ...]:
    """Read names, separated by commas."""
    found = tuple(word.strip() for word in text.split(",") if word.strip())
    if not found:
        raise argparse.ArgumentTypeError("a name is needed")
    return found


def numbers(text: str) -> tuple[float, ...]:
    """Read numbers, separated by commas."""
    try:
        return tuple(float(word) for word in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of numbers such as 128 or 128,0") from None


def ranges(text: str) -> tuple[RangeChoice, ...]:
    """Read ``TENSOR=MIN:MAX``, separated by commas."""
    try:
        return tuple(RangeChoice.parse(word) for word in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no range that holds 0, such as Net/add:0=-1:6") from None


def shapes(text: str) -> tuple[tuple[int | None, ...], ...]:
    """Read shapes, separated by colons; a dimension that is open is None."""
    return tuple(_shape(part) for part in text.split(":"))


def _shape(text: str) -> tuple[int | None, ...]:
    try:
        return tuple(_dimension(word.strip()) for word in text.strip("[] ").split(",") if word.strip())
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a shape such as 1,16,16,1") from None


def _dimension(word: str) -> int | None:
    if word in {"?", "None", "-1"}:
        return None
    size = int(word)
    if size < 1:
        raise ValueError(word)
    return size


def one_of(kind: type[_E]) -> Callable[[str], _E]:
    """Return a reader of one of the values of ``kind``, in TF 1.15's words or in its own."""

    def read(text: str) -> _E:
        try:
            return kind(_OLD_TYPES.get(text, text.lower()))
        except ValueError:
            choices = ", ".join(kind)
            raise argparse.ArgumentTypeError(f"{text!r} is none of {choices}") from None

    return read


def inference_types(text: str) -> tuple[InferenceType, ...]:
    """Read inference types; ``all`` is an empty tuple: those that fit."""
    if text.strip().lower() == "all":
        return ()
    read = one_of(InferenceType)
    named = {read(word) for word in words(text)}
    return tuple(kind for kind in InferenceType if kind in named)
