"""Everything that belongs together, given any part of it."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.core.formats.bundles import Bundle

from coldpress.errors import InputError
from coldpress.formats.graph_files import read_graph
from coldpress.formats.model_files import find_model_files
from coldpress.formats.protos import GraphDef, MetaGraphDef

if TYPE_CHECKING:
    from pathlib import Path

    from coldpress.formats.model_files import ModelFiles


def relative(found: ModelFiles, folder: Path) -> tuple[str | None, str | None]:
    """Return the graph and the checkpoint to take, as seen from ``folder``."""
    graph = None if found.graph is None else os.path.relpath(found.graph, folder)
    return graph, None if found.checkpoint is None else os.path.relpath(found.checkpoint, folder)


def codes(found: ModelFiles) -> list[str]:
    return [note.code.removeprefix("formats.") for note in found.notes]


def save(folder: Path, *steps: int | str, meta: bool = True, variables: tuple[str, ...] = ("w",)) -> None:
    """Save a checkpoint (and its .meta) for each step."""
    folder.mkdir(parents=True, exist_ok=True)
    for step in steps:
        name = f"model.ckpt-{step}" if isinstance(step, int) else step
        bundle = Bundle()
        for variable in variables:
            bundle.add(variable, np.zeros(2, np.float32))
        bundle.write(folder / name)
        if meta:
            graph = MetaGraphDef(graph_def=graph_of(*variables, training=True))
            (folder / f"{name}.meta").write_bytes(graph.SerializeToString())


def graph_of(*variables: str, training: bool = False) -> GraphDef:
    graph = GraphDef(node=[{"name": "x", "op": "Placeholder"}])
    for name in variables:
        graph.node.add(name=name, op="VariableV2")
    if training:
        graph.node.add(name="train", op="ApplyGradientDescent")
    return graph


def state(folder: Path, name: str) -> None:
    (folder / "checkpoint").write_text(f'model_checkpoint_path: "{name}"\n')


PARTS_OF_TRAIN = [
    "", "checkpoint", "model.ckpt-2400.meta", "model.ckpt-2400.index", "model.ckpt-2400.data-00000-of-00001",
    "model.ckpt-2400",
]  # fmt: skip


@pytest.mark.parametrize("part", PARTS_OF_TRAIN)
def test_any_part_of_a_train_folder_leads_to_all_of_it(fixtures: Path, part: str) -> None:
    folder = fixtures / "digits_qat/train"
    found = find_model_files(folder / part)
    assert relative(found, folder) == ("model.ckpt-2400.meta", "model.ckpt-2400")
    assert len(found.files) == 6
    assert [entry.step for entry in found.checkpoints] == [2400, 1000]
    assert found.notes == ()


@pytest.mark.parametrize("part", ["model.ckpt-1000.index", "model.ckpt-1000.data-00000-of-00001", "model.ckpt-1000"])
def test_the_step_that_was_given_is_taken_with_the_nearest_graph(fixtures: Path, part: str) -> None:
    folder = fixtures / "digits_qat/train"
    assert relative(find_model_files(folder / part), folder) == ("model.ckpt-2400.meta", "model.ckpt-1000")


def test_what_each_file_is(fixtures: Path) -> None:
    files = {entry.path.name: entry for entry in find_model_files(fixtures / "digits_qat").files}

    def row(name: str) -> tuple[str, str, str]:
        entry = files[name]
        holds = ("g" * entry.has_structure, "w" * entry.has_weights, "s" * entry.has_signatures)
        return str(entry.kind), "".join(holds), entry.writer_api

    assert row("checkpoint") == ("checkpoint_state", "", "saver")
    assert row("model.ckpt-2400.meta") == ("meta_graph", "g", "saver")
    assert row("model.ckpt-2400.index") == ("checkpoint_index", "", "saver")
    assert row("model.ckpt-2400.data-00000-of-00001") == ("checkpoint_data", "w", "saver")
    assert row("model_v1.ckpt-2400") == ("checkpoint_v1", "w", "saver")
    assert row("eval.meta") == ("meta_graph", "g", "export_meta_graph")
    assert row("eval_graph.pb") == ("graph_def", "g", "write_graph")
    assert row("eval_graph.pbtxt") == ("graph_def_text", "g", "write_graph")
    assert row("frozen.pb") == ("graph_def", "gw", "freeze_graph")
    assert row("saved_model.pb") == ("saved_model", "gs", "saved_model_builder")
    assert row("events.out.tfevents.1795460718.vm") == ("event_file", "g", "summary_writer")
    assert files["model.ckpt-2400.meta"].facts["step"] == 2400
    assert files["model.ckpt-2400.meta"].facts["bytes"] == 680652


def test_a_folder_above_is_looked_through(fixtures: Path) -> None:
    folder = fixtures / "digits_qat"
    found = find_model_files(folder)
    assert relative(found, folder) == ("eval.meta", "train/model.ckpt-2400")
    assert {entry.format for entry in found.checkpoints} == {"v1", "v2"}


def test_an_eval_graph_of_the_same_model_comes_first(fixtures: Path) -> None:
    folder = fixtures / "broken/good"
    found = find_model_files(folder)
    assert [entry.path.name for entry in found.graph_sources] == ["eval_graph.pb", "model.ckpt-7.meta"]
    assert relative(find_model_files(folder / "model.ckpt-7.meta"), folder) == ("model.ckpt-7.meta", "model.ckpt-7")


def test_an_eval_graph_that_reads_moving_averages_comes_after_the_plain_one(fixtures: Path) -> None:
    folder = fixtures / "older/tf1.12.3/float_cond"
    names = [entry.path.name for entry in find_model_files(folder).graph_sources]
    assert names[:3] == ["eval_graph.pb", "eval_ema.meta", "model.ckpt-500.meta"]


def test_a_graph_of_another_model_is_not_put_first(tmp_path: Path) -> None:
    save(tmp_path, 5)
    (tmp_path / "another.pb").write_bytes(graph_of("w", "other").SerializeToString())
    (tmp_path / "training.pb").write_bytes(graph_of("w", training=True).SerializeToString())
    (tmp_path / "frozen.pb").write_bytes(graph_of().SerializeToString())
    assert relative(find_model_files(tmp_path), tmp_path)[0] == "model.ckpt-5.meta"
    (tmp_path / "eval.pb").write_bytes(graph_of("w").SerializeToString())
    assert relative(find_model_files(tmp_path), tmp_path)[0] == "eval.pb"


def test_a_frozen_graph_needs_no_checkpoint(fixtures: Path) -> None:
    folder = fixtures / "digits_qat"
    assert relative(find_model_files(folder / "frozen.pb"), folder) == ("frozen.pb", None)
    with_checkpoint = find_model_files(folder / "frozen.pb", checkpoint=str(folder / "train/model.ckpt-1000"))
    assert relative(with_checkpoint, folder) == ("frozen.pb", "train/model.ckpt-1000")


def test_a_lone_graph_finds_its_weights_one_folder_down(fixtures: Path, tmp_path: Path) -> None:
    folder = fixtures / "digits_qat"
    for name in ("eval.meta", "eval_graph.pb", "eval_graph.pbtxt"):
        assert relative(find_model_files(folder / name), folder) == (name, "train/model.ckpt-2400")
    save(tmp_path / "unrelated", 9, variables=("other",))
    (tmp_path / "g.pb").write_bytes(graph_of("w").SerializeToString())
    assert relative(find_model_files(tmp_path / "g.pb"), tmp_path) == ("g.pb", None)


@pytest.mark.parametrize("part", ["", "saved_model.pb", "variables/variables.index", "variables/variables"])
def test_a_saved_model_belongs_with_its_variables(fixtures: Path, part: str) -> None:
    folder = fixtures / "digits_qat/saved_model"
    found = find_model_files(folder / part)
    assert relative(found, folder) == ("saved_model.pb", "variables/variables")
    assert len(found.files) == 3


def test_an_event_file_alone_is_a_graph(fixtures: Path) -> None:
    folder = fixtures / "digits_qat/events"
    assert relative(find_model_files(folder), folder) == ("events.out.tfevents.1795460718.vm", None)


def test_a_v1_checkpoint_is_found(fixtures: Path) -> None:
    folder = fixtures / "digits_qat/train_v1"
    for part in ("", "checkpoint", "model_v1.ckpt-2400"):
        found = find_model_files(folder / part)
        assert relative(found, folder) == (None, "model_v1.ckpt-2400")
        assert [(entry.format, entry.step) for entry in found.checkpoints] == [("v1", 2400)]


def test_the_newest_step_counts_by_number(tmp_path: Path) -> None:
    save(tmp_path, 9, 10, 100, 99)
    assert relative(find_model_files(tmp_path), tmp_path) == ("model.ckpt-100.meta", "model.ckpt-100")
    state(tmp_path, "model.ckpt-9")
    found = find_model_files(tmp_path)
    assert relative(found, tmp_path)[1] == "model.ckpt-100"
    assert codes(found) == ["state_not_newest"]


def test_names_without_a_step_follow_the_state_file(tmp_path: Path) -> None:
    save(tmp_path, "first", "second")
    for name in ("first", "second"):
        state(tmp_path, name)
        found = find_model_files(tmp_path)
        assert relative(found, tmp_path) == (f"{name}.meta", name)
        assert codes(found) == []


def test_the_nearest_meta_graph_stands_in_for_a_missing_one(tmp_path: Path) -> None:
    save(tmp_path, 10, 500)
    save(tmp_path, 400, meta=False)
    assert relative(find_model_files(tmp_path / "model.ckpt-400.index"), tmp_path)[0] == "model.ckpt-500.meta"


def test_the_checkpoint_that_was_chosen_is_taken(tmp_path: Path) -> None:
    save(tmp_path / "a", 10, 500)
    save(tmp_path / "b", 7)
    for chosen in (str(tmp_path / "a/model.ckpt-10"), str(tmp_path / "a/model.ckpt-10.index"), "model.ckpt-10"):
        found = find_model_files(tmp_path / "a", checkpoint=chosen)
        assert relative(found, tmp_path) == ("a/model.ckpt-10.meta", "a/model.ckpt-10")
    found = find_model_files(tmp_path / "a", checkpoint=str(tmp_path / "b/model.ckpt-7"))
    assert relative(found, tmp_path) == ("a/model.ckpt-10.meta", "b/model.ckpt-7")
    with pytest.raises(InputError, match="no_checkpoint"):
        find_model_files(tmp_path / "a", checkpoint="model.ckpt-11")


def test_a_state_file_elsewhere_brings_its_folder(fixtures: Path) -> None:
    found = find_model_files(fixtures / "broken/state_relative_other_dir")
    assert relative(found, fixtures / "broken") == ("good/eval_graph.pb", "good/model.ckpt-7")
    assert codes(found) == ["state_elsewhere"]


def test_paths_are_said_as_they_were_given(fixtures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(fixtures / "digits_qat")
    for path in ("train", "./train/", "saved_model/../train"):
        found = find_model_files(path)
        assert (str(found.graph), found.checkpoint) == ("train/model.ckpt-2400.meta", "train/model.ckpt-2400")
        assert len(found.files) == 6
    monkeypatch.chdir(fixtures / "digits_qat/train")
    assert str(find_model_files(".").graph) == "model.ckpt-2400.meta"
    assert str(find_model_files("model.ckpt-1000.index").checkpoint) == "model.ckpt-1000"


def test_a_link_is_not_led_astray_by_dots(fixtures: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(fixtures / "digits_qat/train")
    found = find_model_files(tmp_path / "link/../train_v1")
    assert found.checkpoint == os.path.realpath(fixtures / "digits_qat/train_v1/model_v1.ckpt-2400")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("notes.txt", b"some words", "is_text"),
        ("model.tflite", b"\0\0\0\0TFL3" + bytes(50), "is_tflite"),
        ("model.h5", b"\x89HDF\r\n\x1a\n", "is_keras_h5"),
        ("model.ckpt-1.meta", b"", "is_empty"),
        ("page.pb", b"<html></html>", "is_html"),
        ("odd.pb", bytes(200), "is_unknown"),
    ],
)
def test_a_file_that_is_no_part_of_a_model_is_named(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=f"formats.{code}"):
        find_model_files(tmp_path / name)
    with pytest.raises(InputError, match=r"no_model|is_empty|is_html"):
        find_model_files(tmp_path)


def test_what_a_failed_download_left_is_noted(tmp_path: Path) -> None:
    save(tmp_path, 5)
    (tmp_path / "model.ckpt-5.meta").write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    found = find_model_files(tmp_path)
    assert (found.graph, codes(found)) == (None, ["misnamed"])
    assert found.notes[0].facts["kind"] == "git_lfs"


def test_an_empty_folder_and_a_state_file_alone_say_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no_model"):
        find_model_files(tmp_path)
    state(tmp_path, "model.ckpt-7")
    with pytest.raises(InputError, match="state_names_nothing"):
        find_model_files(tmp_path)
    for name in ("nothing", "a\0b", "\ud800"):
        with pytest.raises(InputError, match="missing"):
            find_model_files(tmp_path / name)
        with pytest.raises(InputError, match="missing"):
            read_graph(tmp_path / name)


def test_a_damaged_index_is_still_a_checkpoint(fixtures: Path) -> None:
    for part in ("", "model.ckpt-7.index", "checkpoint"):
        found = find_model_files(fixtures / "broken/truncated_index" / part)
        assert found.checkpoint is not None
        assert found.checkpoint.endswith("model.ckpt-7")


def test_unfinished_files_of_a_saver_are_left_out(tmp_path: Path) -> None:
    save(tmp_path, 5)
    shutil.copy(tmp_path / "model.ckpt-5.index", tmp_path / "model.ckpt-6.index.tempstate123")
    (tmp_path / "model.ckpt-6_temp_abc").mkdir()
    assert [entry.step for entry in find_model_files(tmp_path).checkpoints] == [5]


def test_a_folder_full_of_other_files_is_read_in_no_time(tmp_path: Path) -> None:
    for number in range(6000):
        (tmp_path / f"a{number}.jpg").touch()
    save(tmp_path, 5)
    assert relative(find_model_files(tmp_path), tmp_path) == ("model.ckpt-5.meta", "model.ckpt-5")
