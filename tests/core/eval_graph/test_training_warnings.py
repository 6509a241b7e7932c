"""What the trained values say; each warning has a checkpoint that earns it and one that does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.core.eval_graph.train_graphs import LONG, TrainGraph, request
from tests.core.freeze.small_graphs import MemoryCheckpoint, saver

from coldpress.eval_graph import batch_norm, fake_quant, quant_delay, training_warnings
from coldpress.eval_graph.trained_values import TrainedValues
from coldpress.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

QUANT = "FakeQuantWithMinMaxVars"


def _values(*shape: int, fill: float = 0.25) -> np.ndarray:
    return np.full(shape, fill, np.float32)


def _warnings(train: TrainGraph, output: str, **values: np.ndarray) -> dict[str, Finding]:
    asked = request(output, checkpoint=MemoryCheckpoint(**values))
    editor = train.editor()
    for apply in (quant_delay.apply, fake_quant.apply, batch_norm.apply):
        apply(editor, asked)
    return {finding.code: finding for finding in training_warnings.apply(editor, asked).findings}


@pytest.fixture
def layer() -> TrainGraph:
    """Return a convolution with batch norm, quantized weights and result."""
    train = TrainGraph()
    train.variable("w", (3, 3, 4, 4))
    for name in ("w_min", "act_min"):
        train.variable(name, (), initial=-6.0)
    for name in ("w_max", "act_max"):
        train.variable(name, (), initial=6.0)
    train.add(QUANT, "w_quant", "w/read", "w_min/read", "w_max/read")
    train.add("Conv2D", "conv", "input", "w_quant")
    norm = train.tracked_batch_norm("bn", "conv")
    train.add(QUANT, "act_quant", norm, "act_min/read", "act_max/read")
    return train


GOOD = {
    "w": _values(3, 3, 4, 4),
    "bn__gamma": _values(4),
    "bn__beta": _values(4, fill=0.0),
    "bn__moving_mean": _values(4),
    "bn__moving_variance": _values(4, fill=0.9),
    "w_min": _values(fill=-0.5),
    "w_max": _values(fill=0.5),
    "act_min": _values(fill=0.0),
    "act_max": _values(fill=6.0),
}


def test_a_healthy_model_earns_no_warning(layer: TrainGraph) -> None:
    assert _warnings(layer, "act_quant", **GOOD) == {}


def test_without_a_checkpoint_nothing_is_known(layer: TrainGraph) -> None:
    assert training_warnings.apply(layer.editor(), request("act_quant")).findings == ()


def test_moving_statistics_that_were_never_updated(layer: TrainGraph) -> None:
    idle = {"bn__moving_mean": _values(4, fill=0.0), "bn__moving_variance": _values(4, fill=1.0)}
    found = _warnings(layer, "act_quant", **{**GOOD, **idle})["eval_graph.statistics_never_updated"]
    assert found.nodes == ("bn/moving_mean", "bn/moving_variance")
    assert dict(found.facts) == {"idle": 1, "batch_norms": 1}


def test_one_moving_statistic_that_moved_is_enough(layer: TrainGraph) -> None:
    half = {**GOOD, "bn__moving_mean": _values(4, fill=0.0)}
    assert "eval_graph.statistics_never_updated" not in _warnings(layer, "act_quant", **half)


def test_ranges_at_their_initial_values(layer: TrainGraph) -> None:
    start = {"w_min": _values(fill=-6.0), "w_max": _values(fill=6.0)}
    found = _warnings(layer, "act_quant", **{**GOOD, **start})["eval_graph.ranges_never_updated"]
    assert found.nodes == ("w_quant",)
    assert dict(found.facts) == {"idle": 1, "ranges": 2}


@pytest.mark.parametrize(("biased", "warned"), [(0.0, True), (5.9, False)])
def test_a_range_that_came_back_to_its_initial_value_was_updated(
    layer: TrainGraph, biased: float, *, warned: bool
) -> None:
    """Behind a Relu6 the largest value is 6, and 6 is what the range starts with."""
    layer.variable("act_max/biased", ())
    layer.const("all", [0, 1, 2, 3])
    layer.add("Max", "BatchMax", "bn/FusedBatchNorm", "all")
    layer.average("act_max/biased", "BatchMax", "biased_update")
    layer.placeholder("factor", ())
    layer.add("RealDiv", "unbiased", "biased_update", "factor")
    layer.add("Assign", "AssignMaxEma", "act_max", "unbiased")
    values = {**GOOD, "act_min": _values(fill=-6.0), "act_max__biased": _values(fill=biased)}
    assert ("eval_graph.ranges_never_updated" in _warnings(layer, "act_quant", **values)) is warned


@pytest.mark.parametrize(("bad", "fact"), [(np.nan, "nan"), (np.inf, "infinite"), (-np.inf, "infinite")])
def test_values_that_are_no_numbers_block(layer: TrainGraph, bad: float, fact: str) -> None:
    weights = _values(3, 3, 4, 4)
    weights[1, 1, 1, 1] = bad
    found = _warnings(layer, "act_quant", **{**GOOD, "w": weights})["eval_graph.values_not_finite"]
    assert (found.severity, found.nodes, found.facts[fact]) == (Severity.BLOCK, ("w",), 1)


def test_a_range_that_is_no_number_blocks(layer: TrainGraph) -> None:
    found = _warnings(layer, "act_quant", **{**GOOD, "act_max": _values(fill=np.nan)})
    assert found["eval_graph.values_not_finite"].nodes == ("act_max",)


def test_an_inverted_range_blocks(layer: TrainGraph) -> None:
    found = _warnings(layer, "act_quant", **{**GOOD, "w_min": _values(fill=1.0)})["eval_graph.range_inverted"]
    assert (found.severity, found.nodes) == (Severity.BLOCK, ("w_quant",))


def test_a_layer_of_zeros(layer: TrainGraph) -> None:
    found = _warnings(layer, "act_quant", **{**GOOD, "w": _values(3, 3, 4, 4, fill=0.0)})
    assert found["eval_graph.dead_layers"].nodes == ("conv",)


def test_values_that_the_outputs_do_not_need_are_not_looked_at(layer: TrainGraph) -> None:
    output = layer.add("Relu", "relu", "input")
    assert _warnings(layer, output, **{**GOOD, "w": _values(3, 3, 4, 4, fill=np.nan)}) == {}


def _delayed(train: TrainGraph) -> str:
    train.add("VariableV2", "fake_quantization_step", dtype=LONG, shape=())
    train.const("increment", 1)
    train.add("AssignAdd", "count", "fake_quantization_step", "increment", T=LONG)
    train.const("delay", 2000)
    train.add("GreaterEqual", "late", "count", "delay", T=LONG)
    train.add("Switch", "on", "act_quant", "late")
    train.add("Switch", "off", "bn/FusedBatchNorm", "late")
    return train.add("Merge", "merge", "off", "on:1")


@pytest.mark.parametrize(("step", "warned"), [(1999, True), (2000, False)])
def test_a_delay_that_was_not_reached(layer: TrainGraph, step: int, *, warned: bool) -> None:
    values = {**GOOD, "fake_quantization_step": np.array(step, np.int64)}
    found = _warnings(layer, _delayed(layer), **values)
    assert ("eval_graph.quant_delay_not_reached" in found) is warned
    if warned:
        facts = dict(found["eval_graph.quant_delay_not_reached"].facts)
        assert facts == {"counter": "fake_quantization_step", "step": 1999, "delay": 2000}


@pytest.mark.parametrize(("step", "warned"), [(0, True), (1, False)])
def test_a_checkpoint_from_before_the_first_step(layer: TrainGraph, step: int, *, warned: bool) -> None:
    layer.add("VariableV2", "global_step", dtype=LONG, shape=())
    layer.const("one", 1)
    layer.add("AssignAdd", "train/update", "global_step", "one", T=LONG)
    found = _warnings(layer, "act_quant", **{**GOOD, "global_step": np.array(step, np.int64)})
    assert ("eval_graph.checkpoint_of_step_0" in found) is warned


def test_the_name_of_the_checkpoint_tells_the_step_where_nothing_counts(layer: TrainGraph) -> None:
    checkpoint = MemoryCheckpoint(**GOOD)
    checkpoint.prefix = "/somewhere/model.ckpt-0"
    editor = layer.editor()
    (found,) = training_warnings.apply(editor, request("act_quant", checkpoint=checkpoint)).findings[-1:]
    assert (found.code, found.nodes) == ("eval_graph.checkpoint_of_step_0", ("model.ckpt-0",))


def test_layers_that_quantization_missed() -> None:
    train = TrainGraph()
    for name in ("first", "second", "third"):
        train.variable(f"{name}/w", (3, 3, 4, 4))
    low, high = train.variable("min", ()), train.variable("max", ())
    train.add("Conv2D", "first", "input", "first/w/read")
    train.add("Relu", "relu", "first")
    train.add(QUANT, "second/w_quant", "second/w/read", low, high)
    train.add("Conv2D", "second", "relu", "second/w_quant")
    train.add("BiasAdd", "second/bias", "second", "min/read")
    train.add(QUANT, "second/act_quant", "second/bias", low, high)
    train.add(QUANT, "third/w_quant", "third/w/read", low, high)
    train.add("Conv2D", "third", "second/act_quant", "third/w_quant")
    output = train.add("Softmax", "softmax", "third")
    (found,) = training_warnings.apply(train.editor(), request(output)).findings
    assert found.code == "eval_graph.layers_without_ranges"
    assert set(found.nodes) == {"first", "third"}
    assert dict(found.facts) == {"layers": 3, "weights": 1, "results": 2}


def test_a_float_network_has_no_layers_without_ranges() -> None:
    train = TrainGraph()
    train.variable("w", (3, 3, 4, 4))
    output = train.add("Conv2D", "conv", "input", "w/read")
    assert training_warnings.apply(train.editor(), request(output)).findings == ()


def test_attention_multiplies_activations_and_is_no_layer() -> None:
    train = TrainGraph()
    low, high = train.variable("min", ()), train.variable("max", ())
    train.add(QUANT, "quant", "input", low, high)
    output = train.add("MatMul", "attention", "quant", "input")
    assert training_warnings.apply(train.editor(), request(output)).findings == ()


class _Torn(MemoryCheckpoint):
    """A checkpoint whose chunks end anywhere."""

    def chunks(self, name: str) -> Iterator[memoryview]:
        content = self.read(name).tobytes()
        for start in range(0, len(content), 3):
            yield memoryview(content[start : start + 3])


def test_figures_do_not_depend_on_where_chunks_end() -> None:
    array = np.array([1.5, np.nan, -2.0, np.inf, 0.0], np.float32)
    train = TrainGraph()
    train.variable("v", (5,))
    facts = TrainedValues(train.graph(), _Torn(v=array)).facts("v")
    assert facts is not None
    assert (facts.count, facts.nan, facts.infinite, facts.low, facts.high) == (5, 1, 1, -2.0, 1.5)


def test_a_renamed_variable_is_found_by_its_saver() -> None:
    train = TrainGraph()
    train.variable("v", (2,))
    train.nodes += saver("save", {"v": "other/name"})
    facts = TrainedValues(train.graph(), MemoryCheckpoint(other__name=_values(2))).facts("v")
    assert facts is not None
    assert facts.is_all(0.25)
