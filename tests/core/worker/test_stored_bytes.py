"""What each constant of a file takes, as the file's own table has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.worker.requests.tflite import CheckModel
from coldpress.worker.stored_bytes import stored_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.worker.supervisor import Worker


def test_the_constants_of_a_quantized_file(fixtures: Path) -> None:
    model = fixtures / "digits_qat" / "digits_uint8.tflite"
    found = stored_bytes(model)
    # 12 kernels of 3 x 3 in a byte each; 24 x 10 weights of the last layer are among the rest.
    assert 12 * 9 in found.values()
    assert all(found.values())
    assert sum(found.values()) < model.stat().st_size


def test_every_constant_is_counted_for_one_operation(interpreter_worker: Worker, fixtures: Path) -> None:
    model = fixtures / "digits_qat" / "digits_uint8.tflite"
    checked = interpreter_worker.run(CheckModel(str(model)))
    assert sum(operation.constant_bytes for operation in checked.operations) == sum(stored_bytes(model).values())
