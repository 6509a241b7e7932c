"""A disk without room for the result: said, nothing half-written, and it works once there is room."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e import driver
from tests.e2e.scenarios.trouble import to_types

from coldpress_gui.pages.convert import ConvertPage

if TYPE_CHECKING:
    from tests.e2e.driver import Driver


def full_disk(person: Driver) -> None:
    """``sys.argv[1]`` is a disk of a megabyte."""
    disk = Path(sys.argv[1])
    filler = disk / "filler"
    _fill(filler)
    person.click(person.window.files_page.sample)
    person.wait_idle()
    to_types(person)
    person.fill(person.types_page().output.field, str(disk / "digits.tflite"))
    person.wait_idle()
    person.convert()
    said = person.failure()
    assert "free on that disk" in said, said
    person.facts["full_disk"] = said
    assert [path.name for path in disk.iterdir()] == ["filler"]
    filler.unlink()
    person.click(person.page(ConvertPage).start)
    person.ran()
    person.verified()


def _fill(path: Path) -> None:
    """Leave room for a page of memory at most."""
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 4096):
                pass
        except OSError:
            return


if __name__ == "__main__":
    sys.exit(driver.run(full_disk))
