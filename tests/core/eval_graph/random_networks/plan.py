"""What a random network is made of, drawn from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

SIZE, DEPTH, CLASSES, BATCH, STEPS = 8, 3, 4, 12, 4

TRAININGS = ("bool", "placeholder", "default", "variable", "both", "number")
"""How the network is told that it trains: a Python bool, or a tensor of one of these kinds."""
SOURCES = ("placeholder", "fixed", "default", "iterator", "one_shot", "queue", "split")
LAYERS = ("conv", "depthwise", "residual", "branches", "pool", "hidden_conv")
NORMS = ("none", "fused", "fused", "fused_plain", "fused_waiting", "unfused", "debiased", "by_hand", "instance")
ACTIVATIONS = ("relu", "relu6", "leaky", "elu")
RANDOM = ("none", "none", "dropout", "floor", "spatial", "alpha", "noise", "gaussian", "depth", "computed")


@dataclass(frozen=True)
class LayerPlan:
    """One layer: what it computes, how it is normalised, activated and regularised."""

    kind: str
    norm: str
    activation: str
    random: str
    filters: int


@dataclass(frozen=True)
class Plan:
    """A network and the way it is trained."""

    seed: int
    resource: bool
    functions: bool
    """Conditionals as functions (If of TF 2) rather than Switch and Merge."""
    training: str
    source: str
    layers: tuple[LayerPlan, ...]
    quantized: bool
    delay: int
    averaged: bool
    baked: bool
    """The batch size is written into a Reshape."""
    checked: bool
    """Checks, prints and gradient stops lie on the path."""
    optimizer: str


def draw(seed: int) -> Plan:
    """Draw a network; the same seed gives the same one."""
    dice = random.Random(seed)  # noqa: S311 - a reproducible draw, no secret
    quantized = dice.random() < 0.3
    return Plan(
        seed=seed,
        resource=dice.random() < 0.5,
        functions=dice.random() < 0.4,
        # contrib.quantize knows no conditional batch norm: the folding needs a Python bool.
        training="bool" if quantized else dice.choice(TRAININGS),
        source=dice.choice(SOURCES),
        layers=tuple(_layer(dice, quantized=quantized) for _ in range(dice.randint(1, 4))),
        quantized=quantized,
        delay=dice.choice((0, 0, 2)),
        averaged=dice.random() < 0.25,
        baked=dice.random() < 0.3,
        checked=dice.random() < 0.3,
        optimizer=dice.choice(("adam", "momentum", "descent")),
    )


def _layer(dice: random.Random, *, quantized: bool) -> LayerPlan:
    return LayerPlan(
        kind=dice.choice(LAYERS[:2] if quantized else LAYERS),
        norm=dice.choice(("none", "fused")) if quantized else dice.choice(NORMS),
        activation=dice.choice(ACTIVATIONS[:2] if quantized else ACTIVATIONS),
        random=dice.choice(("none", "dropout", "floor")) if quantized else dice.choice(RANDOM),
        filters=dice.choice((4, 6, 8)),
    )
