"""Two hundred random networks, trained a few steps, rewritten, and compared with what their own code builds.

python -m tests.benchmarks.bench_random_networks --first 1000 --count 200
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

from rich.console import Console
from tests.core.eval_graph.random_networks.plan import draw
from tests.core.eval_graph.random_networks.trial import try_network

_QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "TF_ENABLE_ONEDNN_OPTS": "0"}
_BOUND = 1e-5


def _tensorflow() -> Any:
    os.environ.update(_QUIET)
    warnings.simplefilter("ignore")
    import tensorflow as tf

    tf.get_logger().setLevel("ERROR")
    tf.compat.v1.disable_eager_execution()
    return tf.compat.v1


def run(count: int, first: int = 1000) -> bool:
    """Try ``count`` networks from seed ``first`` on; print how many are right; tell whether all are."""
    tf = _tensorflow()
    console = Console()
    differences: list[float] = []
    started = time.perf_counter()
    for seed in range(first, first + count):
        with tempfile.TemporaryDirectory() as folder:
            outcome = try_network(tf, draw(seed), Path(folder))
        if outcome.difference is None or outcome.difference >= _BOUND:
            console.print(f"seed {seed}: difference {outcome.difference}, blocked by {outcome.blocked}")
        else:
            differences.append(outcome.difference)
    equal = sum(difference == 0 for difference in differences)
    seconds = time.perf_counter() - started
    console.print(
        f"{len(differences)} of {count} random networks within {_BOUND:g} of their own inference network, "
        f"{equal} bit-equal, largest difference {max(differences, default=0):.2g}; {seconds:.0f} s"
    )
    return len(differences) == count


def main() -> None:
    """Read the seeds from the command line; end with status 1 where a network is wrong or blocked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=1000)
    parser.add_argument("--count", type=int, default=200)
    arguments = parser.parse_args()
    sys.exit(0 if run(arguments.count, arguments.first) else 1)


if __name__ == "__main__":
    main()
