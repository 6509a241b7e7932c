"""Fixtures for every test."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """Return the folder of the real models that the tests read."""
    return Path(__file__).parent / "fixtures"
