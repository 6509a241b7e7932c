"""Serves one model to one view: ``python -m coldpress_gui.netron.server MODEL NAME``.

A process of its own, because Netron keeps the served content in a class attribute: a second model in one process
would change what the first view shows. The model is linked (else copied) into a private folder under a plain name,
because Netron serves every file of the model's folder and puts the name into its page unescaped. Prints one JSON line
``{"host": …, "port": …}`` and ends when its standard input is closed.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path


def place_copy(model: Path, folder: Path, name: str) -> Path:
    """Put the model into ``folder`` under ``name``; a hard link costs nothing, and Netron follows no symbolic one."""
    target = folder / name
    try:
        os.link(model, target)
    except OSError:
        shutil.copyfile(model, target)
    return target


def main(model: str, name: str) -> int:
    """Serve ``model`` until standard input ends."""
    import netron

    with tempfile.TemporaryDirectory(prefix="coldpress-netron-", ignore_cleanup_errors=True) as folder:
        file = place_copy(Path(model), Path(folder), name)
        host, port = netron.start(str(file), address=("127.0.0.1", 0), browse=False)
        sys.__stdout__.write(json.dumps({"host": host, "port": port}) + "\n")  # type: ignore[union-attr]
        sys.__stdout__.flush()  # type: ignore[union-attr]
        sys.stdin.read()
        netron.stop((host, port))
    return 0


if __name__ == "__main__":
    # Netron reports what it serves on standard output, which is ours for one line only.
    sys.stdout = sys.stderr
    sys.exit(main(*sys.argv[1:3]))
