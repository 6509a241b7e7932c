"""The program as a child process, so that a crash of Qt or Chromium fails one test, and a display of our own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
_LIMIT = 600
"""Seconds after which a scenario is taken for hung; each of its steps gives up sooner."""
_GRACE = 10
"""Seconds in which the helpers of an ended program must have gone."""


@contextlib.contextmanager
def x_server() -> Iterator[str]:
    """Start an X server on a free display; give its name."""
    assert shutil.which("Xvfb"), "Xvfb is missing; .ci/prepare installs it"
    with subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "1400x900x24", "-nolisten", "tcp", "-noreset"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        try:
            number = server.stdout.readline().strip() if server.stdout is not None else ""
            assert number, "Xvfb did not start"
            yield f":{number}"
        finally:
            server.terminate()


@dataclass
class Program:
    """Runs scenarios in the real program; each has settings, log and temporary folder of its own."""

    display: str
    folder: Path

    def run(self, scenario: str, *arguments: str | Path, working_folder: Path = ROOT) -> dict[str, Any]:
        """Run a scenario and return its facts; fail where it fails, hangs, crashes or leaves something behind."""
        temporary = self.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        (self.folder / "home" / "Documents").mkdir(parents=True, exist_ok=True)
        output = self._run(
            [sys.executable, "-m", f"tests.e2e.scenarios.{scenario}", *map(str, arguments)], working_folder
        )
        left = [path.name for path in temporary.iterdir()]
        assert not left, f"left in the temporary folder: {left}"
        facts = [line for line in output.splitlines() if line.startswith("FACTS ")]
        assert facts, output
        result: dict[str, Any] = json.loads(facts[-1].removeprefix("FACTS "))
        return result

    def _run(self, command: list[str], working_folder: Path) -> str:
        path = self.folder / "output.txt"
        with path.open("w", encoding="utf-8") as stream:
            # A session of its own: whatever it leaves running is found, and ended.
            process = subprocess.Popen(
                command,
                stdout=stream,
                stderr=subprocess.STDOUT,
                env=self._environment(),
                cwd=working_folder,
                start_new_session=True,
            )
            try:
                status: int | str = process.wait(_LIMIT)
            except subprocess.TimeoutExpired:
                status = "hung"
            left = _still_there(process.pid)
            for number in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
            process.wait()
        output = path.read_text(encoding="utf-8", errors="replace")
        assert status == 0, f"status {status}\n{output}"
        assert not left, f"processes left running: {left}\n{output}"
        return output

    def _environment(self) -> dict[str, str]:
        homes = {
            name: str(self.folder / name.lower())
            for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")
        }
        kept = {name: value for name, value in os.environ.items() if name not in {"WAYLAND_DISPLAY", "QT_SCALE_FACTOR"}}
        return {
            **kept,
            **homes,
            "DISPLAY": self.display,
            "QT_QPA_PLATFORM": "xcb",
            "PYTHONPATH": os.pathsep.join(entry for entry in (str(ROOT), *sys.path) if entry),
            "TMPDIR": str(self.folder / "tmp"),
            "PYTHONFAULTHANDLER": "1",
        }


def _still_there(session: int) -> dict[int, str]:
    """Return what lives on in a session after its program ended; Chromium's helpers take a moment to notice."""
    until = time.monotonic() + _GRACE
    while (left := _members(session)) and time.monotonic() < until:
        time.sleep(0.05)
    return left


def _members(session: int) -> dict[int, str]:
    """Return the living processes of a session, and what each is called (Linux)."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            start, _, rest = (path / "stat").read_text().rpartition(")")
        except OSError:
            continue
        fields, name = rest.split(), start.partition("(")[2]
        if int(fields[3]) == session and fields[0] != "Z":
            found[int(path.name)] = name
    return found
