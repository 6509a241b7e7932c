"""Facts: what errors, findings and events know, and a sentence can name."""

from __future__ import annotations

Fact = str | int | float
