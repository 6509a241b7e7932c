"""A folder of images as samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from coldpress.cancel import CancelToken
from coldpress.errors import Cancelled, InputError
from coldpress.formats.arrays import InputSlot, read_samples
from coldpress.formats.image_folder import find_images, read_image

if TYPE_CHECKING:
    from pathlib import Path

_SLOT = InputSlot("input:0", "float32", (1, 8, 6, 3), 127.5, 127.5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return images of several kinds and sizes, in folders within folders."""
    (tmp_path / "b").mkdir()
    Image.new("RGB", (20, 10), (255, 0, 0)).save(tmp_path / "a.png")
    Image.new("L", (5, 5), 128).save(tmp_path / "b" / "grey.jpg", quality=100)
    Image.new("P", (9, 9)).save(tmp_path / "c.gif")
    Image.new("RGBA", (9, 9), (0, 0, 255, 10)).save(tmp_path / "d.webp", lossless=True)
    (tmp_path / "readme.txt").write_text("no image", encoding="utf-8")
    return tmp_path


def test_images_are_sized_and_turned_into_what_they_mean(folder: Path) -> None:
    samples = read_samples(folder, [_SLOT])
    values = samples.inputs[0].values
    assert values.shape == (4, 8, 6, 3)
    assert values.dtype == np.float32
    np.testing.assert_allclose(values[0], np.broadcast_to([1, -1, -1], (8, 6, 3)))
    assert abs(float(values[1].mean())) < 0.02
    assert samples.inputs[0].raw is not None
    assert samples.inputs[0].raw.dtype == np.uint8
    assert samples.findings == ()


def test_channels_follow_the_input(folder: Path) -> None:
    grey = read_samples(folder, [InputSlot("x:0", "float32", (1, 8, 6, 1), 0, 255)])
    assert grey.inputs[0].values.shape == (4, 8, 6, 1)


def test_without_a_meaning_pixels_stay_0_to_255(folder: Path) -> None:
    samples = read_samples(folder, [InputSlot("x:0", "float32", (1, 8, 6, 3))])
    assert samples.inputs[0].values.max() == 255
    assert [finding.code for finding in samples.findings] == ["data.cast"]


def test_stretched_or_cropped(tmp_path: Path) -> None:
    picture = Image.new("L", (30, 10), 0)
    picture.paste(255, (10, 0, 20, 10))
    picture.save(tmp_path / "a.png")
    stretched = read_image(tmp_path / "a.png", (10, 10), 1, crop=False)
    cropped = read_image(tmp_path / "a.png", (10, 10), 1, crop=True)
    assert stretched is not None
    assert cropped is not None
    assert stretched[0, 0, 0] == 0
    assert cropped.min() == 255


def test_what_cannot_be_read_is_left_out_with_a_word(folder: Path) -> None:
    (folder / "aa.png").write_bytes(b"\x89PNG\r\n\x1a\n cut")
    (folder / "zz.jpg").write_bytes(b"")
    samples = read_samples(folder, [_SLOT])
    (finding,) = samples.findings
    assert finding.code == "data.images_skipped"
    assert finding.facts == {"images": 2, "first": "aa.png"}
    assert samples.count == 4


def test_a_picture_that_would_fill_the_memory_is_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    assert read_samples(folder, [_SLOT]).count == 3


@pytest.mark.parametrize(
    ("slots", "code"),
    [
        ([InputSlot("x:0", "float32", (1, 8))], "data.images_shape"),
        ([InputSlot("x:0", "float32", (1, None, None, 3))], "data.images_shape"),
        ([InputSlot("x:0", "float32", (1, 8, 8, 7))], "data.images_shape"),
        ([_SLOT, _SLOT], "data.images_many_inputs"),
    ],
)
def test_inputs_that_take_no_images(folder: Path, slots: list[InputSlot], code: str) -> None:
    with pytest.raises(InputError) as caught:
        read_samples(folder, slots)
    assert caught.value.code == code


def test_a_folder_without_images(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_samples(tmp_path, [_SLOT])
    assert caught.value.code == "data.no_images"


def test_many_images_are_taken_evenly(tmp_path: Path) -> None:
    for number in range(20):
        Image.new("L", (4, 4), number * 10).save(tmp_path / f"{number:02}.png")
    samples = read_samples(tmp_path, [InputSlot("x:0", "float32", (1, 4, 4, 1), 0, 1)], most=5)
    assert samples.inputs[0].values[:, 0, 0, 0].tolist() == [0, 40, 80, 120, 160]
    assert len(find_images(tmp_path)) == 20


def test_reading_can_be_cancelled(folder: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        read_samples(folder, [_SLOT], cancel=token)
