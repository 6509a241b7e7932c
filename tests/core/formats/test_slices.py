"""Keys and coverage of slices."""

from __future__ import annotations

import pytest

from coldpress.formats.protos import TensorSliceProto
from coldpress.formats.slices import FULL, Extent, covers, extents_of, resolved, slice_key


def test_keys_are_those_of_ordered_code() -> None:
    # Number 0, "v" ended by 0 1, number of dimensions, then start and length of each; -1 means all.
    assert slice_key("v", []) == b"\0v\0\1\0"
    assert slice_key("v", [Extent(0, FULL)]) == b"\0v\0\1\1\1\x80\x7f"
    assert slice_key("v", [Extent(3, 64)]) == b"\0v\0\1\1\1\x83\xc0\x40"
    assert slice_key("a\0b", [])[:6] == b"\0a\0\xffb\0"


@pytest.mark.parametrize("number", [0, 1, 63, 64, 8191, 8192, 1 << 20, 1 << 34, 1 << 41, 1 << 55, (1 << 62) + 1])
def test_keys_sort_as_numbers_do(number: int) -> None:
    assert slice_key("v", [Extent(number, 1)]) < slice_key("v", [Extent(number + 1, 1)])


def test_missing_lengths_mean_everything() -> None:
    proto = TensorSliceProto()
    proto.extent.add()
    proto.extent.add(start=2, length=3)
    assert extents_of(proto) == (Extent(0, FULL), Extent(2, 3))
    assert resolved(extents_of(proto), (7, 5)) == (Extent(0, 7), Extent(2, 3))


@pytest.mark.parametrize("extents", [[], [Extent(0, 1)], [Extent(0, 8), Extent(0, 1)], [Extent(-1, 2), Extent(0, 1)]])
def test_extents_must_fit_the_shape(extents: list[Extent]) -> None:
    with pytest.raises(ValueError, match=r"rank|outside"):
        resolved(extents, (7, 5))


def test_slices_must_cover_everything_once() -> None:
    left, right, middle = (Extent(0, 2), Extent(0, 2)), (Extent(0, 2), Extent(2, 2)), (Extent(0, 2), Extent(1, 2))
    assert covers([left, right], (2, 4))
    assert not covers([left], (2, 4))
    assert not covers([left, left], (2, 4))
    assert not covers([left, middle], (2, 4))
    assert covers([()], ())
    assert covers([(Extent(0, 0),)], (0,))
