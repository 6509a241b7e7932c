"""A child that is busy must not outlive its parent.

``convert()`` holds Python's lock for minutes, so no thread here could notice that the parent is gone. The kernel can:
a pipe in ``O_ASYNC`` mode raises SIGIO when its other end closes, and SIGIO's default is to end the process. While a
job runs the parent writes nothing, so nothing else raises it. (``PR_SET_PDEATHSIG`` would not do: it follows the
parent's *thread*, and the window starts workers from short-lived ones.)
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def die_with(descriptor: int) -> Iterator[None]:
    """Let this process end as soon as the other end of a pipe is closed; does nothing on Windows."""
    _arm(descriptor, on=True)
    try:
        yield
    finally:
        _arm(descriptor, on=False)


def _arm(descriptor: int, *, on: bool) -> None:
    if sys.platform == "win32":
        return
    import fcntl  # noqa: PLC0415 - not on Windows

    with contextlib.suppress(OSError):
        fcntl.fcntl(descriptor, fcntl.F_SETOWN, os.getpid())
        flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
        fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_ASYNC if on else flags & ~os.O_ASYNC)
