"""Fixtures for tests with a real window."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.e2e.program import Program, x_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """Return the name of an X server's display. On Linux its absence is a failure."""
    if sys.platform != "linux":
        pytest.skip("Xvfb is for Linux")
    with x_server() as name:
        yield name


@pytest.fixture
def program(display: str, tmp_path: Path) -> Program:
    """Return what runs scenarios."""
    return Program(display, tmp_path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a disk of a megabyte; skip where this user may not mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)
