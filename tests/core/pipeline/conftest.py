"""Warm processes for whole runs, started once: TensorFlow takes seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldpress.pipeline.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    with Workers() as both:
        both.warm()
        yield both
