"""Checkpoints that do not belong to the graph."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.core.findings.contexts import context, real_context
from tests.core.graph.graphs import F32, graph, node, variable

from coldpress.finding import Finding, Severity
from coldpress.findings import variables
from coldpress.sentences import say_finding

BROKEN = Path(__file__).parents[2] / "fixtures" / "broken"


def _findings(name: str) -> list[Finding]:
    return list(variables.rule(real_context(BROKEN / name)))


def test_a_sound_model() -> None:
    assert _findings("good") == []


def test_a_missing_variable_is_named() -> None:
    (finding,) = _findings("ckpt_lacks_variable")
    assert (finding.code, finding.severity) == ("checkpoint.missing_variables", Severity.BLOCK)
    assert finding.nodes == ("Tiny/extra_scale",)


def test_another_shape_names_both() -> None:
    found = _findings("ckpt_other_shape")
    assert {finding.code for finding in found} == {"checkpoint.other_shape"}
    text = say_finding(found[0]).message
    assert "3]" in text
    assert "5]" in text
    assert str(found[0].facts["variable"]) in text


def test_another_scope_is_hinted_at() -> None:
    (finding,) = _findings("ckpt_other_scope")
    assert finding.code == "checkpoint.other_scope"
    for language in ("en", "zh_CN"):
        text = say_finding(finding, language=language).message
        assert "Small/" in text
        assert "Tiny/" in text


def test_no_checkpoint_at_all() -> None:
    whole = graph(variable("w", (1,)), node("y", "Identity", "w", T=F32))
    (finding,) = variables.rule(context(whole, [], ["y"]))
    assert (finding.code, finding.nodes) == ("checkpoint.none", ("w",))
    frozen = graph(node("y", "NoOp"))
    assert list(variables.rule(context(frozen, [], ["y"]))) == []


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        (("Net/act_quant/min", "Net/act_quant/max"), "checkpoint.missing_ranges"),
        (("Net/act_quant/min", "Net/weights"), "checkpoint.missing_variables"),
    ],
)
def test_missing_ranges_are_told_from_missing_weights(missing: tuple[str, ...], code: str) -> None:
    sound = real_context(BROKEN / "good")
    assert sound.match is not None
    absent = tuple(replace(sound.match.matched[0], name=name) for name in missing)
    matched = replace(sound.match, missing=absent, renaming=None)
    (finding,) = variables.rule(replace(sound, match=matched))
    assert finding.code == code
