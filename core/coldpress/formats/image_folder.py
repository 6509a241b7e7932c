"""A folder of images as samples of an input: sized, converted to its channels, left as 0 to 255."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from coldpress.errors import InputError
from coldpress.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from coldpress.cancel import CancelToken
    from coldpress.formats.arrays import InputSlot

_SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm"})
_MODES: Final = {1: "L", 3: "RGB", 4: "RGBA"}
MOST_IMAGES: Final = 500
"""Images that are read where nobody says otherwise, spread evenly over the folder."""


def read_images(
    folder: Path,
    slots: Sequence[InputSlot],
    findings: list[Finding],
    *,
    crop: bool = False,
    most: int | None = None,
    cancel: CancelToken | None = None,
) -> dict[str, NDArray[np.generic]]:
    """Return the images of a folder and the folders in it, by path, as ``(images, height, width, channels)`` of uint8.

    Only a graph with one input of rank 4 can take images. Files that cannot be read are left out, with a finding.
    """
    slot, size, channels = _image_slot(folder, slots)
    paths = _spread(find_images(folder), most or MOST_IMAGES)
    images, skipped = [], []
    for path in paths:
        if cancel is not None:
            cancel.check()
        image = read_image(path, size, channels, crop=crop)
        if image is None:
            skipped.append(path.name)
        else:
            images.append(image)
    if not images:
        raise InputError("data.no_images", path=folder)
    if skipped:
        findings.append(
            Finding("data.images_skipped", Severity.WARNING, facts={"images": len(skipped), "first": skipped[0]})
        )
    return {slot.tensor: np.stack(images)}


def find_images(folder: Path) -> list[Path]:
    """Return the image files below a folder, by path."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES and path.is_file())


def read_image(path: Path, size: tuple[int, int], channels: int, *, crop: bool) -> NDArray[np.uint8] | None:
    """Return an image as ``(height, width, channels)``; ``size`` is height and width; None where it can't be read."""
    height, width = size
    with warnings.catch_warnings():
        # Pillow warns of a picture that would fill the memory, and raises for one twice as large.
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(path) as opened:
                image = ImageOps.exif_transpose(opened).convert(_MODES[channels])
                if crop:
                    image = ImageOps.fit(image, (width, height), Image.Resampling.BILINEAR)
                else:
                    image = image.resize((width, height), Image.Resampling.BILINEAR)
                return np.asarray(image, np.uint8).reshape(height, width, channels)
        except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombWarning):
            return None
        except Image.DecompressionBombError:
            return None


def _image_slot(folder: Path, slots: Sequence[InputSlot]) -> tuple[InputSlot, tuple[int, int], int]:
    if len(slots) != 1:
        raise InputError("data.images_many_inputs", path=folder, inputs=len(slots))
    slot = slots[0]
    if len(slot.shape) != 4 or slot.shape[1] is None or slot.shape[2] is None or slot.shape[3] not in _MODES:
        shape = str(list(slot.shape)).replace("None", "?")
        raise InputError("data.images_shape", path=folder, tensor=slot.tensor, shape=shape)
    return slot, (slot.shape[1], slot.shape[2]), slot.shape[3]


def _spread(paths: list[Path], most: int) -> list[Path]:
    if len(paths) <= most:
        return paths
    return [paths[index * len(paths) // most] for index in range(most)]
