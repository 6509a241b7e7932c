"""Order of the data flow, cycles, and what lies inside loops."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from tests.core.graph.graphs import F32, graph, node, placeholder, read

from coldpress.graph.frames import outermost_frames
from coldpress.graph.order import cycle, topological

FIXTURES = Path(__file__).parents[2] / "fixtures"


def test_each_node_comes_after_its_inputs() -> None:
    whole = read(FIXTURES / "digits_qat/train/model.ckpt-2400.meta")
    order = topological(whole)
    assert order.stuck == ()
    assert topological(whole) is order
    place = {name: number for number, name in enumerate(order.names)}
    assert len(place) == len(whole)
    for each in whole:
        for tensor in whole.data_inputs(each.name):
            assert place[tensor.node] < place[each.name]


def test_a_cycle_is_named() -> None:
    whole = read(FIXTURES / "broken/graphs/cycle.pb")
    order = topological(whole)
    found = cycle(whole, order.stuck)
    assert sorted(found) == ["a", "b"]
    assert cycle(whole, ()) == ()


def test_control_edges_do_not_count() -> None:
    whole = graph(placeholder("x", (1,)), node("a", "Relu", "x", "^b", T=F32), node("b", "Relu", "a", T=F32))
    assert topological(whole).stuck == ()


def test_what_lies_behind_a_cycle_is_not_part_of_it() -> None:
    names = ("a", "b", "c", "d", "e")
    reads = {"a": "c", "b": "a", "c": "b", "d": "c", "e": "d"}
    whole = graph(*(node(name, "Relu", reads[name], T=F32) for name in names))
    order = topological(whole)
    assert order.stuck == names
    assert sorted(cycle(whole, tuple(reversed(order.stuck)))) == ["a", "b", "c"]


def test_a_while_loop_is_no_cycle() -> None:
    whole = read(FIXTURES / "broken/graphs/while_loop.pb")
    order = topological(whole)
    assert order.stuck == ()
    inside = outermost_frames(whole, order.names)
    assert {whole[name].op for name in inside} >= {"Enter", "Merge", "Switch", "NextIteration", "Exit", "LoopCond"}
    assert "output" not in inside
    assert "input" not in inside


def test_nested_loops_belong_to_the_outermost() -> None:
    whole = graph(
        placeholder("x", (1,)),
        node("outer", "Enter", "x", T=F32, frame_name="outer"),
        node("inner", "Enter", "outer", T=F32, frame_name="inner"),
        node("exit_inner", "Exit", "inner", T=F32),
        node("between", "Relu", "exit_inner", T=F32),
        node("exit_outer", "Exit", "between", T=F32),
        node("after", "Relu", "exit_outer", T=F32),
    )
    inside = outermost_frames(whole, topological(whole).names)
    assert set(inside) == {"outer", "inner", "exit_inner", "between", "exit_outer"}
    assert set(inside.values()) == {"outer"}


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25))
def test_stuck_means_on_or_behind_a_cycle(edges: list[tuple[int, int]]) -> None:
    nodes = [node(str(n), "AddN", *(str(a) for a, b in edges if b == n), T=F32) for n in range(10)]
    whole = graph(*nodes)
    order = topological(whole)
    assert sorted((*order.names, *order.stuck)) == sorted(each.name for each in whole)
    found = cycle(whole, order.stuck)
    assert bool(found) == bool(order.stuck)
    for before, after in zip(found, (*found[1:], *found[:1]), strict=True):
        assert before in whole[after].input
