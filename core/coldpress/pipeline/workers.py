"""The child processes of a run: one with TensorFlow, one with the interpreter alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from coldpress.worker.supervisor import Worker

if TYPE_CHECKING:
    from types import TracebackType


class Workers:
    """Owns both processes; ``warm`` starts them early, so that TensorFlow's import is paid while a person chooses."""

    def __init__(self) -> None:
        self.tensorflow = Worker("tensorflow")
        self.interpreter = Worker("interpreter")

    def warm(self) -> None:
        """Start the processes without waiting for them."""
        self.tensorflow.start()

    def close(self) -> None:
        """End the processes."""
        self.tensorflow.close()
        self.interpreter.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
