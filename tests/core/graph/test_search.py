"""Searching: what is found, in which order, and what is said of bad patterns."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.graph.graphs import F32, graph, node, placeholder, variable

from coldpress.cancel import CancelToken
from coldpress.errors import Cancelled, UsageError
from coldpress.graph.graph import Graph
from coldpress.graph.inference import TensorTypes
from coldpress.graph.search import SearchIndex, SearchMode
from coldpress.sentences import say_error

GRAPH = graph(
    placeholder("Input", (None, 16, 16, 1)),
    variable("Net/Conv2d_0/weights", (3, 3, 1, 8)),
    node("Net/Conv2d_0/weights/read", "Identity", "Net/Conv2d_0/weights", T=F32),
    node("Net/Conv2d_0/Relu", "Relu", "Input", T=F32),
    node("Net/Logits", "Softmax", "Net/Conv2d_0/Relu", T=F32),
)


def _found(text: str, mode: SearchMode = SearchMode.PLAIN, *, types: bool = False) -> list[str]:
    index = SearchIndex(GRAPH)
    index = index.with_types(TensorTypes(GRAPH)) if types else index
    return [index.names[number] for number in index.search(text, mode)]


def test_plain_words_must_all_be_there() -> None:
    assert _found("conv2d") == ["Net/Conv2d_0/weights", "Net/Conv2d_0/weights/read", "Net/Conv2d_0/Relu"]
    assert _found("CONV2D read") == ["Net/Conv2d_0/weights/read"]
    assert _found("softmax") == ["Net/Logits"]
    assert _found("nothing like it") == []
    assert _found("  ") == [each.name for each in GRAPH]


def test_dtypes_and_shapes() -> None:
    assert _found("16x16") == []
    assert _found("16x16", types=True) == ["Input", "Net/Conv2d_0/Relu", "Net/Logits"]
    assert _found("3×3×1×8", types=True) == ["Net/Conv2d_0/weights", "Net/Conv2d_0/weights/read"]
    assert _found("float32 relu", types=True) == ["Net/Conv2d_0/Relu"]


def test_a_glob_fits_a_whole_field() -> None:
    assert _found("*/weights", SearchMode.GLOB) == ["Net/Conv2d_0/weights"]
    assert _found("net/conv2d_?/*", SearchMode.GLOB) == [each.name for each in GRAPH.nodes[1:4]]
    assert _found("relu*", SearchMode.GLOB) == ["Net/Conv2d_0/Relu"]
    assert _found("?x16x16x1", SearchMode.GLOB, types=True) == ["Input", "Net/Conv2d_0/Relu", "Net/Logits"]
    assert len(_found("*", SearchMode.GLOB)) == len(GRAPH)
    assert _found("[ij]nput", SearchMode.GLOB) == ["Input"]


def test_regular_expressions() -> None:
    assert _found(r"Conv\dD_\d+/W", SearchMode.REGEX) == ["Net/Conv2d_0/weights", "Net/Conv2d_0/weights/read"]
    assert _found(r"\S+ Softmax", SearchMode.REGEX) == ["Net/Logits"]
    assert _found(r"(?P<Part>net)/[G-L]", SearchMode.REGEX) == ["Net/Logits"]
    assert len(_found("", SearchMode.REGEX)) == len(GRAPH)


@pytest.mark.parametrize("text", ["(", "a{2,1}", "[z-a]", "*x", "(?P<n", "\\", "(?P<1>a)", "((" * 200])
def test_a_bad_pattern_is_said_in_words(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        _found(text, SearchMode.REGEX)
    assert caught.value.code == "search.bad_pattern"
    for language in ("en", "zh_CN"):
        assert text in say_error(caught.value, language=language).message
        assert "?," not in say_error(caught.value, language=language).message


@pytest.mark.parametrize("text", ["(a+)+$", "(x*)*y", "(?:a|b+)*$", "(a+){2,}"])
def test_a_pattern_that_may_never_end_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"search\.endless_pattern"):
        _found(text, SearchMode.REGEX)


def test_working_out_types_can_be_cancelled() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        SearchIndex(GRAPH).with_types(TensorTypes(GRAPH), token)


@given(st.text("abAB./_12", min_size=1, max_size=4))
def test_plain_search_finds_what_a_scan_finds(word: str) -> None:
    names = ["Ab/a.1", "b/B_2", "a", "12/1a/2B", "A/b/A"]
    whole = Graph([node(name, "NoOp") for name in names])
    index = SearchIndex(whole)
    expected = [number for number, name in enumerate(names) if word.lower() in f"{name} NoOp".lower()]
    assert index.search(word) == expected
    assert index.search(re.escape(word), SearchMode.REGEX) == expected
