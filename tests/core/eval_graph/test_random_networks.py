"""Random networks, trained a few steps, come out of the rewrite as their own code builds them for inference."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import pytest
from tests.core.eval_graph.random_networks.plan import draw
from tests.core.eval_graph.random_networks.trial import try_network

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def tf() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import tensorflow as tf

    tf.get_logger().setLevel("ERROR")
    tf.compat.v1.disable_eager_execution()
    return tf.compat.v1


@pytest.mark.parametrize("seed", range(20))
def test_the_eval_graph_is_what_the_code_builds(tf: Any, seed: int, tmp_path: Path) -> None:
    outcome = try_network(tf, draw(seed), tmp_path)
    assert outcome.blocked == ()
    assert outcome.difference is not None
    assert outcome.difference < 1e-5
