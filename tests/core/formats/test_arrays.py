"""Samples from arrays: matched with the inputs, turned into what they mean, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from coldpress.errors import InputError
from coldpress.finding import Severity
from coldpress.formats.arrays import InputSlot, read_samples
from coldpress.sentences import say_error, say_finding

if TYPE_CHECKING:
    from pathlib import Path

_IMAGE = InputSlot("net/input:0", "float32", (1, 4, 4, 3))
_SCALED = InputSlot("net/input:0", "float32", (1, 4, 4, 3), 128, 127)
_IDS = InputSlot("ids:0", "int32", (1, 5))


def _npz(folder: Path, **arrays: Any) -> Path:
    path = folder / "data.npz"
    np.savez(path, **arrays)
    return path


def _codes(path: Path, *slots: InputSlot) -> list[str]:
    return [finding.code for finding in read_samples(path, slots).findings]


def _images(count: int = 6, dtype: str = "float32") -> np.ndarray:
    values = np.random.default_rng(0).random((count, 4, 4, 3)) * 2 - 1
    return values.astype(dtype) if dtype.startswith("float") else ((values + 1) * 127).astype(dtype)


@pytest.mark.parametrize("name", ["net/input:0", "net/input", "net_input", "net.input", "input", "anything"])
def test_a_single_input_takes_the_only_array_by_any_name(tmp_path: Path, name: str) -> None:
    samples = read_samples(_npz(tmp_path, **{name: _images(), "labels": np.arange(6)}), [_IMAGE])
    assert samples.count == 6
    assert samples.labels is not None
    assert samples.labels.tolist() == [0, 1, 2, 3, 4, 5]
    assert samples.findings == ()


@pytest.mark.parametrize("names", [("net/input:0", "ids"), ("net_input", "ids:0"), ("input", "ids")])
def test_several_inputs_are_matched_by_name(tmp_path: Path, names: tuple[str, str]) -> None:
    arrays = {names[0]: _images(), names[1]: np.ones((6, 5), np.int64), "other": np.zeros(3)}
    first, second = read_samples(_npz(tmp_path, **arrays), [_IMAGE, _IDS]).inputs
    assert first.tensor == "net/input:0"
    assert second.values.dtype == np.int32


def test_a_single_array_file(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", _images())
    samples = read_samples(tmp_path / "a.npy", [_IMAGE])
    assert samples.inputs[0].values.dtype == np.float32
    assert samples.labels is None


def test_integers_mean_what_mean_and_std_say(tmp_path: Path) -> None:
    stored = np.arange(96, dtype=np.uint8).reshape(2, 4, 4, 3)
    (samples,) = read_samples(_npz(tmp_path, x=stored), [_SCALED]).inputs
    assert np.allclose(samples.values, (stored.astype(float) - 128) / 127)
    assert samples.raw is not None
    assert np.array_equal(samples.raw, stored)


def test_integers_without_a_meaning_are_used_as_they_are_with_a_word(tmp_path: Path) -> None:
    samples = read_samples(_npz(tmp_path, x=_images(dtype="uint8")), [_IMAGE])
    (finding,) = samples.findings
    assert (finding.code, finding.severity) == ("data.cast", Severity.WARNING)
    assert finding.nodes == ("net/input",)
    assert samples.inputs[0].raw is None
    assert samples.inputs[0].values.max() > 100


@pytest.mark.parametrize(
    ("shape", "slot", "fitted"),
    [
        ((6, 4, 4, 3), _IMAGE, (6, 4, 4, 3)),
        ((4, 4, 3), _IMAGE, (1, 4, 4, 3)),
        ((6, 1, 4, 4, 3), _IMAGE, (6, 4, 4, 3)),
        ((6, 4, 4), InputSlot("x:0", "float32", (1, 4, 4, 1)), (6, 4, 4, 1)),
        ((6, 1, 4, 4), InputSlot("x:0", "float32", (1, 4, 4, 1)), (6, 4, 4, 1)),
        ((6, 8), InputSlot("x:0", "float32", (8,)), (48,)),
        ((6,), InputSlot("x:0", "float32", ()), (6,)),
        ((6, 7, 9, 3), InputSlot("x:0", "float32", (1, None, None, 3)), (6, 7, 9, 3)),
    ],
)
def test_shapes_that_fit(tmp_path: Path, shape: tuple[int, ...], slot: InputSlot, fitted: tuple[int, ...]) -> None:
    data = np.random.default_rng(0).random(shape)
    assert read_samples(_npz(tmp_path, x=data), [slot]).inputs[0].values.shape == fitted


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        ((6, 5, 4, 3), "data.shape"),
        ((6, 48), "data.shape"),
        ((6, 4, 4, 1), "data.shape"),
        ((6, 3, 4, 4), "data.channels_first"),
        ((), "data.shape"),
    ],
)
def test_shapes_that_do_not(tmp_path: Path, shape: tuple[int, ...], code: str) -> None:
    with pytest.raises(InputError) as caught:
        read_samples(_npz(tmp_path, x=np.zeros(shape)), [_IMAGE])
    assert caught.value.code == code
    assert "[?, 4, 4, 3]" in say_error(caught.value).message


@pytest.mark.parametrize(
    ("arrays", "code"),
    [
        ({"a": np.zeros((6, 4, 4, 3)), "b": np.zeros(3)}, "data.no_array"),
        ({"input": np.zeros((6, 4, 4, 3)), "labels": np.zeros(5)}, "data.label_count"),
        ({"input": np.zeros((6, 4, 4, 3)), "labels": np.full(6, 0.5)}, "data.labels"),
        ({"input": np.zeros((6, 4, 4, 3)), "labels": np.zeros((6, 2, 2))}, "data.labels"),
    ],
)
def test_what_is_missing_or_does_not_match(tmp_path: Path, arrays: dict[str, np.ndarray], code: str) -> None:
    with pytest.raises(InputError) as caught:
        read_samples(_npz(tmp_path, **arrays), [_IMAGE])
    assert caught.value.code == code
    assert caught.value.path == str(tmp_path / "data.npz")
    assert say_error(caught.value).remedy


def test_inputs_with_different_counts(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_samples(_npz(tmp_path, input=_images(6), ids=np.zeros((5, 5), np.int32)), [_IMAGE, _IDS])
    assert caught.value.code == "data.counts_differ"


@pytest.mark.parametrize("labels", [np.arange(6), np.arange(6.0), np.arange(6).reshape(6, 1), np.eye(6, dtype="u1")])
def test_labels_in_every_form(tmp_path: Path, labels: np.ndarray) -> None:
    found = read_samples(_npz(tmp_path, input=_images(), labels=labels), [_IMAGE]).labels
    assert found is not None
    assert found.tolist() == [0, 1, 2, 3, 4, 5]
    assert found.dtype == np.int64


def test_an_input_called_labels_is_an_input(tmp_path: Path) -> None:
    slots = [_IMAGE, InputSlot("labels:0", "int32", (1,))]
    samples = read_samples(_npz(tmp_path, input=_images(), labels=np.arange(6)), slots)
    assert samples.inputs[1].values.tolist() == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("content", [b"", b"not arrays", b"PK\x03\x04 cut short", b"\x93NUMPY\x01\x00cut"])
@pytest.mark.parametrize("name", ["a.npz", "a.npy"])
def test_damaged_files(tmp_path: Path, content: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_samples(path, [_IMAGE])
    assert caught.value.code == "data.unreadable"


def test_a_cut_archive(tmp_path: Path) -> None:
    path = _npz(tmp_path, input=np.random.default_rng(0).random((50, 4, 4, 3)))
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputError):
        read_samples(path, [_IMAGE])


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_samples(tmp_path / "none.npz", [_IMAGE])
    assert caught.value.code == "data.not_found"


def test_pickled_objects_are_never_read(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    np.save(path, np.array([{"a": 1}], object), allow_pickle=True)
    with pytest.raises(InputError) as caught:
        read_samples(path, [_IMAGE])
    assert caught.value.code == "data.unreadable"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_block(tmp_path: Path, bad: float) -> None:
    images = _images()
    images[2, 1, 1, 0] = bad
    (finding,) = read_samples(_npz(tmp_path, input=images), [_SCALED]).findings
    assert (finding.code, finding.severity) == ("data.not_finite", Severity.BLOCK)
    assert finding.facts["values"] == 1
    assert "1" in say_finding(finding).message


def test_no_samples_block(tmp_path: Path) -> None:
    assert _codes(_npz(tmp_path, input=np.zeros((0, 4, 4, 3))), _IMAGE) == ["data.empty"]


def test_values_beyond_what_mean_and_std_mean_warn(tmp_path: Path) -> None:
    assert _codes(_npz(tmp_path, input=_images() * 255), _SCALED) == ["data.out_of_range"]
    assert _codes(_npz(tmp_path, input=_images() / 255), _SCALED) == ["data.narrow_range"]
    assert _codes(_npz(tmp_path, input=_images()), _SCALED) == []


def test_samples_that_are_all_alike_warn(tmp_path: Path) -> None:
    assert _codes(_npz(tmp_path, input=np.tile(_images(1), (5, 1, 1, 1))), _IMAGE) == ["data.all_alike"]


def test_whole_numbers_for_whole_inputs(tmp_path: Path) -> None:
    whole = read_samples(_npz(tmp_path, ids=np.full((4, 5), 3.0)), [_IDS])
    assert whole.findings == ()
    assert whole.inputs[0].values.dtype == np.int32
    assert _codes(_npz(tmp_path, ids=np.full((4, 5), 3.5)), _IDS) == ["data.not_whole"]


def test_the_first_few(tmp_path: Path) -> None:
    path = _npz(tmp_path, input=_images(dtype="uint8"), labels=np.arange(6))
    few = read_samples(path, [_SCALED], most=2)
    assert few.count == 2
    assert few.labels is not None
    assert few.labels.tolist() == [0, 1]
    again = read_samples(path, [_SCALED]).first(2)
    assert np.array_equal(again.inputs[0].values, few.inputs[0].values)
    assert again.inputs[0].raw is not None
    assert len(again.inputs[0].raw) == 2


def test_few_samples_to_measure_ranges_on(tmp_path: Path) -> None:
    path = _npz(tmp_path, input=_images(6))
    assert [finding.code for finding in read_samples(path, [_IMAGE], calibrating=True).findings] == ["data.few"]
    many = _npz(tmp_path, input=_images(30))
    assert read_samples(many, [_IMAGE], calibrating=True).findings == ()
