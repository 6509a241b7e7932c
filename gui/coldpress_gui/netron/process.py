"""The server's process, seen from the window: started without waiting, ended with its view."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal, Slot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_PLAIN_NAMES = {".tflite": "model.tflite", ".pb": "model.pb"}
_END_MS = 2000


class NetronProcess(QObject):
    """Serves one file. ``ready`` brings host and port, ``failed`` what went wrong."""

    ready = Signal(str, int)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.errorOccurred.connect(self._error)
        self._process.finished.connect(self._finished)
        self._announced = False
        self._stopping = False

    @property
    def pid(self) -> int:
        """Number of the process, 0 where none runs."""
        return self._process.processId()

    def start(self, model: Path) -> None:
        """Serve ``model``."""
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONPATH", _search_path(sys.path))
        self._process.setProcessEnvironment(environment)
        name = _PLAIN_NAMES.get(model.suffix, "model")
        self._process.start(sys.executable, ["-m", "coldpress_gui.netron.server", str(model), name])

    def stop(self) -> None:
        """End the process; its private folder goes with it."""
        self._stopping = True
        if self._process.state() == QProcess.ProcessState.NotRunning:
            return
        self._process.closeWriteChannel()
        if not self._process.waitForFinished(_END_MS):
            self._process.kill()
            self._process.waitForFinished(_END_MS)

    @Slot()
    def _read(self) -> None:
        while not self._announced and self._process.canReadLine():
            line = bytes(self._process.readLine().data()).decode("utf-8", "replace")
            try:
                address = json.loads(line)
            except ValueError:
                continue
            self._announced = True
            self.ready.emit(address["host"], address["port"])

    @Slot()
    def _error(self) -> None:
        if not self._stopping:
            self.failed.emit(self._process.errorString())

    @Slot()
    def _finished(self) -> None:
        if not self._stopping:
            said = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace").strip()
            self.failed.emit(said.splitlines()[-1] if said else self._process.errorString())


def _search_path(entries: Sequence[str]) -> str:
    """Let the child find the same packages, wherever the program was started from."""
    from os import pathsep

    return pathsep.join(entry for entry in entries if entry)
