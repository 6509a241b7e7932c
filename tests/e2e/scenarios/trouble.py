"""What can go wrong in a run: the window stays, says what happened, writes nothing by halves, and goes on."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QCheckBox, QPushButton
from tests.e2e import driver

from coldpress.events import Step
from coldpress.formats.protos import GraphDef
from coldpress.formats.tensors import from_array
from coldpress_gui.pages.convert import ConvertPage
from coldpress_gui.steps import StepId

if TYPE_CHECKING:
    from tests.e2e.driver import Driver

_FROZEN = Path(__file__).parents[2] / "fixtures" / "digits_qat" / "frozen.pb"


def trouble(person: Driver) -> None:
    """Go through it all; ``sys.argv[1]`` is an empty folder."""
    folder = Path(sys.argv[1])
    person.click(person.window.files_page.sample)
    person.wait_idle()
    to_types(person)
    _not_writable(person, folder)
    _killed(person, folder)
    _segfault(person, folder)


def to_types(person: Driver) -> None:
    """Click through the pages up to the page of types."""
    for step in (StepId.EVAL_GRAPH, StepId.ENDPOINTS, StepId.TYPES):
        person.next(step)
        person.wait_idle()


def _not_writable(person: Driver, folder: Path) -> None:
    blocked = folder / "file"
    blocked.write_text("a file, where a folder is wanted")
    # Not even an administrator can write below a file.
    person.fill(person.types_page().output.field, str(blocked / "digits.tflite"))
    person.wait_idle()
    person.convert()
    said = person.failure()
    assert str(blocked) in said, said
    person.facts["not_writable"] = said
    assert blocked.read_text().startswith("a file")
    blocked.unlink()
    _go_and_mend(person)


def _go_and_mend(person: Driver) -> None:
    """Click the button of the banner that leads to the page where the failure is mended."""
    banner = person.page(ConvertPage).banner
    person.click(banner.findChildren(QPushButton)[-1])
    person.at(StepId.TYPES)


def _killed(person: Driver, folder: Path) -> None:
    person.fill(person.types_page().output.field, str(folder / "digits.tflite"))
    person.wait_idle()
    os.kill(person.stop_worker_at(Step.SURVEY), signal.SIGKILL)
    person.ran()
    said = person.failure()
    assert "ended from outside" in said, said
    person.facts["killed"] = said
    nothing_in(folder)
    person.click(person.page(ConvertPage).start)
    person.ran()
    person.verified().unlink()


def _segfault(person: Driver, folder: Path) -> None:
    """Go on in spite of a range without end: the converter crashes, and the window does not."""
    model = folder / "spoilt.pb"
    model.write_bytes(_infinite_range())
    person.window.open(str(model))
    person.wait_idle()
    to_types(person)
    row = person.types_page().rows[0]
    for field, text in ((row.mean, "128"), (row.std, "127")):
        person.fill(field, text)
    person.fill(person.types_page().output.field, str(folder / "spoilt.tflite"))
    person.wait_idle()
    boxes = [box for box in person.types_page().findChildren(QCheckBox) if "all the same" in box.text()]
    person.facts["boxes"] = len(boxes)
    person.click(next(box for box in boxes if box.isVisible()))
    person.wait_idle()
    person.convert()
    said = person.failure()
    assert "crashed" in said, said
    person.facts["segfault"] = said
    model.unlink()
    nothing_in(folder)
    person.window.open_sample()
    person.wait_idle()
    to_types(person)
    person.fill(person.types_page().output.field, str(folder / "digits.tflite"))
    person.wait_idle()
    person.convert()
    person.verified()


def _infinite_range() -> bytes:
    graph = GraphDef()
    graph.ParseFromString(_FROZEN.read_bytes())
    nodes = {node.name: node for node in graph.node}
    for name, value in zip(
        nodes["Net/dw1/act_quant/FakeQuantWithMinMaxVars"].input[1:], (-np.inf, np.inf), strict=True
    ):
        node = nodes[name]
        while node.op == "Identity":
            node = nodes[node.input[0]]
        node.attr["value"].tensor.CopyFrom(from_array(np.array(value, np.float32)))
    return graph.SerializeToString()


def nothing_in(folder: Path) -> None:
    """Fail where a file is left, hidden ones too."""
    assert not list(folder.iterdir()), f"left behind: {list(folder.iterdir())}"


if __name__ == "__main__":
    sys.exit(driver.run(trouble))
