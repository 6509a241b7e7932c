"""The steps of the wizard, in order, and the words for their state."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal

StepState = Literal["locked", "open", "done", "warning", "error", "stale"]
"""``stale``: was done, and an earlier choice has changed since."""


class StepId(IntEnum):
    """Number of a page, as QWizard counts them."""

    FILES = 0
    EVAL_GRAPH = 1
    ENDPOINTS = 2
    TYPES = 3
    CONVERT = 4
    RESULT = 5
