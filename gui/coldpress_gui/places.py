"""Where files go unless the person says otherwise."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths

if TYPE_CHECKING:
    from coldpress.recipe import InferenceType


def documents() -> Path:
    """Return the person's folder for documents, or their home where there is none."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(place) if place and Path(place).is_dir() else Path.home()


def default_output(source: str, kind: InferenceType) -> Path:
    """Return where the result goes: beside the model, or among the documents where nothing can be written there."""
    place = Path(source).absolute()
    name = place.name if place.is_dir() else place.stem.split(".")[0]
    beside = place.parent
    suits = os.access(beside, os.W_OK) and not _is_the_programs(beside)
    return (beside if suits else documents()) / f"{name or 'model'}_{kind}.tflite"


def _is_the_programs(folder: Path) -> bool:
    """Tell whether a folder belongs to the installed program: the sample's does."""
    return folder.is_relative_to(Path(str(files("coldpress_resources"))))
