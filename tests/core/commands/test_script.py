"""The Python script makes the very file that Coldpress makes, with TensorFlow alone."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.core.commands.test_commands import JOB

from coldpress.commands.job import Job, VariablePlace
from coldpress.commands.script import python_script
from coldpress.formats.checkpoint import open_checkpoint
from coldpress.formats.graph_files import read_graph
from coldpress.freeze.freezer import freeze
from coldpress.freeze.graph_writer import write_graph
from coldpress.freeze.match import match
from coldpress.freeze.variables import graph_variables
from coldpress.graph.graph import Graph
from coldpress.graph.loading import graph_from
from coldpress.recipe import InferenceType, InputChoice, IoType
from coldpress.sentences import LANGUAGES
from coldpress.worker.io_types import io_types
from coldpress.worker.requests.conversion import Convert
from coldpress.worker.supervisor import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FLOAT = ("older/tf1.12.3/float_cond", "eval_graph.pb", "train/model.ckpt-500", "input:0", "Net/probs:0")
_AVERAGED = ("older/tf1.12.3/float_cond", "eval_ema.meta", "train/model.ckpt-500", "input:0", "Net/probs:0")
_RESOURCES = ("older/tf1.14.0/keras_graph", "eval_graph.pb", "train/model.ckpt-400", "conv2d_input:0",
              "activation_2/Softmax:0")  # fmt: skip
_TRAINED = ("digits_qat", "eval_graph.pb", "train/model.ckpt-2400", "input:0", "Net/Predictions/Reshape_1:0")

CASES: dict[str, tuple[tuple[str, str, str, str, str], InferenceType, dict[str, Any]]] = {
    "float32 from resources": (_RESOURCES, InferenceType.FLOAT32, {}),
    "float16 of moving averages": (_AVERAGED, InferenceType.FLOAT16, {}),
    "dynamic": (_FLOAT, InferenceType.DYNAMIC, {}),
    "uint8": (_TRAINED, InferenceType.UINT8, {}),
    "uint8 with float inputs": (_TRAINED, InferenceType.UINT8, {"input_type": IoType.FLOAT32}),
    "int8 from samples": (_FLOAT, InferenceType.INT8, {"representative": True, "input_type": IoType.UINT8}),
    "int16x8 from samples": (_FLOAT, InferenceType.INT16X8, {"representative": True}),
    "default ranges": (_FLOAT, InferenceType.UINT8, {"default_ranges": (-6.0, 6.0)}),
}


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker("tensorflow") as process:
        yield process


def _prepare(fixtures: Path, folder: Path, name: str) -> Job:
    """Write the eval graph, our frozen graph and samples to ``folder``; return the job."""
    (model, graph, prefix, tensor, output), kind, options = CASES[name]
    options = dict(options)
    read = graph_from(read_graph(fixtures / model / graph).parts)
    checkpoint = open_checkpoint(fixtures / model / prefix)
    saved = match(read, checkpoint).saved
    kept = read.ancestors([output.removesuffix(":0")], control=True)
    pruned = Graph([node for node in read if node.name in kept], versions=read.versions, payloads=read.payloads)
    write_graph(pruned, folder / "eval_graph.pb")
    freeze(read, checkpoint, [output], folder / "ours.pb", saved=saved)
    places = tuple(VariablePlace(v.name, v.key, v.is_resource) for v in graph_variables(pruned, saved))
    taken, given = io_types(kind, options.pop("input_type", None), None)
    representative: tuple[str, ...] = ()
    if options.pop("representative", False):
        representative = (str(folder / "samples.npy"),)
        np.save(representative[0], np.random.default_rng(0).uniform(-1, 1, (8, 1, 16, 16, 1)).astype(np.float32))
    return Job(
        eval_graph=str(folder / "eval_graph.pb"), meta_graph="", frozen=str(folder / "frozen.pb"),
        result=str(folder / "theirs.tflite"), checkpoint=checkpoint.prefix, variables=places,
        inputs=(InputChoice(tensor, (1, 16, 16, 1), 128.0, 127.0),), outputs=(output,), inference_type=kind,
        input_type=taken, output_type=given, representative=representative, **options,
    )  # fmt: skip


def _convert(job: Job, folder: Path, worker: Worker) -> bytes:
    target = folder / "ours.tflite"
    trained = job.inference_type is InferenceType.UINT8
    request = Convert(
        frozen=str(folder / "ours.pb"), target=str(target), inputs=job.inputs, outputs=job.outputs,
        inference_type=job.inference_type, input_type=job.input_type, output_type=None if trained else job.output_type,
        default_ranges=job.default_ranges, representative=job.representative, measured=bool(job.representative),
    )  # fmt: skip
    worker.run(request)
    return target.read_bytes()


_ENVIRONMENT = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
_ALL = "import runpy, sys\nfor path in sys.argv[1:]: runpy.run_path(path)"


def _run(*argv: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *argv], capture_output=True, text=True, env=_ENVIRONMENT, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.tensorflow
def test_the_script_makes_the_same_file_in_every_mode(fixtures: Path, tmp_path: Path, worker: Worker) -> None:
    folders = {name: tmp_path / name.replace(" ", "_") for name in CASES}
    ours = {}
    for name, folder in folders.items():
        folder.mkdir()
        job = _prepare(fixtures, folder, name)
        (folder / "script.py").write_text(python_script(job), encoding="utf-8")
        ours[name] = _convert(job, folder, worker)
    _run("-c", _ALL, *(str(folder / "script.py") for folder in folders.values()))
    theirs = {name: (folder / "theirs.tflite").read_bytes() for name, folder in folders.items()}
    assert [name for name in CASES if theirs[name] != ours[name]] == []


@pytest.mark.tensorflow
def test_the_script_runs_on_its_own(fixtures: Path, tmp_path: Path) -> None:
    job = _prepare(fixtures, tmp_path, "uint8")
    (tmp_path / "script.py").write_text(python_script(job, language="zh_CN"), encoding="utf-8")
    _run(str(tmp_path / "script.py"))
    assert (tmp_path / "theirs.tflite").stat().st_size > 5000


def test_the_script_holds_only_what_the_job_needs() -> None:
    text = python_script(JOB)
    for absent in ("numpy", "keys", "parts", "AssignVariableOp", "representative", "allow_custom_ops", "OpsSet"):
        assert absent not in text
    assert "converter.quantized_input_stats = {'input': (128.0, 127.0)}" in text
    whole = replace(
        JOB,
        variables=(VariablePlace("p", "w", begin=(0,), size=(2,)), VariablePlace("h", "h", is_resource=True)),
        select_tf_ops=True, allow_custom_ops=True,
    )  # fmt: skip
    text = python_script(whole)
    for present in ("'p': 'w'", "'p': ((0, 2),)", "raw_ops.Assign(", "AssignVariableOp", "SELECT_TF_OPS"):
        assert present in text


def test_a_frozen_graph_is_only_converted() -> None:
    text = python_script(replace(JOB, variables=(), checkpoint=None))
    assert "Session" not in text
    assert "from_frozen_graph" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["a'b\".pb", "new\nline.pb", "back\\slash\\", '"""', "路径/图.pb"])
def test_no_path_breaks_the_script(path: str, language: str) -> None:
    text = python_script(replace(JOB, eval_graph=path, frozen=path, result=path, checkpoint=path), language=language)
    compile(text, "script.py", "exec")
    assert repr(path) in text
