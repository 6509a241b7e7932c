"""The HTML report of a real run: whole, private, escaped, and asking for nothing."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coldpress.finding import Finding, Severity
from coldpress.pipeline.outcome import Verdict
from coldpress.pipeline.run import run
from coldpress.pipeline.workers import Workers
from coldpress.recipe import InputChoice, Recipe
from coldpress.report.data import outcome_json
from coldpress.report.html import html_report
from coldpress.report.privacy import Redaction
from coldpress.sentences import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.pipeline.outcome import Outcome

pytestmark = pytest.mark.tensorflow

_ALONE = frozenset({"meta", "br", "hr", "img", "input", "link"})


class _Page(HTMLParser):
    """What a page is made of; fails where tags do not nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in _ALONE:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def outcome(fixtures: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    folder = tmp_path_factory.mktemp("somebody-secret")
    recipe = Recipe(
        source=str(fixtures / "digits_qat" / "train"),
        inputs=(InputChoice("", mean=128, std=127),),
        data=str(fixtures / "digits_qat" / "test_data.npz"),
        output=str(folder / "<b>&amp;.tflite"),
    )
    with Workers() as workers:
        yield run(recipe, workers)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_needs_nothing_and_runs_nothing(outcome: Outcome, language: str) -> None:
    text = html_report(outcome, language=language)
    page = _Page(text)
    assert not {"script", "link", "img", "iframe", "object", "embed", "a", "form"} & set(page.tags)
    assert not [name for name, _value in page.attributes if name.startswith("on") or name in {"src", "href"}]
    assert not re.search(r"url\(|@import|https?://", text)
    assert f'lang="{language.replace("_", "-")}"' in text


def test_the_report_tells_no_folder(outcome: Outcome, fixtures: Path) -> None:
    text = html_report(outcome, language="en")
    assert "somebody-secret" not in text
    for folder in (fixtures, outcome.folder, outcome.folder.parent):
        assert str(folder) not in text


def test_names_of_nodes_keep_their_scopes(outcome: Outcome, fixtures: Path) -> None:
    hide = Redaction(outcome)
    train = f"{fixtures}/digits_qat/train"
    said = f"{train}/model.ckpt-2400 lacks Net{train}/w, see {train}."
    assert hide(said) == f"model.ckpt-2400 lacks Net{train}/w, see train."
    assert hide(f"{train} holds it; so does {Path.home()}") == "train holds it; so does ~"
    assert hide.data({"a": [f"{outcome.folder}/frozen.pb", 3]}) == {"a": ["frozen.pb", 3]}


def test_every_text_is_escaped(outcome: Outcome) -> None:
    text = html_report(outcome, language="en")
    assert "<b>" not in text
    assert "Coldpress report: <b>&amp;.tflite" in _Page(text).text


def test_the_report_holds_what_a_colleague_needs(outcome: Outcome) -> None:
    page = _Page(html_report(outcome, language="en"))
    result = (outcome.folder / "result.tflite").read_bytes()
    assert hashlib.sha256(result).hexdigest() in page.text
    for wanted in ("Verified", "95.8 %", "freeze_graph", "--output_node_names", "Net/pw2", "XNNPACK", "2390 → "):
        assert wanted in page.text
    assert page.tags.count("svg") > 10
    assert "model.ckpt-2400.data-00000-of-00001" in page.text
    assert "tensorflow" in page.text
    assert "Proven" in page.text
    assert "reference kernels" in page.text


def test_a_failed_result_says_why_at_once(outcome: Outcome) -> None:
    reason = Finding("verify.max_lsb", Severity.BLOCK, facts={"output": "<out>", "value": 99.5, "limit": 2})
    failed = replace(outcome, verdict=Verdict.FAILED, output=None, findings=(reason,))
    text = _Page(html_report(failed, language="en")).text
    assert "did not pass the verification" in text
    assert text.index("<out> is up to 99.5 quantization steps off") < text.index("Numbers")
    accepted = replace(failed, recipe=failed.recipe.with_(accept=frozenset({"verify.max_lsb"})))
    text = _Page(html_report(accepted, language="en")).text
    assert text.index("99.5") > text.index("Numbers")


def test_the_json_report_has_latency_and_size(outcome: Outcome) -> None:
    data = outcome_json(outcome, language="en")
    assert {setting["kernels"] for setting in data["latency"]} == {"default", "no_delegate"}
    assert all(setting["low"] <= setting["median"] <= setting["high"] for setting in data["latency"])
    size = data["size"]
    assert size["bytes"] == size["structure"] + sum(entry["bytes"] for entry in size["operations"])
    assert sum(e["bytes"] for e in size["layers"]) == sum(e["bytes"] for e in size["operations"])


def test_the_float_model_beside_a_quantized_one(outcome: Outcome) -> None:
    beside = outcome.float_model
    assert beside is not None
    assert beside.nbytes > outcome.checked.nbytes
    assert {timing.kernels for timing in beside.timings} == {"default", "no_delegate"}
