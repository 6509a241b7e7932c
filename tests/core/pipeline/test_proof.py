"""The train graph itself, its training held still, proves the eval graph; a wrong rewrite does not pass."""

from __future__ import annotations

import gzip
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.core.worker.graphs import float_graph

from coldpress.cancel import CancelToken
from coldpress.errors import Cancelled
from coldpress.eval_graph.editor import GraphEditor
from coldpress.eval_graph.stand_ins import StandIn, StandInKind
from coldpress.events import Step, ignore
from coldpress.graph.tensor_ref import TensorRef
from coldpress.pipeline.outcome import Verdict
from coldpress.pipeline.prepare import open_model
from coldpress.pipeline.proof import Proof, ProofStatus, prove
from coldpress.pipeline.proof_words import proof_words
from coldpress.pipeline.recorder import Recorder
from coldpress.pipeline.run import freeze_opened, run
from coldpress.recipe import InputChoice, Recipe
from coldpress.report.data import outcome_json
from coldpress.worker.jobs import Call

if TYPE_CHECKING:
    from coldpress.eval_graph.rewrite import EvalGraph
    from coldpress.pipeline.prepare import Opened
    from coldpress.pipeline.workers import Workers

pytestmark = pytest.mark.tensorflow

TRAINED = Path(__file__).parents[2] / "fixtures" / "trained"
PROVEN = (
    *("flag_hand", "flag_keras", "flag_layers_variable", "flag_qat", "flag_renorm", "flag_slim_forced", "flag_virtual"),
    *("hand_ema", "hand_fused", "hand_ranges", "layers_half", "layers_renorm_resource", "layers_unfused"),
    *("qat_bypass", "qat_delay", "qat_freeze", "qat_resource", "qat_unfused_freeze", "slim_debiased"),
)


def _opened(case: str, folder: Path) -> Opened:
    source = TRAINED / case
    for path in source.glob("model.*"):
        if path.suffix == ".gz":
            (folder / "model.meta").write_bytes(gzip.decompress(path.read_bytes()))
        else:
            shutil.copy(path, folder)
    recipe = Recipe(
        source=str(folder / "model.meta"),
        checkpoint=str(folder / "model"),
        inputs=(InputChoice("input"),),
        outputs=("logits", "probs"),
    )
    return open_model(recipe, listener=ignore)


def _proof(opened: Opened, workers: Workers) -> Proof:
    recorder = Recorder(ignore)
    prover = freeze_opened(opened, workers.new_folder(), workers, recorder=recorder).prover
    assert prover is not None
    return prover.proof(recorder, None)


def test_a_frozen_graph_is_proven_once(workers: Workers, tmp_path: Path) -> None:
    recorder = Recorder(ignore)
    opened = _opened("tf1.15/layers_fused", tmp_path)
    prover = freeze_opened(opened, workers.new_folder(), workers, recorder=recorder).prover
    assert prover is not None
    assert prover.proof(recorder, None) is prover.proof(recorder, None)
    assert [record.step for record in recorder.records if record.step is Step.PROVE] == [Step.PROVE]


@pytest.mark.parametrize("case", PROVEN)
def test_the_eval_graph_is_proven(case: str, workers: Workers, tmp_path: Path) -> None:
    proof = _proof(_opened(f"tf1.15/{case}", tmp_path), workers)
    assert proof.status is ProofStatus.AGREES, proof
    assert proof.agreement is not None
    assert proof.agreement.max_abs_error < 1e-5
    assert proof.held


