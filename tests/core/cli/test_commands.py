"""``inspect``, ``eval-graph``, ``sample``, and what goes wrong: statuses, sentences, languages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.core.cli import contract

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.core.cli.conftest import Ran

_FILES = (
    "digits_qat/train",
    "digits_qat/train/model.ckpt-2400.meta",
    "digits_qat/train/model.ckpt-2400.index",
    "digits_qat/train/model.ckpt-2400.data-00000-of-00001",
    "digits_qat/train/checkpoint",
    "digits_qat/eval_graph.pb",
    "digits_qat/eval_graph.pbtxt",
    "digits_qat/events/events.out.tfevents.1795460718.vm",
    "digits_qat/saved_model",
    "digits_qat/frozen.pb",
    "digits_qat/eval.meta",
    "digits_qat/train_v1/model_v1.ckpt-2400",
)


@pytest.mark.parametrize("name", _FILES)
def test_inspect_answers_for_every_kind_of_file(coldpress: Callable[..., Ran], fixtures: Path, name: str) -> None:
    ran = coldpress("inspect", fixtures / name, "--json")
    data = ran.json(contract.INSPECT)
    assert ran.status == 0
    if data["graph"]:
        assert data["graph"]["quantized"]
        assert data["inputs"][0]["tensor"] == "input:0"
        assert "Net/Predictions/Reshape_1" in {output["operation"] for output in data["outputs"]}


def test_inspect_tells_training_from_inference(coldpress: Callable[..., Ran], fixtures: Path) -> None:
    verdicts = {
        name: coldpress("inspect", fixtures / "digits_qat" / name, "--json").json(contract.INSPECT)["graph"]["training"]
        for name in ("train", "eval_graph.pb", "frozen.pb")
    }
    assert verdicts == {"train": True, "eval_graph.pb": False, "frozen.pb": False}


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_inspect_speaks_to_a_person(coldpress: Callable[..., Ran], fixtures: Path, language: str) -> None:
    ran = coldpress("inspect", fixtures / "digits_qat/train", "--lang", language)
    assert ran.status == 0
    assert "2390" in ran.out
    assert bool(re.search("[\u4e00-\u9fff]", ran.out)) is (language == "zh_CN")
    assert not re.search(r"\b(cli|formats|graph|eval_graph|endpoints)\.[a-z_]+\.[a-z_]+", ran.out)


def test_eval_graph_lists_its_changes(coldpress: Callable[..., Ran], fixtures: Path, tmp_path: Path) -> None:
    target = tmp_path / "eval.pb"
    listed = tmp_path / "changes.json"
    ran = coldpress("eval-graph", fixtures / "digits_qat/train", "-o", target, "--json", "--changes", listed)
    data = ran.json(contract.EVAL_GRAPH)
    assert json.loads(listed.read_text(encoding="utf-8")) == {"counts": data["counts"], "changes": data["changes"]}
    assert data["counts"]["fake_quant"] > 5
    assert (ran.status, data["nodes_before"]) == (0, 2390)
    assert data["nodes_after"] < 500
    assert len(data["changes"]) > 20
    again = coldpress("inspect", target, "--json").json(contract.INSPECT)
    assert not again["graph"]["training"]


def test_the_sample_is_written_once(coldpress: Callable[..., Ran], tmp_path: Path) -> None:
    assert coldpress("sample", tmp_path).status == 0
    assert coldpress("sample", tmp_path).status == 0
    (tmp_path / "digits.toml").write_text("mine", encoding="utf-8")
    ran = coldpress("sample", tmp_path, "--json")
    assert (ran.status, ran.json(contract.FAILURE)["error"]["code"]) == (3, "cli.sample.exists")
    assert (tmp_path / "digits.toml").read_text(encoding="utf-8") == "mine"


def test_no_display_is_said_in_one_line(coldpress: Callable[..., Ran]) -> None:
    ran = coldpress(WAYLAND_DISPLAY="")
    assert ran.status == 2
    assert "coldpress convert" in ran.err
    assert ran.out == ""


def test_wrong_usage_is_status_2_also_as_json(coldpress: Callable[..., Ran]) -> None:
    ran = coldpress("convert", "--nonsense", "--json")
    assert (ran.status, ran.json(contract.FAILURE)["error"]["code"]) == (2, "cli.usage")


def test_help_names_every_status(coldpress: Callable[..., Ran]) -> None:
    ran = coldpress("--help")
    assert ran.status == 0
    for status in ("0 ", "1 ", "2 ", "3 ", "4 ", "5 ", "6 ", "130"):
        assert re.search(rf"^\s+{status}", ran.out, re.MULTILINE)


def test_a_fault_of_our_own_is_status_1_with_a_log(
    coldpress: Callable[..., Ran], fixtures: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "sitecustomize.py"
    broken.write_text(
        "import coldpress.formats.model_files as m\n"
        "def fail(*a, **k): raise RuntimeError('made for the test')\n"
        "m.find_model_files = fail\n",
        encoding="utf-8",
    )
    environment = {"PYTHONPATH": str(tmp_path), "XDG_STATE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    ran = coldpress("inspect", fixtures / "digits_qat/train", "--json", **environment)
    error = ran.json(contract.FAILURE)["error"]
    assert (ran.status, error["code"]) == (1, "cli.internal")
    assert "Traceback" not in ran.err
    (log,) = tmp_path.rglob("crash-*.log")
    assert str(log) in error["remedy"]
    assert "made for the test" in log.read_text(encoding="utf-8")


def test_names_that_are_not_in_the_graph_get_near_ones(coldpress: Callable[..., Ran], fixtures: Path) -> None:
    ran = coldpress("eval-graph", fixtures / "digits_qat/train", "-o", "x.pb", "--outputs", "Net/Reshape_1", "--json")
    assert ran.status == 2
    assert "Net/Predictions/Reshape_1" in ran.json(contract.FAILURE)["error"]["message"]


_CASES = json.loads((Path(__file__).parents[2] / "fixtures/broken/MANIFEST.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("name", [name for name, case in _CASES.items() if not case["files"][0].endswith(".gz")])
def test_a_broken_model_gets_its_sentence(
    coldpress: Callable[..., Ran], fixtures: Path, tmp_path: Path, name: str
) -> None:
    """Inspecting never fails otherwise than with a sentence; what is an error is one at the latest when freezing."""
    path, expected = fixtures / "broken" / _CASES[name]["files"][0], _CASES[name]["expect"]
    looked = coldpress("inspect", path, "--json")
    assert looked.status in {0, 3}
    looked.json(contract.INSPECT if looked.status == 0 else contract.FAILURE)
    frozen = coldpress("freeze", path, "-o", tmp_path / "frozen.pb", "--json")
    assert frozen.status in {0, 3, 4}
    frozen.json(contract.FREEZE if frozen.status == 0 else contract.FAILURE)
    if expected.startswith("error") and " or " not in expected:
        assert frozen.status in {3, 4}
        assert list(tmp_path.iterdir()) == []
    if expected == "convert":
        assert frozen.status == 0
