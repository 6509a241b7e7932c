"""Warm workers, started once: TensorFlow takes seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from coldpress.worker.supervisor import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray


@pytest.fixture(scope="session")
def tensorflow_worker() -> Iterator[Worker]:
    """Return a worker with TensorFlow; tests that crash it leave it usable."""
    with Worker("tensorflow", retire_jobs=1000) as worker:
        worker.start()
        yield worker


@pytest.fixture(scope="session")
def interpreter_worker() -> Iterator[Worker]:
    """Return a worker with the interpreter."""
    with Worker("interpreter") as worker:
        worker.start()
        yield worker


@pytest.fixture(scope="session")
def digits(fixtures: Path) -> NDArray[np.float32]:
    """Return the 360 digits as runs of one, from -1 to 1."""
    with np.load(fixtures / "digits_qat" / "test_data.npz") as data:
        images: NDArray[np.float64] = data["images"].astype(np.float64)[:, np.newaxis]
    return ((images - 128) / 127).astype(np.float32)


@pytest.fixture
def random_runs() -> NDArray[np.float32]:
    """Return ten runs of one sample with eight values."""
    return np.random.default_rng(1).normal(size=(10, 1, 8)).astype(np.float32)
