"""Which variable lies under which key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.core.freeze.small_graphs import MemoryCheckpoint, graph, node, saver, variable

from coldpress.formats.checkpoint import open_checkpoint
from coldpress.formats.graph_files import read_graph
from coldpress.formats.protos import TrackableObjectGraph, VariableDef
from coldpress.freeze.match import match
from coldpress.freeze.renaming import Renaming
from coldpress.freeze.saved_as import SavedAs, Slice, parse_slice
from coldpress.freeze.variables import find_saved, graph_variables
from coldpress.graph.loading import graph_from

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.freeze.match import Match


def _match(folder: Path) -> Match:
    (meta,) = folder.glob("*.meta")
    return match(graph_from(read_graph(meta).parts), open_checkpoint(meta.with_suffix("")))


def test_a_pair_that_belongs_together_matches(fixtures: Path) -> None:
    matched = _match(fixtures / "broken" / "good")
    assert len(matched.matched) == 7
    others = (matched.missing, matched.unused, matched.different_shape, matched.unsaved)
    assert [len(group) for group in others] == [0, 0, 0, 0]
    assert matched.renaming is None


def test_a_missing_variable_is_named(fixtures: Path) -> None:
    matched = _match(fixtures / "broken" / "ckpt_lacks_variable")
    assert [variable.name for variable in matched.missing] == ["Tiny/extra_scale"]
    assert len(matched.matched) == 7


def test_another_scope_is_recognised(fixtures: Path) -> None:
    matched = _match(fixtures / "broken" / "ckpt_other_scope")
    assert matched.matched == ()
    assert matched.renaming == Renaming("Tiny/", "Small/", 7)
    assert len(matched.unused) == 7


def test_other_shapes_are_told_with_both(fixtures: Path) -> None:
    matched = _match(fixtures / "broken" / "ckpt_other_shape")
    shapes = {d.variable.name: (d.variable.shape, d.stored.shape) for d in matched.different_shape}
    assert shapes["Tiny/conv/weights"] == ((3, 3, 1, 3), (3, 3, 1, 5))
    assert len(shapes) == 6
    assert len(matched.matched) == 1


def test_moving_averages_are_offered(fixtures: Path) -> None:
    shadows = _match(fixtures / "digits_float" / "tfdata" / "train").ema_shadows
    assert len(shadows) == 17
    assert shadows["DigitsNet/Conv2d_0/weights"] == "DigitsNet/Conv2d_0/weights/ExponentialMovingAverage"


def test_variables_that_the_saver_leaves_out_are_not_missing(fixtures: Path) -> None:
    matched = _match(fixtures / "older" / "tf1.14.0" / "keras_graph" / "train")
    assert [variable.name for variable in matched.unsaved] == ["total", "count"]
    assert matched.missing == ()


def test_the_savers_own_keys_win(fixtures: Path) -> None:
    folder = fixtures / "older" / "tf1.12.3" / "float_cond"
    matched = match(
        graph_from(read_graph(folder / "eval_ema.meta").parts), open_checkpoint(folder / "train" / "model.ckpt-500")
    )
    assert len(matched.renamed) == 17
    assert all(variable.key == f"{variable.name}/ExponentialMovingAverage" for variable in matched.renamed)


def test_every_kind_of_variable_is_found() -> None:
    ops = ("Variable", "VariableV2", "VarHandleOp", "AutoReloadVariable")
    nodes = [variable(op, [3, None], "float16", op) for op in ops]
    found = graph_variables(graph(nodes, variable("temporary", op="TemporaryVariable"), node("Const", "c")))
    assert [(v.name, v.dtype, v.shape, v.key) for v in found] == [(op, "float16", (3, None), op) for op in ops]
    assert [v.is_resource for v in found] == [False, False, True, False]


def test_an_unknown_rank_takes_any_shape() -> None:
    anything = variable("v")
    anything.attr["shape"].shape.unknown_rank = True
    matched = match(graph(anything), MemoryCheckpoint.of({"v": [7, 1, 2]}))
    assert [v.shape for v in matched.matched] == [None]


def test_a_handle_goes_by_its_shared_name() -> None:
    handle = variable("import/w", op="VarHandleOp")
    handle.attr["shared_name"].s = b"w"
    assert find_saved(graph(handle), MemoryCheckpoint.of({"w": [2]})) == {"import/w": SavedAs("w")}
    assert find_saved(graph(handle), MemoryCheckpoint.of({"import/w": [2]})) == {"import/w": SavedAs("import/w")}


def test_of_several_savers_the_one_that_wrote_the_checkpoint_is_asked() -> None:
    """A train graph often has a second Saver, for the weights of a pretrained model under their old names."""
    nodes = [variable("a"), variable("b"), variable("step", [])]
    pretrained = saver("save", {"a": "b", "b": "old/b"})
    own = saver("save_1", {"a": "a", "b": "b", "step": "step"})
    saved = find_saved(graph(nodes, pretrained, own), MemoryCheckpoint.of({"a": [2], "b": [2], "step": []}))
    assert saved == {name: SavedAs(name) for name in ("a", "b", "step")}
    saved = find_saved(graph(nodes, pretrained, own), MemoryCheckpoint.of({"b": [2], "old/b": [2]}))
    assert saved == {"a": SavedAs("b"), "b": SavedAs("old/b"), "step": SavedAs("step")}


def test_a_saver_is_followed_through_copies_and_reads() -> None:
    nodes = [
        variable("handle", op="VarHandleOp"),
        node("ReadVariableOp", "handle/Read", "handle"),
        node("Identity", "copy", "handle/Read"),
    ]
    key = {"copy": "somewhere/else"}
    saved = find_saved(graph(nodes, saver("save", key)), MemoryCheckpoint.of({"somewhere/else": [2], "handle": [2]}))
    assert saved["handle"] == SavedAs("somewhere/else")


def test_a_key_of_the_wrong_shape_gives_way_to_the_right_one() -> None:
    nodes = [variable("a", [2]), *saver("save", {"a": "b"})]
    assert find_saved(graph(nodes), MemoryCheckpoint.of({"b": [3], "a": [2]}))["a"] == SavedAs("a")


def test_object_based_checkpoints_are_read_by_variable_name() -> None:
    objects = TrackableObjectGraph()
    objects.nodes.add().attributes.add(
        name="VARIABLE_VALUE", full_name="dense/kernel", checkpoint_key="layer/kernel/.ATTRIBUTES/VARIABLE_VALUE"
    )
    checkpoint = MemoryCheckpoint(
        **{
            "_CHECKPOINTABLE_OBJECT_GRAPH": np.array(objects.SerializeToString(), object),
            "layer/kernel/.ATTRIBUTES/VARIABLE_VALUE": np.zeros(2, np.float32),
        }
    )
    matched = match(graph(variable("dense/kernel", op="VarHandleOp")), checkpoint)
    assert [v.key for v in matched.matched] == ["layer/kernel/.ATTRIBUTES/VARIABLE_VALUE"]
    assert matched.unused == ()


def test_a_shadow_in_a_scope_of_its_own_is_found_and_a_doubtful_one_is_not() -> None:
    nodes = [variable("w"), variable("v"), variable("u"), variable("x/w")]
    keys = {
        "w": [2], "v": [2], "u": [2], "x/w": [2], "train/w/ExponentialMovingAverage": [2],
        "x/w/ExponentialMovingAverage": [2], "v/ema": [3], "a/u/ema": [2], "b/u/ema": [2],
    }  # fmt: skip
    shadows = match(graph(nodes), MemoryCheckpoint.of(keys)).ema_shadows
    assert shadows == {"x/w": "x/w/ExponentialMovingAverage"}
    del keys["x/w/ExponentialMovingAverage"]
    shadows = match(graph(nodes), MemoryCheckpoint.of(keys)).ema_shadows
    assert shadows == {"w": "train/w/ExponentialMovingAverage"}


def test_one_namesake_is_no_renaming() -> None:
    matched = match(graph(variable("new/bias")), MemoryCheckpoint.of({"old/bias": [2]}))
    assert matched.renaming is None


def test_only_what_is_needed_is_compared_and_then_nothing_counts_as_left_out() -> None:
    nodes = [variable("a"), variable("counter"), *saver("save", {"a": "a"})]
    checkpoint = MemoryCheckpoint.of({"a": [2]})
    assert [v.name for v in match(graph(nodes), checkpoint).unsaved] == ["counter"]
    needed = match(graph(nodes), checkpoint, within={"counter"})
    assert [v.name for v in needed.missing] == ["counter"]
    assert needed.matched == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("20 5 0,10:-", Slice((20, 5), (0, 0), (10, 5))),
        ("7 3,4", Slice((7,), (3,), (4,))),
        ("20 5 0,10", None),
        ("nonsense", None),
        ("2 x,1", None),
    ],
)
def test_slices_are_read_as_saver_writes_them(text: str, expected: Slice | None) -> None:
    assert parse_slice(text) == expected


def test_parts_are_told_by_a_variable_def() -> None:
    definition = VariableDef(variable_name="anything:0")
    info = definition.save_slice_info_def
    info.full_name = "whole"
    info.full_shape.extend([4, 3])
    info.var_offset.extend([2, 0])
    info.var_shape.extend([2, 3])
    saved = find_saved(graph(variable("anything", [2, 3])), MemoryCheckpoint.of({"whole": [4, 3]}), [definition])
    assert saved["anything"] == SavedAs("whole", Slice((4, 3), (2, 0), (2, 3)))


def test_parts_are_told_by_their_shapes() -> None:
    parts = [variable(f"t/part_{i}", [size, 3]) for i, size in ((10, 1), (0, 2), (1, 1))]
    saved = find_saved(graph(parts), MemoryCheckpoint.of({"t": [4, 3]}))
    assert {name: place.slice.offset for name, place in saved.items() if place.slice} == {
        "t/part_0": (0, 0), "t/part_1": (2, 0), "t/part_10": (3, 0),
    }  # fmt: skip


@pytest.mark.parametrize("shapes", [[(2, 3), (3, 3)], [(2, 3), (2, None)], [(4, 3), (4, 3)], [(2,), (2,)]])
def test_parts_that_do_not_add_up_are_missing(shapes: list[tuple[int | None, ...]]) -> None:
    parts = [variable(f"t/part_{i}", shape) for i, shape in enumerate(shapes)]
    matched = match(graph(parts), MemoryCheckpoint.of({"t": [4, 3]}))
    assert [v.name for v in matched.missing] == ["t/part_0", "t/part_1"]
