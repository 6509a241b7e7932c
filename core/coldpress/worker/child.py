"""The child process of a worker: started without waiting, read by two threads, killed without mercy.

Both pipes end in one queue, so that whoever runs a job sees messages, log lines and the end in one place and one
thread. Nothing here forks: the same code runs on Windows.
"""

from __future__ import annotations

import contextlib
import os
import queue
import site
import subprocess
import sys
import sysconfig
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Literal

import coldpress
import coldpress_resources
from coldpress.worker.protocol import dump, load

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["tensorflow", "interpreter"]
"""What a child can do: convert and run graphs, or load and run ``.tflite`` files."""

_INHERITED: Final = frozenset(
    {
        *("PATH", "HOME", "USERPROFILE", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ"),
        *("TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "LOCALAPPDATA", "APPDATA"),
        *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"),
        *("PYTHONUSERBASE", "PYTHONNOUSERSITE", "PYTHONPYCACHEPREFIX", "PYTHONDONTWRITEBYTECODE"),
    }
)
"""Variables that the child keeps. Proxies, credentials and TensorFlow's own switches stay outside."""

_SETTINGS: Final = {
    "TF_CPP_MIN_LOG_LEVEL": "1",
    # The same bits on every processor; oneDNN picks other kernels on each.
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "CUDA_VISIBLE_DEVICES": "-1",
    "PYTHONUNBUFFERED": "1",
}


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the protocol."""

    value: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A line that the child printed."""

    text: str


@dataclass(frozen=True, slots=True)
class Ended:
    """Both pipes are closed: the child is gone or going."""


Item = Message | Line | Ended


class Child:
    """A running child process."""

    def __init__(self, kind: Kind, folder: Path) -> None:
        """Start the process with ``folder`` as its working directory; return before it is ready."""
        self.items: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self.ready = False
        self._process = subprocess.Popen(
            [sys.executable, *_interpreter_flags(), "-m", "coldpress.worker.main", kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=_environment(os.environ),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._open_pipes = 2
        self._lock = threading.Lock()
        self._readers = [
            self._reader(self._process.stdout, self._message, f"coldpress-{kind}-messages"),
            self._reader(self._process.stderr, self._line, f"coldpress-{kind}-log"),
        ]

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def send(self, message: dict[str, Any]) -> None:
        """Write a message; a child that is gone shows as ``Ended`` in the queue, not here."""
        stdin = self._process.stdin
        if stdin is None or stdin.closed:
            return
        with contextlib.suppress(BrokenPipeError, OSError):
            stdin.write(dump(message))
            stdin.flush()

    def kill(self) -> int:
        """End the process now, wait for it, close everything; return its exit code."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        return self.reap()

    def finish(self, *, patience: float = 1.0) -> int:
        """Let the process end; kill it where it takes longer than ``patience`` seconds."""
        self.send({"type": "end"})
        self._close_input()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            return self.kill()
        return self.reap()

    def reap(self) -> int:
        """Wait for a process that is ending, and close everything; return its exit code."""
        self._close_input()
        code = self._process.wait()
        for reader in self._readers:
            reader.join()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        return code

    def _close_input(self) -> None:
        stdin = self._process.stdin
        if stdin is not None and not stdin.closed:
            with contextlib.suppress(OSError):
                stdin.close()

    def _reader(self, pipe: IO[bytes] | None, handle: Any, name: str) -> threading.Thread:
        thread = threading.Thread(target=self._read, args=(pipe, handle), name=name, daemon=True)
        thread.start()
        return thread

    def _read(self, pipe: IO[bytes], handle: Any) -> None:
        for line in pipe:
            handle(line)
        with self._lock:
            self._open_pipes -= 1
            ended = self._open_pipes == 0
        if ended:
            self.items.put(Ended())

    def _line(self, line: bytes) -> None:
        self.items.put(Line(line.decode("utf-8", "replace").rstrip("\r\n")))

    def _message(self, line: bytes) -> None:
        try:
            self.items.put(Message(load(line)))
        except ValueError:
            # Native code that prints to the pipe itself: it is a line of the log.
            self._line(line)


def _interpreter_flags() -> list[str]:
    """``-P``: a file called ``numpy.py`` beside the model must never be imported."""
    flags = ["-P", "-X", "utf8"]
    if sys.flags.no_user_site:
        flags.append("-s")
    return flags


def _environment(parent: Mapping[str, str]) -> dict[str, str]:
    """Return the child's environment: little of the parent's, and a path to the packages it needs."""
    kept = {key: value for key, value in parent.items() if key.upper() in _INHERITED}
    roots = [str(Path(package.__file__).parents[1]) for package in (coldpress, coldpress_resources) if package.__file__]
    installed = {*site.getsitepackages(), site.getusersitepackages(), sysconfig.get_path("purelib")}
    paths = [root for root in dict.fromkeys(roots) if root not in installed]
    if kept.get("PYTHONPATH"):
        paths.append(kept["PYTHONPATH"])
    if paths:
        kept["PYTHONPATH"] = os.pathsep.join(paths)
    return {**kept, **_SETTINGS}
