"""What one sample becomes on its way into the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.core.worker.graphs import GraphBuilder

from coldpress.eval_graph.rewrite import EvalGraph
from coldpress.formats.arrays import InputSlot, Samples, SampleSet
from coldpress.graph.graph import Graph
from coldpress.graph.tensor_ref import TensorRef
from coldpress.pipeline.choices import choose
from coldpress.pipeline.derive import derive
from coldpress.pipeline.model import load
from coldpress.pipeline.preview import Preview, as_picture, pictures, previews
from coldpress.pipeline.shapes import complete_inputs, with_shapes
from coldpress.recipe import InputChoice, Recipe

if TYPE_CHECKING:
    from pathlib import Path

_SLOT = InputSlot("x:0", "float32", (1, 4, 4, 1), 127.5, 127.5)


def _previewed(tmp_path: Path, mean: float, std: float, data: np.ndarray | None = None) -> Preview:
    build = GraphBuilder()
    build.fake_quant("y", build.placeholder((None, 4, 4, 1)), -1.0, 1.0)
    if data is not None:
        np.save(tmp_path / "x.npy", data)
    recipe = Recipe(
        build.save(tmp_path / "g.pb"),
        inputs=(InputChoice("x:0", (1, 4, 4, 1), mean, std),),
        outputs=("y",),
        data=None if data is None else str(tmp_path / "x.npy"),
    )
    model = load(recipe)
    choices = choose(model, recipe)
    eval_graph = derive(model, recipe, choices)
    inputs = complete_inputs(eval_graph.graph, eval_graph.inputs, choices.input_choices)
    (preview,) = previews(model, eval_graph, choices, recipe, inputs)
    return preview


def test_a_test_picture_stands_in_and_the_trained_range_is_compared(tmp_path: Path) -> None:
    right = _previewed(tmp_path, 127.5, 127.5)
    assert right.made_up
    assert (right.low, right.high, right.trained, right.fits) == (-1, 1, (-1, 1), True)
    assert right.picture is not None
    assert (right.picture.shape, right.picture.min(), right.picture.max()) == ((4, 4, 1), 0, 255)
    assert _previewed(tmp_path, 0.0, 255.0).fits is False
    assert _previewed(tmp_path, 0.0, 1.0).fits is False


def test_real_values_that_the_bytes_cannot_hold(tmp_path: Path) -> None:
    data = np.linspace(-3, 3, 2 * 16, dtype=np.float32).reshape(2, 4, 4, 1)
    preview = _previewed(tmp_path, 127.5, 127.5, data)
    assert not preview.made_up
    assert preview.cut == pytest.approx(11 / 16)
    stored = _previewed(tmp_path, 127.5, 127.5, np.full((2, 4, 4, 1), 255, np.uint8))
    assert (stored.low, stored.high, stored.cut) == (1, 1, 0)


def test_some_samples_as_pictures() -> None:
    values = np.zeros((10, 4, 4, 1), np.float32)
    samples = SampleSet((Samples("x:0", values),), None, ())
    assert len(pictures(samples, [_SLOT], 4)) == 4
    assert pictures(samples, [_SLOT, _SLOT], 4) == ()
    flat = Samples("x:0", np.zeros((3, 5), np.float32))
    assert as_picture(InputSlot("x:0", "float32", (1, 5)), flat) is None


def test_a_shape_that_contradicts_the_graph_is_not_written_into_it() -> None:
    build = GraphBuilder()
    build.unary("Relu", "y", build.placeholder((None, 8)))
    ref = TensorRef("x")
    whole = EvalGraph(Graph(build.graph.node), (), (), (ref,), (TensorRef("y"),))
    shaped = with_shapes(whole, (InputChoice("x:0", (3, 8)),)).graph["x"].attr["shape"].shape
    assert [dim.size for dim in shaped.dim] == [3, 8]
    kept = with_shapes(whole, (InputChoice("x:0", (3, 5)),)).graph["x"].attr["shape"].shape
    assert [dim.size for dim in kept.dim] == [-1, 8]
