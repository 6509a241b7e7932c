"""One spelling for one place."""

from __future__ import annotations

import os
from pathlib import Path


def tidy(path: str | os.PathLike[str]) -> Path:
    """Return a path without ``.`` and ``..``, absolute only where a symbolic link makes ``..`` lead elsewhere."""
    plain = Path(os.path.normpath(path))
    if ".." not in Path(path).parts:
        return plain
    real = Path(os.path.realpath(path))
    return plain if Path(os.path.realpath(plain)) == real else real
