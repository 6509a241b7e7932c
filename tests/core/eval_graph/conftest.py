"""Training programs, made and judged by TensorFlow in processes of their own, rewritten and frozen here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.core.eval_graph.programs.__main__ import MODULES
from tests.core.eval_graph.programs.layers import CASES

from coldpress.eval_graph.passes import EvalRequest
from coldpress.eval_graph.rewrite import EvalGraph, to_eval_graph
from coldpress.formats.checkpoint import open_checkpoint
from coldpress.formats.graph_files import read_graph
from coldpress.freeze.freezer import freeze
from coldpress.freeze.variables import find_saved
from coldpress.graph.loading import graph_from
from coldpress.graph.tensor_ref import TensorRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress.eval_graph.change import ChangeKind

assert MODULES, "their programs register when they are imported"
_ROOT = Path(__file__).parents[3]
_ENVIRONMENT = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "TF_ENABLE_ONEDNN_OPTS": "0"}
BEHAVIOURS: dict[str, tuple[str, ...]] = {
    "make1": tuple(CASES),
    "make2": tuple(name for name in CASES if name.startswith(("cond", "where", "flag", "loop", "ema", "counter"))),
}
"""Graphs as TensorFlow 1 builds them, and as compat.v1 of TensorFlow 2 does where that makes a difference."""


@dataclass(frozen=True)
class Program:
    """A training program, its eval graph, and by how much that differs from the program's own inference network."""

    eval_graph: EvalGraph
    block: str | None
    difference: float | str | None

    @property
    def blocked(self) -> tuple[str, ...]:
        """The codes of the findings that block."""
        return tuple(finding.code for finding in self.eval_graph.findings if finding.blocks)

    def changes(self, kind: ChangeKind) -> list[str]:
        """Return the nodes of the changes of a kind."""
        return [change.node for change in self.eval_graph.changes if change.kind is kind]

    def check(self) -> None:
        """Check that the numbers are right, or that what was to block blocks."""
        if self.block is not None:
            assert self.block in self.blocked
            return
        assert self.blocked == ()
        assert isinstance(self.difference, float), self.difference
        assert self.difference < 1e-5


Programs = dict[tuple[str, str], Program]


def _python(*arguments: str) -> str:
    argv = [sys.executable, "-W", "ignore", "-m", "tests.core.eval_graph.programs", *arguments]
    done = subprocess.run(argv, capture_output=True, text=True, env=_ENVIRONMENT, cwd=_ROOT, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def _rewrite(folder: Path, record: dict[str, Any]) -> EvalGraph:
    graph = graph_from(read_graph(folder / "model.ckpt-3.meta").parts)
    checkpoint = open_checkpoint(folder / "model.ckpt-3")
    outputs = tuple(TensorRef.parse(name) for name in record["outputs"])
    request = EvalRequest((TensorRef.parse(record["cut"]),), outputs, checkpoint, use_ema=record["ema"])
    made = to_eval_graph(graph, request)
    if not any(finding.blocks for finding in made.findings):
        names = [str(output) for output in made.outputs]
        freeze(made.graph, checkpoint, names, folder / "frozen.pb", saved=find_saved(graph, checkpoint))
        (folder / "eval.json").write_text(json.dumps({"input": str(made.inputs[0]), "outputs": names}))
    return made


def _programs(folder: Path, behaviour: str) -> Iterator[tuple[tuple[str, str], Program]]:
    _python(behaviour, str(folder), *BEHAVIOURS[behaviour])
    records = {path.parent.name: json.loads(path.read_text()) for path in folder.glob("*/case.json")}
    made = {name: _rewrite(folder / name, record) for name, record in records.items()}
    differences = json.loads(_python("run", str(folder)).splitlines()[-1])
    for name, record in records.items():
        yield (name, behaviour), Program(made[name], record["block"], differences.get(name))


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Programs:
    """Return every training program by name and behaviour, rewritten and compared."""
    found: Programs = {}
    for behaviour in BEHAVIOURS:
        found.update(_programs(tmp_path_factory.mktemp(behaviour), behaviour))
    return found
