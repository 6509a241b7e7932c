"""Networks trained by real releases of TensorFlow, 1.4 to 2.21: the derived eval graph computes what they computed.

``tests/fixtures/make_trained.py`` says how they were made. Expected are the logits and probabilities that the release
itself gave, from the network that the same code builds for inference, on the same checkpoint.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from coldpress.eval_graph import cleanup
from coldpress.eval_graph.change import ChangeKind
from coldpress.eval_graph.passes import EvalRequest
from coldpress.eval_graph.rewrite import to_eval_graph
from coldpress.formats.checkpoint import open_checkpoint
from coldpress.formats.protos import GraphDef, MetaGraphDef
from coldpress.freeze.freezer import freeze
from coldpress.graph.graph import Graph
from coldpress.graph.tensor_ref import TensorRef
from coldpress.sentences import catalogue, say_finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldpress.eval_graph.rewrite import EvalGraph

FIXTURES = Path(__file__).parents[2] / "fixtures"
TRAINED = FIXTURES / "trained"
CASES = sorted(path.parent.relative_to(TRAINED).as_posix() for path in TRAINED.glob("*/*/golden.npz"))
OUTPUTS = ("logits", "probs")
TOLERANCE = 5e-6


@dataclass(frozen=True)
class Answers:
    """The largest difference of each case from what was expected, or the error of TensorFlow."""

    differences: Mapping[str, float | str]


def read(folder: Path) -> tuple[Graph, EvalRequest]:
    """Read the train graph of a case, and ask for its outputs."""
    meta = MetaGraphDef.FromString(gzip.decompress((folder / "model.meta.gz").read_bytes()))
    graph = Graph(meta.graph_def.node, functions=meta.graph_def.library.function, versions=meta.graph_def.versions)
    wanted = tuple(TensorRef.parse(name) for name in OUTPUTS)
    return graph, EvalRequest((TensorRef("input"),), wanted, open_checkpoint(folder / "model"))


@cache
def derive(case: str) -> EvalGraph:
    """Rewrite the train graph of a case for inference."""
    return to_eval_graph(*read(TRAINED / case))


def _run(jobs: Sequence[Mapping[str, object]], folder: Path) -> list[float | str]:
    """Run frozen graphs in a process of their own: TensorFlow stays out of the tests' process."""
    (folder / "jobs.json").write_text(json.dumps(jobs))
    script = Path(__file__).with_name("run_frozen.py")
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", str(script), str(folder / "jobs.json")],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    answers: list[float | str] = json.loads(ran.stdout)
    return answers


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    folder = tmp_path_factory.mktemp("frozen")
    jobs: list[dict[str, object]] = []
    for case in CASES:
        derived = derive(case)
        target = folder / f"{case.replace('/', '_')}.pb"
        freeze(derived.graph, open_checkpoint(TRAINED / case / "model"), OUTPUTS, target)
        fetches = {f"{name}:0": name for name in OUTPUTS}
        feeds = {str(derived.inputs[0]): "input"}
        golden = str(TRAINED / case / "golden.npz")
        jobs.append({"frozen": str(target), "data": golden, "feeds": feeds, "fetches": fetches})
    return Answers(dict(zip(CASES, _run(jobs, folder), strict=True)))


@pytest.mark.tensorflow
@pytest.mark.parametrize("case", CASES)
def test_the_eval_graph_computes_what_the_release_computed(case: str, answers: Answers) -> None:
    difference = answers.differences[case]
    assert not isinstance(difference, str), difference
    assert difference < TOLERANCE


@pytest.mark.tensorflow
def test_the_same_comparison_fails_a_graph_that_still_trains(tmp_path: Path) -> None:
    """Frozen as it is, it runs without complaint and is wrong."""
    case = "tf1.15/layers_fused"
    graph, request = read(TRAINED / case)
    untouched = to_eval_graph(graph, request, passes=(cleanup.apply,))
    freeze(untouched.graph, request.checkpoint, OUTPUTS, tmp_path / "naive.pb")
    fetches = {f"{name}:0": name for name in OUTPUTS}
    golden = str(TRAINED / case / "golden.npz")
    job = {"frozen": str(tmp_path / "naive.pb"), "data": golden, "feeds": {"input:0": "input"}, "fetches": fetches}
    (difference,) = _run([job], tmp_path)
    assert isinstance(difference, float)
    assert difference > 1000 * TOLERANCE


