"""Names of tensors, and what else a person decides, are checked against the graph before anything is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldpress.errors import UsageError
from coldpress.pipeline.choices import choose
from coldpress.pipeline.model import load
from coldpress.recipe import Recipe

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.pipeline.model import Model


@pytest.fixture(scope="module")
def model(fixtures: Path) -> Model:
    return load(Recipe(source=str(fixtures / "digits_float/tfdata/train")))


@pytest.mark.parametrize(
    ("decisions", "code"),
    [
        ({"outputs": ("DigitsNet/Predictions/Reshape_1:1",)}, "pipeline.no_such_tensor"),
        ({"outputs": ("IteratorGetNext:2",)}, "pipeline.no_such_tensor"),
        ({"outputs": ("save/restore_all",)}, "pipeline.no_tensor"),
        ({"outputs": ("DigitsNet/Predictions/Reshape_9",)}, "pipeline.not_in_graph_near"),
        ({"outputs": ("%%%%",)}, "pipeline.not_in_graph"),
        ({"default_ranges": (6.0, 0.0)}, "pipeline.default_ranges"),
        ({"default_ranges": (1.0, 6.0)}, "pipeline.default_ranges"),
        ({"default_ranges": (0.0, float("inf"))}, "pipeline.default_ranges"),
    ],
)
def test_what_cannot_be_is_refused(model: Model, decisions: dict[str, object], code: str) -> None:
    recipe = Recipe(source="").with_(**decisions)
    with pytest.raises(UsageError) as caught:
        choose(model, recipe)
    assert caught.value.code == code


def test_every_output_of_an_operation_can_be_named(model: Model) -> None:
    choices = choose(
        model, Recipe(source="", outputs=("IteratorGetNext:1", " IteratorGetNext "), default_ranges=(0, 6))
    )
    assert [str(ref) for ref in choices.outputs] == ["IteratorGetNext:1", "IteratorGetNext:0"]
