"""The sample, read and derived without a window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from coldpress.graph.consequence import consequence
from coldpress.graph.inference import TensorTypes
from coldpress.pipeline.checking import check_graph
from coldpress.pipeline.choices import choose
from coldpress.pipeline.derive import derive
from coldpress.recipe import InputChoice
from coldpress.route.progress import Derived, Progress
from coldpress.route.rules import type_misfits

SAMPLE = Path(__file__).parents[3] / "resources" / "coldpress_resources" / "sample" / "train"

MEANING = (InputChoice("input:0", mean=128.0, std=127.0),)


def derived_from(progress: Progress) -> Progress:
    model, recipe = progress.model, progress.recipe
    assert model is not None
    assert recipe is not None
    choices = choose(model, recipe)
    result = derive(model, recipe, choices)
    means = consequence(result.graph, TensorTypes(result.graph), result.inputs, result.outputs)
    findings = check_graph(model, result, recipe, choices)
    misfits = type_misfits(model, result, choices, recipe)
    return replace(progress, derived=Derived(choices, result, findings, means, misfits))
