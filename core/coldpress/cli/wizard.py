"""``coldpress [PATH]``: open the wizard. The window is found at run time, so the engine never depends on it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from coldpress.cli.answer import Answer
from coldpress.cli.terminal import is_display_there
from coldpress.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from coldpress.cli.terminal import Terminal


def wizard(arguments: argparse.Namespace, terminal: Terminal) -> Answer:  # noqa: ARG001 - a command's shape
    """Open the window on ``arguments.path``, and return when the last one is closed."""
    if not is_display_there():
        raise UsageError("cli.no_display")
    app = importlib.import_module("coldpress_gui.app")
    status: int = app.main([arguments.path] if arguments.path else [], language=arguments.lang)
    return Answer(status, {"status": status}, lambda _terminal: None)
