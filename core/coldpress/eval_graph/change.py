"""Changes: what a rewrite did, as data that a person can read, export and check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """The pattern that a change belongs to; the change list is grouped by it."""

    BATCH_NORM = "batch_norm"
    FAKE_QUANT = "fake_quant"
    QUANT_DELAY = "quant_delay"
    BATCH_NORM_CORRECTION = "batch_norm_correction"
    DROPOUT = "dropout"
    NOISE = "noise"
    CONDITIONAL = "conditional"
    INPUT = "input"
    TOWER = "tower"
    MOVING_AVERAGE = "moving_average"
    CHECK = "check"
    BATCH_SIZE = "batch_size"
    CLEANUP = "cleanup"


@dataclass(frozen=True, slots=True)
class Change:
    """One change at ``node``: how it was (``before``), how it is (``after``), and how the pattern was recognised.

    ``before`` and ``after`` are short and technical (``mean from FusedBatchNorm:1``, ``moving_mean/read``), the same
    in every language; ``recognised`` is a code of the message catalogue.
    """

    kind: ChangeKind
    node: str
    before: str
    after: str
    recognised: str = ""
