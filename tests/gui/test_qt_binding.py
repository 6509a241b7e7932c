"""A guard against a broken binding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_twenty_thousand_void_calls_do_no_harm(qtbot: QtBot) -> None:
    """PySide6 6.12.0 on CPython 3.11 lost a reference to None on every void call and died after some 5,000."""
    label = QLabel()
    qtbot.addWidget(label)
    for number in range(20_000):
        label.setNum(number)
    assert label.text() == "19999"
