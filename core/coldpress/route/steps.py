"""The steps of the wizard, and the step where a finding or an error is mended."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Literal

from coldpress.errors import BlockedError, ColdpressError, InputError, OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


class StepId(IntEnum):
    """The steps, in order."""

    FILES = 0
    EVAL_GRAPH = 1
    ENDPOINTS = 2
    TYPES = 3
    CONVERT = 4
    RESULT = 5


StepState = Literal["locked", "open", "done", "warning", "error", "stale"]
"""``stale``: was done, and an earlier choice has changed since."""

_BY_PREFIX = (
    ("formats.", StepId.FILES),
    ("freeze.", StepId.FILES),
    ("checkpoint.", StepId.FILES),
    ("eval_graph.", StepId.EVAL_GRAPH),
    ("pipeline.not_in_graph", StepId.ENDPOINTS),
    ("pipeline.no_output", StepId.ENDPOINTS),
    ("pipeline.no_input", StepId.ENDPOINTS),
    ("pipeline.input_count", StepId.ENDPOINTS),
    ("graph.", StepId.ENDPOINTS),
    ("worker.risky_operation", StepId.ENDPOINTS),
    ("files.", StepId.TYPES),
    ("inputs.", StepId.TYPES),
    ("convert.", StepId.TYPES),
    ("quantization.", StepId.TYPES),
    ("shapes.", StepId.TYPES),
    ("data.", StepId.TYPES),
)


def page_for_code(code: str) -> StepId | None:
    """Return the step where a finding or an error of this code is mended, if there is one."""
    return next((step for prefix, step in _BY_PREFIX if code.startswith(prefix)), None)


_BY_KIND: Mapping[type[ColdpressError], StepId] = {
    InputError: StepId.FILES,
    OutputError: StepId.TYPES,
    UsageError: StepId.TYPES,
}


def page_for(error: BaseException) -> StepId | None:
    """Return the step where an error is mended, if there is one."""
    if isinstance(error, BlockedError):
        found = (page_for_code(finding.code) for finding in error.findings)
        return next((step for step in found if step is not None), StepId.EVAL_GRAPH)
    if not isinstance(error, ColdpressError):
        return None
    return page_for_code(error.code) or _BY_KIND.get(type(error), StepId.TYPES)
