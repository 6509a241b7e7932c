"""The child processes of a run: one with TensorFlow, one with the interpreter alone."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

from coldpress.worker.supervisor import Worker

if TYPE_CHECKING:
    from types import TracebackType


class Workers:
    """Owns both processes; ``warm`` starts them early, so that TensorFlow's import is paid while a person chooses."""

    def __init__(self) -> None:
        self.tensorflow = Worker("tensorflow")
        self.interpreter = Worker("interpreter")
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def warm(self) -> None:
        """Start the processes without waiting for them."""
        self.tensorflow.start()
        self.interpreter.start()

    def new_folder(self) -> Path:
        """Make a private folder for the files of one run; it goes when the workers close."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="coldpress-", ignore_cleanup_errors=True)
        return Path(tempfile.mkdtemp(prefix="run-", dir=self._folder.name))

    def close(self) -> None:
        """End the processes."""
        self.tensorflow.close()
        self.interpreter.close()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
