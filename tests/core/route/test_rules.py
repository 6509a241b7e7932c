"""Which types fit a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.recipe import InferenceType

if TYPE_CHECKING:
    from coldpress.route.progress import Progress


def test_types_that_do_not_fit_a_trained_graph_say_why(read: Progress) -> None:
    assert read.derived is not None
    misfits = read.derived.misfits
    # int8 can be made legal by a change that a person accepts, so it can be chosen.
    assert set(misfits) == {InferenceType.FLOAT16, InferenceType.DYNAMIC, InferenceType.INT16X8}
