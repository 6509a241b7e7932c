"""Convert in the worker, then load the result in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.errors import BlockedError, ConverterError
from coldpress.events import Step
from coldpress.finding import blocking
from coldpress.formats.arrays import representative_arrays
from coldpress.recipe import InferenceType, IoType
from coldpress.worker.requests import CheckModel, Convert

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.cancel import CancelToken
    from coldpress.finding import Finding
    from coldpress.formats.arrays import InputSpec
    from coldpress.pipeline.recorder import Recorder
    from coldpress.pipeline.workers import Workers
    from coldpress.recipe import InputChoice, Recipe
    from coldpress.worker.requests import CheckedModel, Converted
