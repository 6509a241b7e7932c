"""Where the error comes from."""

from __future__ import annotations

import numpy as np
import pytest

from coldpress.sentences import catalogue
from coldpress.verify.layer_pairs import LayerPair, Produced
from coldpress.verify.layers import compare_layers, ranked
from coldpress.verify.outputs import Output
from coldpress.verify.quantized import quantize

Chain = tuple[list[Produced], list[LayerPair], dict[str, np.ndarray], dict[int, Output]]


def _chain(rng: np.random.Generator, spoilt: int | None, factor: float = 1.0) -> Chain:
    """Return layers that each turn over what the last gave, quantized on one side; one with a wrong range."""
    values = rng.random((4, 1, 200))
    exact = values
    produced, pairs = [], []
    reference, result = {}, {}
    for number in range(6):
        exact = 0.99 - 0.97 * np.roll(exact, 7, axis=-1)
        values = 0.99 - 0.97 * np.roll(values, 7, axis=-1)
        scale = 1 / 255 * (factor if number == spoilt else 1)
        stored = quantize(values, scale, 0, np.dtype("uint8"))
        values = stored.astype(np.float64) * scale
        item = Produced(number, f"l{number}", "CONV_2D", (number - 1,))
        produced.append(item)
        pairs.append(LayerPair(f"l{number}:0", item))
        reference[f"l{number}:0"] = exact.astype(np.float32)
        result[number] = Output(f"l{number}", stored, (scale,), (0,))
    return produced, pairs, reference, result


@pytest.mark.parametrize("spoilt", range(6))
@pytest.mark.parametrize(("factor", "reason"), [(10.0, "layer.range_too_wide"), (0.3, "layer.clipped")])
def test_the_layer_with_the_wrong_range_ranks_first(spoilt: int, factor: float, reason: str) -> None:
    layers = compare_layers(*_chain(np.random.default_rng(0), spoilt, factor))
    worst = ranked(layers)[0]
    assert worst.name == f"l{spoilt}"
    assert worst.loss_db > 9
    assert worst.reasons[0] == reason
    assert all(layer.loss_db < 6 for layer in layers if layer is not worst)
    assert all(layer.reasons == () for layer in layers if layer is not worst)


def test_sound_layers_lose_nothing() -> None:
    layers = compare_layers(*_chain(np.random.default_rng(0), None))
    assert len(layers) == 6
    assert all(layer.loss_db < 3 for layer in layers)
    assert layers[0].range_high == pytest.approx(1)
    assert layers[0].used == pytest.approx(1, abs=0.05)


def test_one_channel_that_takes_all_the_steps() -> None:
    rng = np.random.default_rng(0)
    exact = rng.random((4, 8, 8, 16)).astype(np.float32)
    exact[..., 5] *= 1000
    scale = float(exact.max()) / 255
    noisy = exact + rng.normal(size=exact.shape) * 10 * scale
    item = Produced(0, "l", "CONV_2D", ())
    result = Output("l", quantize(noisy, scale, 0, np.dtype("uint8")), (scale,), (0,))
    (layer,) = compare_layers([item], [LayerPair("l:0", item)], {"l:0": exact}, {0: result})
    assert "layer.one_channel" in layer.reasons


def _one_layer(exact: np.ndarray, scale: float, zero_point: int, operation: str, given: float | None) -> float:
    """Return the loss of a layer that stores ``exact`` well, fed by one whose step is ``given``."""
    item = Produced(1, "l", operation, (0,))
    stored = quantize(exact, scale, zero_point, np.dtype("uint8"))
    result = {1: Output("l", stored, (scale,), (zero_point,))}
    if given is not None:
        result[0] = Output("x", np.zeros((1, 1), np.uint8), (given,), (zero_point,))
    (layer,) = compare_layers([item], [LayerPair("l:0", item)], {"l:0": exact}, result)
    return layer.loss_db


def test_a_mean_cannot_help_the_steps_that_it_is_given() -> None:
    exact = np.random.default_rng(0).random((8, 50)).astype(np.float32) * 0.2
    step = 4 / 255
    assert _one_layer(exact, step, 0, "MEAN", step) < 1
    assert _one_layer(exact, step, 0, "CONV_2D", step) > 20
    assert _one_layer(exact, step, 0, "MEAN", step / 3) > 20
    assert _one_layer(exact, step, 0, "MEAN", None) > 20


def test_a_symmetric_range_costs_a_bit_where_one_side_is_empty() -> None:
    exact = np.random.default_rng(0).random((8, 50)).astype(np.float32)
    assert _one_layer(exact, 2 / 255, 128, "CONV_2D", None) < 1
    assert 5 < _one_layer(exact, 2 / 255, 0, "CONV_2D", None) < 7


def test_errors_flow_through_tensors_without_a_partner() -> None:
    produced, pairs, reference, result = _chain(np.random.default_rng(0), 1, 10.0)
    layers = compare_layers(produced, [pairs[1], *pairs[3:]], reference, result)
    assert ranked(layers)[0].name == "l1"


def test_sizes_that_differ_are_no_pair() -> None:
    item = Produced(0, "l", "CONV_2D", ())
    pair = LayerPair("l:0", item)
    result = {0: Output("l", np.zeros((2, 3), np.float32))}
    assert compare_layers([item], [pair], {"l:0": np.zeros((2, 4), np.float32)}, result) == ()
    assert compare_layers([item], [pair], {"l:0": np.zeros((2, 3), np.int32)}, result) == ()


def test_every_reason_has_its_words() -> None:
    for reason in ("layer.clipped", "layer.range_too_wide", "layer.one_channel", "layer.weights"):
        assert catalogue("en")[reason]["remedy"]
