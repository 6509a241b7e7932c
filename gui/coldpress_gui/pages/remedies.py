"""Which page mends what."""

from __future__ import annotations

from coldpress.errors import BlockedError, ColdpressError, InputError, OutputError, UsageError
from coldpress_gui.steps import StepId

_BY_PREFIX = (
    ("formats.", StepId.FILES),
    ("freeze.", StepId.FILES),
    ("eval_graph.", StepId.EVAL_GRAPH),
    ("pipeline.not_in_graph", StepId.ENDPOINTS),
    ("pipeline.no_output", StepId.ENDPOINTS),
    ("pipeline.no_input", StepId.ENDPOINTS),
    ("pipeline.input_count", StepId.ENDPOINTS),
    ("graph.", StepId.ENDPOINTS),
    ("files.", StepId.TYPES),
    ("shapes.", StepId.TYPES),
    ("quantization.", StepId.TYPES),
    ("arrays.", StepId.TYPES),
    ("data.", StepId.TYPES),
)


def page_for_code(code: str) -> StepId | None:
    """Return the page where a finding or an error of this code is mended, if there is one."""
    return next((step for prefix, step in _BY_PREFIX if code.startswith(prefix)), None)


def page_for(error: BaseException) -> StepId | None:
    """Return the page where an error is mended, if there is one."""
    if isinstance(error, BlockedError):
        found = (page_for_code(finding.code) for finding in error.findings)
        return next((step for step in found if step is not None), StepId.EVAL_GRAPH)
    if not isinstance(error, ColdpressError):
        return None
    by_kind = {InputError: StepId.FILES, OutputError: StepId.TYPES, UsageError: StepId.TYPES}
    return page_for_code(error.code) or by_kind.get(type(error), StepId.TYPES)
