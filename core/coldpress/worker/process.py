"""What the child can ask and tell the kernel about itself."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path


def memory() -> int:
    """Return the memory of this process in bytes; its peak where the present figure cannot be had, 0 on Windows."""
    with contextlib.suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    if sys.platform == "win32":
        return 0
    import resource  # noqa: PLC0415 - not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def be_first_to_go() -> None:
    """Where memory runs out, let the kernel take this process, not the window with the person's choices."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("800", encoding="ascii")
