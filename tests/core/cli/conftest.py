"""Running the command line as a person does, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Ran:
    """What a command printed and how it ended."""

    status: int
    out: str
    err: str

    def json(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the one JSON object on standard output, held against the contract."""
        data: dict[str, Any] = json.loads(self.out)
        assert self.out.count("\n") == 1
        jsonschema.validate(data, schema)
        assert "Traceback" not in self.err
        return data


@pytest.fixture(scope="session")
def coldpress() -> Callable[..., Ran]:
    """Return a function that runs ``coldpress`` with some arguments."""

    def run(*arguments: str | Path, **environment: str) -> Ran:
        command = [sys.executable, "-m", "coldpress.cli.main", *map(str, arguments)]
        variables = {key: value for key, value in os.environ.items() if key not in {"DISPLAY", "QT_QPA_PLATFORM"}}
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=300,
            env=variables | {"LC_ALL": "C.UTF-8"} | environment,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run
