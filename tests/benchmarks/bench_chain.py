"""The whole chain against TensorFlow's own tools, as a person would run them, on the same eval graph.

Ours: ``coldpress convert``, verification included, from cold; and the same run with the worker warm, as in the window.
Theirs: ``freeze_graph``, then ``tflite_convert``, of the installed TensorFlow; they verify nothing.

::

    python -m tests.benchmarks.bench_chain [--repeats 5]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.paired import Command, measure, paired

_SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "coldpress_resources" / "sample"
_OUTPUT = "Net/Predictions/Reshape_1"
_QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}

_THEIRS = """
import subprocess, sys
from pathlib import Path
graph, checkpoint, folder, output = sys.argv[1:]
frozen, result = str(Path(folder) / "frozen.pb"), str(Path(folder) / "theirs.tflite")
subprocess.run([sys.executable, "-W", "ignore", "-m", "tensorflow.python.tools.freeze_graph", "--input_graph=" + graph,
    "--input_binary=true", "--input_checkpoint=" + checkpoint, "--output_graph=" + frozen,
    "--output_node_names=" + output], check=True)
subprocess.run([sys.executable, "-W", "ignore", "-m", "tensorflow.lite.python.tflite_convert", "--enable_v1_converter",
    "--graph_def_file=" + frozen, "--output_file=" + result, "--inference_type=QUANTIZED_UINT8",
    "--input_arrays=input", "--output_arrays=" + output, "--input_shapes=1,16,16,1",
    "--mean_values=128", "--std_dev_values=127"], check=True)
assert Path(result).stat().st_size
"""

_WARM = """
import json, sys, time
from coldpress.pipeline.run import run
from coldpress.pipeline.workers import Workers
from coldpress.recipe import InputChoice, Recipe
from coldpress.worker.requests.request import Ping
graph, checkpoint, target, data, repeats = sys.argv[1:]
recipe = Recipe(source=graph, graph=graph, checkpoint=checkpoint, output=target, data=data,
    inputs=(InputChoice("input:0", None, 128.0, 127.0),))
seconds = []
with Workers() as workers:
    workers.tensorflow.run(Ping())
    workers.interpreter.run(Ping())
    for _ in range(int(repeats) + 1):
        begin = time.perf_counter()
        run(recipe, workers)
        seconds.append(time.perf_counter() - begin)
print(json.dumps(seconds[1:]))
"""


def main() -> None:
    """Read how often to measure, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    run(parser.parse_args().repeats)


def run(repeats: int) -> None:
    """Print the ratios, cold and warm."""
    graph, checkpoint = str(_SAMPLE / "eval_graph.pb"), str(_SAMPLE / "train" / "model.ckpt-2400")
    data = str(_SAMPLE / "test_data.npz")
    with tempfile.TemporaryDirectory(prefix="coldpress-bench-") as folder:
        target = str(Path(folder) / "ours.tflite")
        words = ["convert", graph, "--checkpoint", checkpoint, "-o", target, "--data", data]
        stats = ["--mean-values", "128", "--std-dev-values", "127"]
        ours = Command("coldpress convert", [sys.executable, "-m", "coldpress.cli.main", *words, *stats], _QUIET)
        driver = [sys.executable, "-c", _THEIRS, graph, checkpoint, folder, _OUTPUT]
        theirs = Command("freeze_graph + tflite_convert", driver, _QUIET)
        pair = paired(ours, theirs, repeats=repeats)
        print(pair.line("chain, cold"), flush=True)
        warm = [sys.executable, "-c", _WARM, graph, checkpoint, target, data, str(repeats)]
        seconds = json.loads(measure(Command("warm", warm, _QUIET)).output.splitlines()[-1])
        ratios = [own / other.seconds for own, other in zip(seconds, pair.second, strict=True)]
        print(
            f"{'chain, worker warm':<24} coldpress {statistics.median(seconds):.2f} s   "
            f"time x {statistics.median(ratios):.3f}   (n={repeats})",
            flush=True,
        )


if __name__ == "__main__":
    main()
