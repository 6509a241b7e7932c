"""A report that is shared names no private folder."""

from __future__ import annotations

from pathlib import Path

from coldpress_gui.error_dialog import report_of
from coldpress_gui.logs import without_private_paths


def test_paths_are_cut_to_their_last_part() -> None:
    text = (
        f'File "{Path.home()}/clients/acme/model.py", line 3\nC:\\Users\\anna\\x.pb and /srv/secret/model.ckpt-7.meta!'
    )
    shared = without_private_paths(text)
    assert "acme" not in shared
    assert "anna" not in shared
    assert "secret" not in shared
    assert "model.py" in shared
    assert "x.pb" in shared


def test_figures_and_node_names_stay() -> None:
    assert without_private_paths("Net/c0/weights 3/4") == "Net/c0/weights 3/4"


def test_a_report_says_what_and_where_in_the_program() -> None:
    try:
        raise ValueError("bad thing")
    except ValueError as error:
        report = report_of(error)
    assert "ValueError: bad thing" in report
    assert "test_logs.py" in report
    assert str(Path(__file__).parent) not in report
