"""The sample as the route sees it: read, and with everything decided."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.core.route.sample import MEANING, SAMPLE, derived_from

from coldpress.pipeline.model import load
from coldpress.recipe import Recipe
from coldpress.route.progress import Progress


@pytest.fixture(scope="module")
def read() -> Progress:
    """Return the sample, read and derived, with nothing decided."""
    recipe = Recipe(source=str(SAMPLE))
    return derived_from(Progress(recipe=recipe, model=load(recipe)))


@pytest.fixture
def decided(read: Progress) -> Progress:
    """Return the sample with everything decided."""
    assert read.recipe is not None
    return replace(read, recipe=read.recipe.with_(inputs=MEANING))
