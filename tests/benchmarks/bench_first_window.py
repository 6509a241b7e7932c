"""The first window: from the start of the process until it is on the screen, against ``import tensorflow``.

Both sides end themselves at that moment, so that the time of the process is the time to measure. Needs Xvfb.

    python -m tests.benchmarks.bench_first_window --repeats 5
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.paired import Command, paired
from tests.e2e.program import ROOT, x_server

_WINDOW = """
import os, sys
from PySide6.QtCore import QTimer
from coldpress_gui import app

class Measured(app.App):
    def exec(self):
        def look():
            if self.windows[0].windowHandle().isExposed():
                assert "tensorflow" not in sys.modules
                os._exit(0)
        timer = QTimer(interval=1, timeout=look)
        timer.start()
        return super().exec()

app.App = Measured
from coldpress.cli.main import main
sys.argv = ["coldpress"]
main()
"""
_TENSORFLOW = "import os, tensorflow; os._exit(0)"


def run(repeats: int) -> None:
    """Measure and print a line."""
    with tempfile.TemporaryDirectory() as folder, x_server() as display:
        environment = {
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "PYTHONPATH": os.pathsep.join(entry for entry in (str(ROOT), *sys.path) if entry),
            **{name: str(Path(folder) / name) for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")},
        }
        pair = paired(
            Command("first window", (sys.executable, "-c", _WINDOW), environment),
            Command("import tensorflow", (sys.executable, "-c", _TENSORFLOW), environment),
            repeats=repeats,
        )
    print(pair.line("First window"))
    print(f"the window is there after {statistics.median(run.seconds for run in pair.first):.2f} s (median)")


def main() -> None:
    """Read how often to measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    run(parser.parse_args().repeats)


if __name__ == "__main__":
    main()
