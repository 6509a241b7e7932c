"""Arrays on disk: how samples go to a worker and results come back. The first axis counts the runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from coldpress.errors import ConverterError

if TYPE_CHECKING:
    from numpy.typing import NDArray


class ResultFile:
    """A ``.npy`` file filled run by run, without holding it in memory."""

    def __init__(self, folder: str, number: int, name: str, runs: int) -> None:
        self.path = str(Path(folder) / f"{number}.npy")
        self._name = name
        self._runs = runs
        self._array: np.memmap | None = None

    def put(self, run: int, value: NDArray[np.generic]) -> None:
        """Store the result of one run; raise ``ConverterError`` where its shape differs from the first's."""
        if value.dtype.hasobject:
            raise ConverterError("worker.not_numbers", tensor=self._name)
        if self._array is None:
            shape = (self._runs, *value.shape)
            self._array = np.lib.format.open_memmap(self.path, mode="w+", dtype=value.dtype, shape=shape)
        elif self._array.shape[1:] != value.shape:
            first, now = list(self._array.shape[1:]), list(value.shape)
            raise ConverterError("worker.shape_varies", tensor=self._name, first=str(first), now=str(now))
        self._array[run] = value

    def close(self) -> None:
        """Write everything to disk."""
        if self._array is not None:
            self._array.flush()
            self._array = None


def open_arrays(paths: dict[str, str]) -> dict[str, NDArray[np.generic]]:
    """Map ``.npy`` files; raise ``ConverterError`` where they do not count the same runs."""
    arrays = {name: np.load(path, mmap_mode="r", allow_pickle=False) for name, path in paths.items()}
    counts = {name: len(array) for name, array in arrays.items()}
    if len(set(counts.values())) > 1:
        raise ConverterError("worker.run_counts", counts=", ".join(f"{name} {count}" for name, count in counts.items()))
    return arrays


def save_array(folder: str | Path, name: str, array: NDArray[np.generic]) -> str:
    """Write an array to ``folder`` and return its path."""
    path = Path(folder) / f"{name}.npy"
    np.save(path, array, allow_pickle=False)
    return str(path)
