"""``make screenshots``: take the pictures of README.md from the real program, on a display of its own."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from PIL import Image
from tests.e2e.program import ROOT, Program, x_server

TARGET = ROOT / "resources" / "screenshots"
_SAMPLE = ROOT / "resources" / "coldpress_resources" / "sample"


def main() -> None:
    """Take them all and put them in place."""
    with tempfile.TemporaryDirectory(prefix="screenshots-") as name, x_server() as display:
        folder = Path(name)
        taken, model = folder / "taken", Path(name) / "digits"
        taken.mkdir()
        shutil.copytree(_SAMPLE, model)
        Program(display, folder).run("pictures", taken, working_folder=model)
        TARGET.mkdir(exist_ok=True)
        for path in sorted(taken.iterdir()):
            _shrink(path, TARGET / path.name)
            print(f"{(TARGET / path.name).relative_to(ROOT)}  {(TARGET / path.name).stat().st_size:,} bytes")


def _shrink(source: Path, target: Path) -> None:
    """Write a picture with 256 colours: a window has few, and a third of the bytes is left."""
    with Image.open(source) as picture:
        plain = picture.convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        plain.save(target, optimize=True)


if __name__ == "__main__":
    main()
