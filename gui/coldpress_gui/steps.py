"""The steps of the wizard, as the route (core code, without a window) has them."""

from __future__ import annotations

from coldpress.route.steps import StepId, StepState

__all__ = ["StepId", "StepState"]
