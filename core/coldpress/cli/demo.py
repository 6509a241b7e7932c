"""``make run``: the wizard on the built-in sample or, without a display, the same job without a window."""

from __future__ import annotations

import sys
import tempfile
from importlib.resources import as_file, files
from pathlib import Path

from coldpress.cli.main import main
from coldpress.cli.sample import write_sample
from coldpress.cli.terminal import Terminal, is_display_there, system_language


def run() -> int:
    """Run the demonstration and return its exit status."""
    if is_display_there():
        with as_file(files("coldpress_resources") / "sample") as sample:
            return main([str(sample)])
    terminal = Terminal(language=system_language())
    terminal.print(terminal.text("cli.demo.no_display"))
    with tempfile.TemporaryDirectory(prefix="coldpress-demo-") as folder:
        write_sample(Path(folder))
        return main(["convert", str(Path(folder) / "digits.toml")])


if __name__ == "__main__":
    sys.exit(run())
