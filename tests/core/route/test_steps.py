"""Where an error is mended."""

from __future__ import annotations

import pytest

from coldpress.errors import BlockedError, InputError, OutputError, UsageError
from coldpress.finding import Finding, Severity
from coldpress.route.steps import StepId, page_for


@pytest.mark.parametrize(
    ("error", "step"),
    [
        (InputError("formats.truncated"), StepId.FILES),
        (InputError("data.not_found"), StepId.TYPES),
        (UsageError("pipeline.not_in_graph"), StepId.ENDPOINTS),
        (OutputError("files.disk_full"), StepId.TYPES),
        (BlockedError([Finding("inputs.mean_std_missing", Severity.BLOCK)]), StepId.TYPES),
        (BlockedError([Finding("checkpoint.none", Severity.BLOCK)]), StepId.FILES),
        (ValueError("x"), None),
    ],
)
def test_an_error_leads_to_the_step_that_mends_it(error: Exception, step: StepId | None) -> None:
    assert page_for(error) is step
