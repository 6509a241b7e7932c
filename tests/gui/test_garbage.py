"""The collector of reference cycles works in the thread of the window, when nothing else runs."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import pytest

from coldpress_gui.garbage import GarbageCollector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication


class Node:
    """Something that can refer to itself."""

    other: Node


def make_cycle() -> weakref.ref[Node]:
    node = Node()
    node.other = node
    return weakref.ref(node)


@pytest.fixture
def busy() -> list[bool]:
    return []


@pytest.fixture
def collector(qapp: QApplication, busy: list[bool]) -> Iterator[GarbageCollector]:
    gc.collect()
    collector = GarbageCollector(lambda: bool(busy))
    collector.start()
    yield collector
    collector.stop()
    gc.unfreeze()


def test_cycles_wait_for_the_window_and_for_the_background(collector: GarbageCollector, busy: list[bool]) -> None:
    assert not gc.isenabled()
    cycle = make_cycle()
    kept = [[] for _ in range(10_000)]  # type: ignore[var-annotated]
    assert cycle() is not None
    busy.append(True)
    collector.look()
    assert cycle() is not None
    busy.clear()
    collector.look()
    assert cycle() is None
    assert kept


def test_too_many_objects_are_set_apart(collector: GarbageCollector) -> None:
    before = gc.get_freeze_count()
    kept = [[] for _ in range(100_000)]  # type: ignore[var-annotated]
    collector.look()
    assert gc.get_freeze_count() > before + len(kept) // 2
    assert gc.get_count()[0] < 5_000


def test_python_goes_on_by_itself_afterwards(collector: GarbageCollector) -> None:
    collector.stop()
    assert gc.isenabled()