@pytest.mark.parametrize("case", CASES)
def test_nothing_blocks(case: str) -> None:
    assert [finding for finding in derive(case).findings if finding.blocks] == []


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("tf1.15/layers_fused", {ChangeKind.BATCH_NORM: 2}),
        ("tf1.4/layers_unfused", {ChangeKind.BATCH_NORM: 2}),
        ("tf1.8/slim_weighted", {ChangeKind.BATCH_NORM: 2}),
        ("tf1.12/hand_ema", {ChangeKind.BATCH_NORM: 2}),
        ("tf1.14/layers_renorm", {ChangeKind.BATCH_NORM: 2, ChangeKind.BATCH_NORM_CORRECTION: 4}),
        ("tf1.15/hand_ranges", {ChangeKind.FAKE_QUANT: 2}),
        (
            "tf1.12/qat_delay",
            {
                ChangeKind.BATCH_NORM: 3,
                ChangeKind.BATCH_NORM_CORRECTION: 9,
                ChangeKind.FAKE_QUANT: 8,
                ChangeKind.QUANT_DELAY: 8,
            },
        ),
    ],
)
def test_each_layer_counts_as_one_change(case: str, expected: Mapping[ChangeKind, int]) -> None:
    counted = Counter(change.kind for change in derive(case).changes)
    assert {kind: counted[kind] for kind in expected} == dict(expected)


def test_every_change_and_every_finding_is_said_in_words() -> None:
    known = catalogue("en")
    for case in CASES:
        derived = derive(case)
        for change in derived.changes:
            assert change.recognised in known or change.kind is ChangeKind.CLEANUP, change
        for finding in derived.findings:
            assert "?" not in say_finding(finding).message


@pytest.mark.parametrize(
    "case", ["tf1.15/qat_bypass", "tf1.12/layers_renorm", "tf1.8/flag_slim_debiased", "tf1.4/hand_ema"]
)
def test_an_eval_graph_has_nothing_left_to_change(case: str) -> None:
    derived = derive(case)
    again = to_eval_graph(
        derived.graph, EvalRequest(derived.inputs, derived.outputs, read(TRAINED / case)[1].checkpoint)
    )
    assert again.changes == ()
    assert [finding for finding in again.findings if finding.blocks] == []


def test_updates_that_never_ran_earn_a_warning() -> None:
    found = [finding.code for finding in derive("tf1.15/layers_never_updated").findings]
    assert found == ["eval_graph.statistics_never_updated"]


def test_layers_that_quantization_missed_behind_a_flag_are_listed() -> None:
    (found,) = derive("tf1.15/flag_qat").findings
    assert found.code == "eval_graph.layers_without_ranges"
    assert set(found.nodes) == {"net/c1/Conv2D", "net/dw/depthwise", "net/pw/Conv2D"}


@pytest.mark.tensorflow
def test_a_quantized_train_graph_gives_the_outputs_of_its_saved_eval_graph_bit_for_bit(tmp_path: Path) -> None:
    folder = FIXTURES / "digits_qat"
    output = "Net/Predictions/Reshape_1"
    meta = MetaGraphDef.FromString((folder / "train" / "model.ckpt-2400.meta").read_bytes())
    checkpoint = open_checkpoint(folder / "train" / "model.ckpt-2400")
    request = EvalRequest((TensorRef("input"),), (TensorRef(output),), checkpoint)
    derived = to_eval_graph(Graph(meta.graph_def.node, versions=meta.graph_def.versions), request)
    freeze(derived.graph, checkpoint, [output], tmp_path / "mine.pb")
    images = np.load(folder / "test_data.npz")["images"]
    np.savez(tmp_path / "data.npz", x=(images.astype(np.float32) - 128) / 127)
    job = {
        "frozen": str(tmp_path / "mine.pb"),
        "against": str(folder / "frozen.pb"),
        "data": str(tmp_path / "data.npz"),
        "feeds": {"input:0": "x"},
        "fetches": {f"{output}:0": ""},
    }
    assert _run([job], tmp_path) == [0.0]
    mine = Counter(node.op for node in GraphDef.FromString((tmp_path / "mine.pb").read_bytes()).node)
    theirs = Counter(node.op for node in GraphDef.FromString((folder / "frozen.pb").read_bytes()).node)
    # One Identity fewer: what ``tf.nn.dropout`` leaves of itself in an eval graph.
    assert theirs - mine == Counter({"Identity": 1})
    assert not mine - theirs