def test_the_checkpoint_may_be_named_from_the_working_folder(
    workers: Workers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _opened("tf1.15/hand_fused", tmp_path)
    monkeypatch.chdir(tmp_path)
    recipe = Recipe(source="model.meta", checkpoint="model", inputs=(InputChoice("input"),), outputs=("logits",))
    proof = run(recipe, workers).proof
    assert proof is not None
    assert proof.status is ProofStatus.AGREES


def test_what_was_held_still_is_told(workers: Workers, tmp_path: Path) -> None:
    proof = _proof(_opened("tf1.15/flag_layers", tmp_path), workers)
    assert set(proof.held) == {StandInKind.FLAG}
    english, chinese = (proof_words(proof, language=language) for language in ("en", "zh_CN"))
    assert english[0].startswith("Proven: the train graph itself, run on 3 samples")
    assert english[1] == "Held still: training flags (1)."
    assert chinese[1] == "保持静止的部分：训练开关（1）。"


def _spoiled(opened: Opened, node: str, other: str) -> EvalGraph:
    """Let everything that reads ``node`` read ``other``, as a wrong pass would."""
    editor = GraphEditor(opened.eval_graph.graph)
    assert editor.redirect(TensorRef(node), TensorRef(other))
    return replace(opened.eval_graph, graph=editor.result())


def test_a_wrong_statistic_is_found_out(workers: Workers, tmp_path: Path) -> None:
    """The variance of one batch norm, read by another layer's."""
    opened = _opened("tf1.15/flag_layers", tmp_path)
    norms = [node for node in opened.eval_graph.graph if node.op.startswith("FusedBatchNorm")]
    means = [node.input[3] for node in norms]
    scales = [node.input[1] for node in norms]
    wrong = replace(opened, eval_graph=_spoiled(opened, means[0], scales[0]))
    proof = _proof(wrong, workers)
    assert proof.status is ProofStatus.DISAGREES
    (finding,) = proof.findings
    assert finding.code == "proof.disagrees"
    assert finding.blocks


def test_a_branch_of_training_is_found_out(workers: Workers, tmp_path: Path) -> None:
    """A flag that was set the wrong way in the proof: the train graph takes its training branch, and is not run."""
    opened = _opened("tf1.15/flag_hand", tmp_path)
    stand_ins = tuple(
        replace(each, value=np.logical_not(each.value))  # type: ignore[arg-type]
        if isinstance(each, StandIn) and each.kind is StandInKind.FLAG
        else each
        for each in opened.eval_graph.stand_ins
    )
    proof = _proof(replace(opened, eval_graph=replace(opened.eval_graph, stand_ins=stand_ins)), workers)
    assert proof.status is not ProofStatus.AGREES


def test_a_disagreement_fails_the_run(workers: Workers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = _opened("tf1.15/flag_layers", tmp_path)
    norms = [node for node in opened.eval_graph.graph if node.op.startswith("FusedBatchNorm")]
    wrong = replace(opened, eval_graph=_spoiled(opened, norms[0].input[3], norms[0].input[1]))
    monkeypatch.setattr("coldpress.pipeline.run.open_model", lambda *_given, **_named: wrong)
    output = tmp_path / "out.tflite"
    recipe = Recipe(str(tmp_path / "model.meta"), output=str(output), checkpoint=str(tmp_path / "model"))
    outcome = run(recipe, workers)
    assert outcome.verdict is Verdict.FAILED
    assert "proof.disagrees" in [finding.code for finding in outcome.findings]
    assert not output.exists()
    data = outcome_json(outcome, language="en")["proof"]
    assert data["status"] == "disagrees"
    assert json.dumps(data, allow_nan=False)


def test_a_graph_without_checkpoint_has_nothing_to_hold_it_against(workers: Workers, tmp_path: Path) -> None:
    recipe = Recipe(float_graph().save(tmp_path / "g.pb"), inputs=(InputChoice("x"),), outputs=("y",))
    proof = prove(open_model(recipe, listener=ignore), tmp_path / "frozen.pb", tmp_path, workers.tensorflow)
    assert proof.status is ProofStatus.NOT_POSSIBLE
    assert proof.reason is not None
    assert proof.reason.code == "proof.no_checkpoint"
    assert proof_words(proof)[0].startswith("Not proven by running the train graph: there is no checkpoint")


def test_what_tensorflow_cannot_run_is_no_failure(workers: Workers, tmp_path: Path) -> None:
    """No graph at all where the frozen one should lie."""
    opened = _opened("tf1.15/layers_fused", tmp_path)
    proof = prove(opened, tmp_path / "nothing.pb", tmp_path, workers.tensorflow)
    assert proof.status is ProofStatus.NOT_POSSIBLE
    assert proof.findings == ()


def test_a_proof_can_be_cancelled(workers: Workers, tmp_path: Path) -> None:
    opened = _opened("tf1.15/layers_fused", tmp_path)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        prove(opened, tmp_path / "frozen.pb", tmp_path, workers.tensorflow, Call(cancel=token))


def test_a_graph_that_needed_no_rewrite_proves_nothing(workers: Workers, fixtures: Path) -> None:
    source = fixtures / "digits_qat" / "eval_graph.pb"
    checkpoint = str(fixtures / "digits_qat/train/model.ckpt-2400")
    opened = open_model(Recipe(source=str(source), checkpoint=checkpoint), listener=ignore)
    assert freeze_opened(opened, workers.new_folder(), workers, recorder=Recorder(ignore)).prover is None
