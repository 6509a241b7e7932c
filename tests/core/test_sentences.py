"""Every message exists in both languages, with the same placeholders."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import coldpress
from coldpress.errors import InputError
from coldpress.events import Step
from coldpress.finding import Finding, Severity
from coldpress.sentences import LANGUAGES, catalogue, say, say_error, say_finding

_PACKAGE = Path(coldpress.__file__).parent


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_hold_the_same_messages() -> None:
    english, chinese = catalogue("en"), catalogue("zh_CN")
    assert set(english) == set(chinese)
    for code, entry in english.items():
        assert set(entry) == set(chinese[code]), code


def test_placeholders_agree_between_the_languages() -> None:
    chinese = catalogue("zh_CN")
    for code, entry in catalogue("en").items():
        for key, text in entry.items():
            assert _placeholders(text) == _placeholders(chinese[code][key]), f"{code}.{key}"


def test_chinese_messages_are_chinese() -> None:
    same = [
        code
        for code, entry in catalogue("zh_CN").items()
        if not re.search(r"[\u4e00-\u9fff]", entry["message"])
        and entry["message"] == catalogue("en")[code]["message"]
        and re.search(r"[a-z]{4,} [a-z]{3,} [a-z]{3,}", entry["message"])
    ]
    assert same == []


def test_sentences_end_with_one_full_stop() -> None:
    for code, entry in catalogue("en").items():
        assert not entry["message"].endswith(".."), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_fact_never_breaks_the_sentence(language: str) -> None:
    for code in catalogue(language):
        assert say(code, {}, language=language).message


def test_an_unknown_code_is_said_as_it_is() -> None:
    assert say("no.such.code").message == "no.such.code"


def test_every_code_raised_in_the_engine_has_a_sentence() -> None:
    pattern = re.compile(
        r"(?:\b(?:InputError|OutputError|UsageError|ConverterError|VerificationError|InternalError)|\bFinding)\(\s*"
        r"(?:code=)?\"([a-z0-9_.]+)\""
    )
    codes = {code for file in _PACKAGE.rglob("*.py") for code in pattern.findall(file.read_text(encoding="utf-8"))}
    assert len(codes) > 10
    assert codes - set(catalogue("en")) == set()


def test_errors_and_findings_fill_their_facts() -> None:
    error = InputError("cli.sample.exists", path="a/b")
    assert "a/b" in say_error(error).message
    finding = Finding("x.unknown", Severity.NOTE, nodes=("n",))
    assert say_finding(finding).message == "x.unknown"


def test_a_word_is_in_the_singular_for_one() -> None:
    finding = Finding("freeze.no_checkpoint", Severity.BLOCK, (), {"count": 1, "variables": "w"})
    assert "need 1 variable (w)" in say_finding(finding).message
    assert "need 2 variables (w)" in say("freeze.no_checkpoint", {"count": 2, "variables": "w"}).message
    assert "need ? variables (w)" in say("freeze.no_checkpoint", {"variables": "w"}).message


def test_no_english_sentence_counts_in_the_plural_alone() -> None:
    """``{count} nodes`` would say "1 nodes"; ``{count} {count:node|nodes}`` does not."""
    numbers = "count|changes|constants|labels|samples|images|values|islands|given|suggested"
    plural = re.compile(rf"\{{({numbers})(:,)?\}} (?:[a-z]+ )?[a-z]*[a-rt-z]s\b")
    assert [code for code, entry in catalogue("en").items() if plural.search(entry["message"])] == []


def test_every_step_of_a_run_is_said_while_it_goes_on_and_when_it_is_done() -> None:
    wanted = {f"cli.{when}.{step}" for when in ("step", "done") for step in Step}
    assert wanted - set(catalogue("en")) == set()
