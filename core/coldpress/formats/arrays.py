"""Samples from files: ``.npz``, ``.npy`` or a folder of images, matched with the inputs of a graph and checked.

``read_samples`` gives, for each input, real values of shape ``(samples, *input shape without its batch)``, the values
as they were stored where those were integers, and findings about what looks wrong before anything runs on them.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from coldpress.errors import InputError
from coldpress.finding import Finding, Severity
from coldpress.formats.image_folder import read_images

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from os import PathLike

    from numpy.typing import NDArray

    from coldpress.cancel import CancelToken

    Array = NDArray[np.generic]

_FEW: Final = 20
"""Samples below which measured ranges depend on chance."""
_LABELS: Final = ("labels", "label", "y", "y_test", "targets")


@dataclass(frozen=True, slots=True)
class InputSlot:
    """An input that wants samples. ``shape`` has the batch in front, None for what is free.

    Integers stand for ``(integer - mean) / std`` where both are known.
    """

    tensor: str
    dtype: str
    shape: tuple[int | None, ...]
    mean: float | None = None
    std: float | None = None

    @property
    def real_range(self) -> tuple[float, float] | None:
        """What 0 and 255 stand for; None where mean and std are not known."""
        if self.mean is None or self.std is None or self.std == 0:
            return None
        return (0 - self.mean) / self.std, (255 - self.mean) / self.std

    @property
    def is_real(self) -> bool:
        """Whether the input takes real numbers."""
        return self.dtype in ("float16", "bfloat16", "float32", "float64")


@dataclass(frozen=True, slots=True)
class Samples:
    """Samples of one input, one along the first axis; ``raw`` holds the integers that ``values`` were made from."""

    tensor: str
    values: Array
    raw: Array | None = None


@dataclass(frozen=True, slots=True)
class SampleSet:
    """Samples of every input, in the order of the inputs, their labels if there are any, and what was found."""

    inputs: tuple[Samples, ...]
    labels: NDArray[np.int64] | None
    findings: tuple[Finding, ...]

    @property
    def count(self) -> int:
        """Number of samples."""
        return len(self.inputs[0].values) if self.inputs else 0

    def first(self, count: int) -> SampleSet:
        """Return the first ``count`` samples alone."""
        inputs = tuple(
            Samples(item.tensor, item.values[:count], None if item.raw is None else item.raw[:count])
            for item in self.inputs
        )
        return SampleSet(inputs, None if self.labels is None else self.labels[:count], self.findings)


def read_samples(
    path: str | PathLike[str],
    slots: Sequence[InputSlot],
    *,
    crop: bool = False,
    most: int | None = None,
    calibrating: bool = False,
    cancel: CancelToken | None = None,
) -> SampleSet:
    """Read and check samples for the inputs ``slots``.

    ``most`` bounds their number; ``calibrating`` says that ranges are measured on them, which takes more than a few.
    Images are stretched to the input's size, or scaled and cropped with ``crop``. Raises
    ``InputError`` where the file cannot be read, lacks an input's array, or holds another shape.
    """
    file = Path(path)
    findings: list[Finding] = []
    labels = None
    if file.is_dir():
        arrays = read_images(file, slots, findings, crop=crop, most=most, cancel=cancel)
    else:
        stored = read_arrays(file)
        name = _label_name(stored, slots)
        labels = None if name is None else _labels(stored[name], name, file)
        arrays = _matched({key: array for key, array in stored.items() if key != name}, slots, file)
    fitted = [fit(slot, arrays[slot.tensor], file) for slot in slots]
    _check_counts(slots, fitted, labels, file)
    inputs = tuple(_real(slot, array[:most], findings) for slot, array in zip(slots, fitted, strict=True))
    for slot, samples in zip(slots, inputs, strict=True):
        findings.extend(check_values(slot, samples.values))
    if calibrating and 0 < len(inputs[0].values) < _FEW:
        findings.append(_finding("data.few", Severity.WARNING, slots[0], samples=len(inputs[0].values)))
    return SampleSet(inputs, None if labels is None else labels[:most], tuple(findings))


def _check_counts(slots: Sequence[InputSlot], arrays: Sequence[Array], labels: Array | None, path: Path) -> None:
    """Every input must have samples for the same number of runs, and every sample its label."""
    runs = [
        -(-len(array) // (slot.shape[0] or 1 if slot.shape else 1)) for slot, array in zip(slots, arrays, strict=True)
    ]
    if len(set(runs)) > 1:
        counts = ", ".join(f"{slot.tensor} {len(array)}" for slot, array in zip(slots, arrays, strict=True))
        raise InputError("data.counts_differ", path=path, counts=counts)
    if labels is not None and arrays and len(labels) != len(arrays[0]):
        raise InputError("data.label_count", path=path, labels=len(labels), samples=len(arrays[0]))


def read_arrays(path: Path) -> Mapping[str, Array]:
    """Return the arrays of an ``.npz``, or the one of an ``.npy`` under the name ``""``.

    Raises ``InputError``; pickled objects are never read, because reading them runs code.
    """
    try:
        with path.open("rb") as file:
            loaded = np.load(file, allow_pickle=False)
            if isinstance(loaded, np.ndarray):
                return {"": loaded}
            with loaded:
                return {name: loaded[name] for name in loaded.files}
    except FileNotFoundError:
        raise InputError("data.not_found", path=path) from None
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError("data.unreadable", path=path, line=str(error)) from error


def _label_name(stored: Mapping[str, Array], slots: Sequence[InputSlot]) -> str | None:
    """Return the array that holds the labels: one so called, and no input's."""
    taken = {name for slot in slots for name in _spellings(slot.tensor)}
    return next((key for key in _LABELS if key in stored and key not in taken), None)


