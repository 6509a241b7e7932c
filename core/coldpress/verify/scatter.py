"""Pairs of values to look at: a few thousand of an output, reference beside result, evenly drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coldpress.verify.outputs import Output

MOST: Final = 5000
_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """Real values of one output: ``result[i]`` should be ``reference[i]``; float32, of one dimension."""

    name: str
    reference: NDArray[np.float32]
    result: NDArray[np.float32]


def draw(reference: Output, result: Output, most: int = MOST) -> Scatter:
    """Return at most ``most`` pairs, every so-many-th value of the output."""
    step = max(1, -(-int(result.values.size) // most))
    pairs = zip(_every(reference, step), _every(result, step), strict=False)
    drawn = [np.stack([wanted, got]) for wanted, got in pairs]
    both = np.concatenate(drawn, axis=1) if drawn else np.zeros((2, 0), np.float32)
    return Scatter(result.name, both[0], both[1])


def _every(output: Output, step: int) -> list[NDArray[np.float32]]:
    found = []
    offset = 0
    for _start, values in output.pieces(_PIECE):
        flat = values.reshape(-1)
        found.append(flat[(-offset) % step :: step].astype(np.float32))
        offset += flat.size
    return found
