"""When a result is good enough: limits per mode, each with its reason, each open to change in the recipe.

The figures behind them were measured on digit classifiers of 7 to 41 layers, trained by TF 1.12 and 1.15 with and
without contrib.quantize, converted by TensorFlow 2.21 and run with each kind of kernels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from typing import Any


class Overrides(Protocol):
    """What a person may change; None leaves the mode's own limit."""

    @property
    def max_abs_error(self) -> float | None:
        """Largest error of one value."""

    @property
    def max_lsb(self) -> float | None:
        """Largest error in steps of the output's quantization."""

    @property
    def max_mean_lsb(self) -> float | None:
        """Largest mean error in steps of the output's quantization."""

    @property
    def min_snr_db(self) -> float | None:
        """Lowest ratio of the reference's power to that of the error."""

    @property
    def min_argmax_agreement(self) -> float | None:
        """Share of samples whose best class must agree."""

    @property
    def min_top_k_agreement(self) -> float | None:
        """Share of samples whose best class must be among the result's best."""

    @property
    def min_cosine(self) -> float | None:
        """Lowest cosine between the outputs."""

    @property
    def max_accuracy_loss(self) -> float | None:
        """Largest loss of accuracy, where 0.01 is one in a hundred."""

    @property
    def max_layer_loss_db(self) -> float | None:
        """How much worse than rounding alone a layer may be."""

    @property
    def max_input_clipped(self) -> float | None:
        """Share of input values that the input may cut off."""


@dataclass(frozen=True, slots=True)
class ModeLimits:
    """The limits of one mode; None: not asked.

    ``relative_error`` is the largest error over the reference's largest magnitude; ``min_snr_db`` the power of the
    reference over that of the error; ``max_lsb`` the largest and ``mean_lsb`` the mean error in steps of the output's
    quantization; ``min_top_k_agreement`` is the share of samples whose best class is among the result's best five,
    ``max_clipped`` that of values beyond the ends of an output; ``max_accuracy_loss`` 0.01 is one in a hundred.
    Without ``far_flips`` the best class may change only where the reference prefers its own by less than the allowed
    error. ``max_layer_loss_db`` is how much worse than rounding alone a layer may be, ``max_input_clipped`` the share
    of input values that the input cannot hold.
    """

    relative_error: float | None = None
    max_abs_error: float | None = None
    min_snr_db: float | None = None
    max_lsb: float | None = None
    mean_lsb: float | None = None
    min_argmax_agreement: float | None = None
    min_top_k_agreement: float | None = None
    min_cosine: float | None = None
    max_accuracy_loss: float | None = None
    far_flips: bool = True
    max_layer_loss_db: float | None = None
    max_input_clipped: float | None = None
    max_clipped: float | None = None


MODES: Final = {
    # The same arithmetic in another order: 120 to 140 dB measured; 1e-4 leaves room for very deep networks.
    "float32": ModeLimits(
        relative_error=1e-4,
        min_snr_db=70,
        min_argmax_agreement=0.99,
        min_top_k_agreement=0.99,
        min_cosine=0.999999,
        max_accuracy_loss=0.005,
        far_flips=False,
    ),
    # Weights keep 11 bits, 5e-4 each: 60 dB measured.
    "float16": ModeLimits(
        relative_error=2e-2,
        min_snr_db=40,
        min_argmax_agreement=0.98,
        min_top_k_agreement=0.99,
        min_cosine=0.9999,
        max_accuracy_loss=0.005,
        far_flips=False,
    ),
    # Weights and, layer by layer, activations in 8 bits, measured on the fly: 46 to 52 dB measured.
    "dynamic": ModeLimits(
        min_snr_db=25, min_argmax_agreement=0.95, min_top_k_agreement=0.97, min_cosine=0.995, max_accuracy_loss=0.01
    ),
    # Trained ranges: the reference has the same steps and only rounding differs. 35 to 48 dB measured, 19 at the end
    # of 41 layers; a layer never lost more than 9 dB (where training was stopped early), one with a range ten times
    # too wide 11 or more. A step of the logits is many steps of a softmax where it is steep (0.12 there is 0.03 here,
    # 8 steps of 1/256), hence a single error may be large (37 measured) while their mean is below one.
    "uint8": ModeLimits(
        min_snr_db=17,
        max_lsb=64,
        mean_lsb=3,
        min_argmax_agreement=0.95,
        min_top_k_agreement=0.97,
        min_cosine=0.99,
        max_accuracy_loss=0.01,
        max_layer_loss_db=9.5,
        max_input_clipped=0.02,
        max_clipped=0.05,
    ),
    # Measured ranges: every activation is rounded, which its float reference is not. 32 to 34 dB measured.
    "int8": ModeLimits(
        min_snr_db=15,
        mean_lsb=4,
        min_argmax_agreement=0.93,
        min_top_k_agreement=0.95,
        min_cosine=0.98,
        max_accuracy_loss=0.01,
        max_layer_loss_db=9,
        max_input_clipped=0.02,
        max_clipped=0.05,
    ),
    # 16 bit activations; the rounding of the 8 bit weights is what is left: 36 dB measured.
    "int16x8": ModeLimits(
        min_snr_db=20,
        min_argmax_agreement=0.95,
        min_top_k_agreement=0.97,
        min_cosine=0.99,
        max_accuracy_loss=0.01,
        max_layer_loss_db=12,
        max_input_clipped=0.02,
        max_clipped=0.05,
    ),
}


def limits_for(mode: str, overrides: Overrides | None = None) -> ModeLimits:
    """Return the limits of a mode, with a person's own in the place of those that ask for the same thing."""
    limits = MODES[mode]
    if overrides is None:
        return limits
    given = {name: value for name in _INSTEAD if (value := getattr(overrides, name)) is not None}
    dropped: dict[str, Any] = {also: None for name in given for also in _INSTEAD[name]}
    return replace(limits, **dropped | {_NAMES.get(name, name): value for name, value in given.items()})


_INSTEAD: Final[dict[str, tuple[str, ...]]] = {
    "max_abs_error": ("relative_error",),
    "max_lsb": ("mean_lsb",),
    "max_mean_lsb": (),
    "min_snr_db": (),
    "min_argmax_agreement": (),
    "min_top_k_agreement": (),
    "min_cosine": ("min_snr_db",),
    "max_accuracy_loss": (),
    "max_layer_loss_db": (),
    "max_input_clipped": (),
}
"""What a person may set, and our own limits that fall away then."""

_NAMES: Final = {"max_mean_lsb": "mean_lsb"}
"""Where the field of ``ModeLimits`` is called otherwise."""