def _labels(array: Array, name: str, path: Path) -> NDArray[np.int64]:
    """Return labels as class numbers; one-hot rows are understood."""
    labels = array.argmax(axis=1) if array.ndim == 2 and array.shape[1] > 1 else array.reshape(len(array), -1)[:, 0]
    plain = array.ndim in (1, 2) and np.issubdtype(array.dtype, np.number)
    if not plain or not np.array_equal(labels, np.round(labels)):
        raise InputError("data.labels", path=path, name=name, shape=str(list(array.shape)))
    return labels.astype(np.int64)


def _matched(stored: Mapping[str, Array], slots: Sequence[InputSlot], path: Path) -> dict[str, Array]:
    """Return an array for each input: by its name, or the only one."""
    if len(slots) == 1 and len(stored) == 1:
        return {slots[0].tensor: next(iter(stored.values()))}
    matched = {}
    for slot in slots:
        name = next((name for name in _spellings(slot.tensor) if name in stored), None)
        if name is None:
            raise InputError("data.no_array", path=path, tensor=slot.tensor, names=", ".join(stored) or "-")
        matched[slot.tensor] = stored[name]
    return matched


def _spellings(tensor: str) -> tuple[str, ...]:
    """Return the names under which an array for a tensor may be stored, the surest first."""
    operation = tensor.rpartition(":")[0] if ":" in tensor else tensor
    return tensor, operation, operation.replace("/", "_"), operation.replace("/", "."), operation.rpartition("/")[2]


def fit(slot: InputSlot, array: Array, path: Path) -> Array:
    """Return ``array`` as ``(samples, *input shape without batch)``; only axes of size 1 are added or taken away.

    Samples of the whole shape, batch and all, are run after run. Raises ``InputError`` where the sizes differ.
    """
    wanted = slot.shape[1:]
    if slot.shape and array.ndim == len(slot.shape) + 1 and _same_shape(array.shape[1:], slot.shape):
        return array.reshape(-1, *array.shape[2:])
    if _same_shape(array.shape[1:], wanted) and array.ndim:
        return array
    if _same_shape(array.shape, wanted):
        return array[np.newaxis]
    squeezed = tuple(size for size in array.shape[1:] if size != 1)
    if None not in wanted and array.ndim and squeezed == tuple(size for size in wanted if size != 1):
        return array.reshape(len(array), *(size or 0 for size in wanted))
    code = "data.channels_first" if _channels_first(array.shape, wanted) else "data.shape"
    given, asked = str(list(array.shape)), str([None, *wanted]).replace("None", "?")
    raise InputError(code, path=path, tensor=slot.tensor, given=given, wanted=asked)


def _same_shape(given: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return len(given) == len(wanted) and all(b is None or a == b for a, b in zip(given, wanted, strict=True))


def _channels_first(given: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return len(given) == 4 and len(wanted) == 3 and _same_shape((given[2], given[3], given[1]), wanted)


def _real(slot: InputSlot, array: Array, findings: list[Finding]) -> Samples:
    """Return what the graph computes with: integers given for a real input are turned into what they mean."""
    whole = np.issubdtype(array.dtype, np.integer) or array.dtype == np.bool_
    if not slot.is_real:
        if not whole and np.issubdtype(array.dtype, np.number) and np.array_equal(array, np.round(array)):
            whole = True
        if not whole:
            findings.append(_finding("data.not_whole", Severity.BLOCK, slot, dtype=array.dtype.name))
        return Samples(slot.tensor, array.astype(slot.dtype) if slot.dtype != "string" else array)
    if not whole:
        return Samples(slot.tensor, array.astype(np.float32))
    if slot.mean is None or slot.std is None:
        findings.append(_finding("data.cast", Severity.WARNING, slot, dtype=array.dtype.name))
        return Samples(slot.tensor, array.astype(np.float32))
    real = (array.astype(np.float64) - slot.mean) / slot.std
    return Samples(slot.tensor, real.astype(np.float32), array)


def check_values(slot: InputSlot, values: Array) -> list[Finding]:
    """Return what is wrong with real values: NaN or infinity blocks, an unlikely range warns."""
    if not slot.is_real or not values.size:
        return [] if values.size else [_finding("data.empty", Severity.BLOCK, slot)]
    bad = sum(int(np.count_nonzero(~np.isfinite(sample))) for sample in values)
    if bad:
        return [_finding("data.not_finite", Severity.BLOCK, slot, values=bad)]
    low, high = float(values.min()), float(values.max())
    found = []
    if len(values) > 1 and all(np.array_equal(values[0], sample) for sample in values[1:]):
        found.append(_finding("data.all_alike", Severity.WARNING, slot))
    if slot.real_range is not None:
        wanted_low, wanted_high = slot.real_range
        facts = {"low": round(low, 4), "high": round(high, 4)}
        wanted = {"wanted_low": round(wanted_low, 4), "wanted_high": round(wanted_high, 4)}
        span = wanted_high - wanted_low
        if low < wanted_low - 0.02 * span or high > wanted_high + 0.02 * span:
            found.append(_finding("data.out_of_range", Severity.WARNING, slot, **facts, **wanted))
        elif high - low < 0.05 * span:
            found.append(_finding("data.narrow_range", Severity.WARNING, slot, **facts, **wanted))
    return found


def _finding(code: str, severity: Severity, slot: InputSlot, **facts: str | float) -> Finding:
    node = slot.tensor.rpartition(":")[0] or slot.tensor
    return Finding(code, severity, (node,), {"tensor": slot.tensor, **facts})
