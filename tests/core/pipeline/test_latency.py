"""How long a run takes, measured in the interpreter's process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldpress.cancel import CancelToken
from coldpress.errors import Cancelled
from coldpress.pipeline.latency import measure_latency
from coldpress.worker.requests.tflite import CheckModel
from coldpress.worker.supervisor import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def interpreter() -> Iterator[Worker]:
    with Worker("interpreter") as worker:
        yield worker


def test_every_setting_is_timed_the_plainest_first(interpreter: Worker, fixtures: Path) -> None:
    timings, problems = measure_latency(fixtures / "digits_qat" / "digits_uint8.tflite", interpreter)
    assert problems == ()
    assert (timings[0].kernels, timings[0].threads) == ("default", 1)
    assert {timing.kernels for timing in timings} == {"default", "no_delegate"}
    assert len({(timing.kernels, timing.threads) for timing in timings}) == len(timings)
    assert all(0 < timing.low <= timing.median <= timing.high for timing in timings)


def test_measuring_stops_when_asked_and_the_process_serves_again(interpreter: Worker, fixtures: Path) -> None:
    model = fixtures / "digits_qat" / "digits_uint8.tflite"
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        measure_latency(model, interpreter, cancel=token)
    assert interpreter.run(CheckModel(str(model))).nbytes == model.stat().st_size
