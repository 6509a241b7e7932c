"""Runs frozen graphs in TensorFlow, in a process of its own, and compares what they compute.

``python run_frozen.py JOBS.json`` prints, as JSON, the largest difference of each job, or the error as a string. A job
is ``{"frozen": path, "data": path of an .npz, "feeds": {tensor: array}, "fetches": {tensor: array}}``, arrays being
names in the ``.npz``; with ``"against": path`` the same tensors of another frozen graph are what is expected.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np


def main(jobs: Path) -> None:
    """Run every job of a file."""
    import tensorflow.compat.v1 as tf

    print(json.dumps([_run(tf, job) for job in json.loads(jobs.read_text())]))


def _run(tf: Any, job: dict[str, Any]) -> float | str:
    data = np.load(job["data"])
    try:
        fetched = _fetched(tf, job["frozen"], job, data)
        wanted = _fetched(tf, job["against"], job, data) if "against" in job else _expected(job, data)
    except (ValueError, tf.errors.OpError) as error:
        return f"{type(error).__name__}: {error}"[:500]
    pairs = zip(fetched, wanted, strict=True)
    return max(float(np.abs(np.subtract(one, other, dtype=np.float64)).max()) for one, other in pairs)


def _fetched(tf: Any, frozen: str, job: dict[str, Any], data: Any) -> list[Any]:
    with tf.Graph().as_default(), tf.Session() as session:
        definition = tf.GraphDef.FromString(Path(frozen).read_bytes())
        tf.import_graph_def(definition, name="")
        result: list[Any] = session.run(list(job["fetches"]), {name: data[key] for name, key in job["feeds"].items()})
        return result


def _expected(job: dict[str, Any], data: Any) -> list[Any]:
    return [data[key] for key in job["fetches"].values()]


if __name__ == "__main__":
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", TF_ENABLE_ONEDNN_OPTS="0")
    main(Path(sys.argv[1]))
