"""All rules together: silent on sound models, and every finding has its sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.core.findings.contexts import real_context

import coldpress.findings
from coldpress.finding import Severity
from coldpress.findings.rules import check
from coldpress.sentences import LANGUAGES, catalogue

FIXTURES = Path(__file__).parents[2] / "fixtures"
SOUND = [*sorted(FIXTURES.glob("digits_*/**/train")), *sorted(FIXTURES.glob("older/*/*/train"))]


@pytest.mark.parametrize("folder", SOUND, ids=[str(path.parent.relative_to(FIXTURES)) for path in SOUND])
def test_sound_models_raise_no_alarm(folder: Path) -> None:
    assert check(real_context(folder)) == ()


@pytest.mark.parametrize("file", ["digits_qat/eval_graph.pb", "digits_qat/eval.meta", "digits_qat/frozen.pb"])
def test_eval_and_frozen_graphs_too(file: str) -> None:
    assert [finding for finding in check(real_context(FIXTURES / file)) if finding.severity is Severity.BLOCK] == []


def test_every_code_of_the_rules_has_a_sentence() -> None:
    folder = Path(coldpress.findings.__file__).parent
    prefixes = "graph|checkpoint|inputs|quantization|operations|convert|freeze|worker"
    written = {
        code
        for file in folder.glob("*.py")
        for code in re.findall(rf'"((?:{prefixes})\.[a-z0-9_]+)"', file.read_text(encoding="utf-8"))
    }
    assert len(written) > 25
    for language in LANGUAGES:
        assert written <= catalogue(language).keys()
