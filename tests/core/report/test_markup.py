"""Text stays text; drawings have their numbers."""

from __future__ import annotations

from xml.etree.ElementTree import tostring

import numpy as np
import pytest

from coldpress.report.axis import axis
from coldpress.report.markup import document, tag
from coldpress.report.plots import histogram, labelled_points, scatter_plot
from coldpress.report.words import size_text, time_text
from coldpress.verify.scatter import Scatter


def test_text_and_attributes_are_escaped() -> None:
    page = document(tag("p", "<script>", tag("b", "&"), '"after"', title='"><i>'))
    assert page == '<!DOCTYPE html>\n<p title="&quot;&gt;<i&gt;">&lt;script&gt;<b>&amp;</b>"after"</p>\n'


def test_characters_that_no_document_may_hold_are_replaced() -> None:
    assert "\x00" not in document(tag("p", "a\x00b\ud800"))


def test_attributes_are_spelled_as_html_has_them() -> None:
    made = tag("p", css="muted", aria_hidden="true", x=1.50, name="n")
    assert made.attrib == {"class": "muted", "aria-hidden": "true", "x": "1.5", "name": "n"}


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-3e-9, 4e-9), (12345, 98765), (5, 5), (0, 0), (-1, -1)])
def test_ticks_are_round_and_within(low: float, high: float) -> None:
    made = axis(low, high, 0, 100)
    ticks = made.ticks()
    assert 2 <= len(ticks) <= 7
    assert all(-1e-6 <= made.place(tick) <= 100 + 1e-6 for tick in ticks)


def test_values_that_are_not_finite_are_left_out() -> None:
    values = np.array([0.0, 1.0, np.nan, np.inf], np.float32)
    scatter = Scatter("out", values, np.array([0.0, 1.0, 1.0, 1.0], np.float32))
    plot = scatter_plot(scatter, ("x", "y"), "title")
    assert plot is not None
    assert "nan" not in tostring(plot, encoding="unicode")
    nothing = Scatter("out", values[2:], values[2:])
    assert scatter_plot(nothing, ("x", "y"), "title") is None
    assert histogram(nothing, ("x", "y"), "title") is None


def test_names_of_neighbours_do_not_overlap() -> None:
    plot = labelled_points([(10.0, 30.0, "int8", "verified"), (10.4, 30.5, "int16x8", "failed")], ("x", "y"), "title")
    assert plot is not None
    places = [(float(e.get("x", 0)), float(e.get("y", 0))) for e in plot.iter("text") if e.get("class") == "label"]
    (x1, y1), (x2, y2) = places
    assert abs(y1 - y2) >= 13 or abs(x1 - x2) > 40


def test_sizes_and_times_as_a_person_reads_them() -> None:
    assert [size_text(n) for n in (0, 1023, 1024, 5 << 20)] == ["0 bytes", "1,023 bytes", "1.0 KB", "5.0 MB"]
    assert [time_text(s) for s in (9.45e-6, 0.0123, 2.5)] == ["9.45 µs", "12.3 ms", "2.5 s"]
