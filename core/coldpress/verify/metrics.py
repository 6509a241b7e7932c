"""How far a result is from its reference, in figures.

Arrays are compared sample by sample in pieces, in float64, so that outputs of any size fit in memory. A sample is a
slice along the first axis; the last axis, where it is longer than 1, counts classes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from coldpress.verify.outputs import Output

    Values = NDArray[np.float64]

TOP_K: Final = 5
_PIECE: Final = 1 << 20
"""Elements that are compared at a time."""
_MOST_CLASSES: Final = 100_000


@dataclass(frozen=True, slots=True)
class OutputMetrics:
    """One output, compared. Errors are in real values, LSB in steps of the result's quantization.

    ``peak`` is the largest magnitude of the reference. ``snr_db`` is None where there is no error at all. The figures
    about classes are None or empty where the last axis is 1 or shorter; a tie for the first place agrees with either.
    ``worst_flip`` is by how much the reference prefers its own class where the two disagree, at most. ``clipped`` is
    the share of values that the reference has beyond the ends of the result's range; ``constant`` says that the result
    is the same for every sample and the reference is not.
    """

    name: str
    samples: int
    elements: int
    max_abs_error: float
    mean_abs_error: float
    rmse: float
    cosine: float
    snr_db: float | None
    peak: float
    equal_share: float
    argmax_agreement: float | None
    top_k_agreement: float | None
    worst_flip: float | None
    max_lsb: float | None
    mean_lsb: float | None
    clipped: float | None
    constant: bool
    dead_classes: tuple[int, ...]
    not_finite: int


def compare(reference: Output, result: Output, *, votes: bool = True) -> OutputMetrics:
    """Compare two outputs of the same number of elements; the result's name and quantization are the ones told.

    Without ``votes`` the figures about classes and about constant outputs are left out, which nobody asks of a layer.
    """
    sums = _Sums(result, votes=votes)
    for wanted, got in _pieces(reference, result):
        sums.add(wanted, got)
    return sums.metrics()


def accuracy(scores: Output, labels: NDArray[np.integer]) -> float | None:
    """Return the share of samples whose highest score is at the label; None where scores are no classes."""
    hits = 0
    for start, values in scores.pieces(_PIECE):
        if values.shape[-1] < 2 or values.ndim < 2 or values[0].size != values.shape[-1]:
            return None
        best = values.reshape(len(values), -1).argmax(axis=1)
        hits += int(np.count_nonzero(best == labels[start : start + len(values)]))
    return hits / len(labels)


def _pieces(reference: Output, result: Output) -> Iterator[tuple[Values, Values]]:
    for start, got in result.pieces(_PIECE):
        wanted = reference.piece(start, start + len(got))
        yield wanted.reshape(got.shape), got


class _Sums:
    """What is added up on the way."""

    def __init__(self, result: Output, *, votes: bool) -> None:
        self._result = result
        self._votes = votes
        self._range = result.clipping_points()
        self._samples = 0
        self._elements = 0
        self._max = self._absolute = self._square = self._peak = 0.0
        self._dot = self._wanted = self._got = 0.0
        self._equal = self._not_finite = self._clipped = 0
        self._first: Values | None = None
        self._first_wanted: Values | None = None
        self._result_varies = self._reference_varies = False
        self._classes = _Classes()

    def add(self, wanted: Values, got: Values) -> None:
        """Take in some samples."""
        self._samples += len(got)
        finite = np.isfinite(wanted) & np.isfinite(got)
        # What is infinite or NaN on both sides alike is right; on one side it is wrong, and is not averaged.
        self._not_finite += int(np.count_nonzero(~finite & ~_same(wanted, got)))
        if self._votes:
            self._watch_variation(wanted, got)
            self._classes.add(wanted, got)
        wanted, got = (wanted.ravel(), got.ravel()) if finite.all() else (wanted[finite], got[finite])
        error = np.abs(got - wanted)
        self._elements += error.size
        if not error.size:
            return
        self._max = max(self._max, float(error.max()))
        self._absolute += float(error.sum())
        self._square += float(np.dot(error, error))
        self._peak = max(self._peak, float(np.abs(wanted).max()))
        self._dot += float(np.dot(wanted, got))
        self._wanted += float(np.dot(wanted, wanted))
        self._got += float(np.dot(got, got))
        self._equal += int(np.count_nonzero(error == 0))
        if self._range is not None:
            low, high = self._range
            self._clipped += int(np.count_nonzero((wanted < low) | (wanted > high)))

    def metrics(self) -> OutputMetrics:
        """Return the figures."""
        count = max(self._elements, 1)
        scale = self._result.scale
        return OutputMetrics(
            name=self._result.name,
            samples=self._samples,
            elements=self._elements,
            max_abs_error=self._max,
            mean_abs_error=self._absolute / count,
            rmse=math.sqrt(self._square / count),
            cosine=self._cosine(),
            snr_db=self._snr(),
            peak=self._peak,
            equal_share=self._equal / count,
            argmax_agreement=self._classes.agreement,
            top_k_agreement=self._classes.top_k,
            worst_flip=self._classes.worst_flip,
            max_lsb=None if scale is None else self._max / scale,
            mean_lsb=None if scale is None else self._absolute / count / scale,
            clipped=None if self._range is None else self._clipped / count,
            constant=self._samples > 1 and self._reference_varies and not self._result_varies,
            dead_classes=self._classes.dead,
            not_finite=self._not_finite,
        )

    def _watch_variation(self, wanted: Values, got: Values) -> None:
        if self._first is None or self._first_wanted is None:
            self._first, self._first_wanted = got[0].copy(), wanted[0].copy()
        self._result_varies = self._result_varies or not np.array_equal(got, np.broadcast_to(self._first, got.shape))
        same = np.array_equal(wanted, np.broadcast_to(self._first_wanted, wanted.shape))
        self._reference_varies = self._reference_varies or not same

    def _cosine(self) -> float:
        """Two zero vectors point the same way; a zero and another do not."""
        if self._wanted == 0 or self._got == 0:
            return 1.0 if self._wanted == self._got else 0.0
        return min(1.0, self._dot / math.sqrt(self._wanted * self._got))

    def _snr(self) -> float | None:
        if self._square == 0:
            return None
        return 10 * math.log10(self._wanted / self._square) if self._wanted else -math.inf


class _Classes:
    """Agreement about the best class, and about the best few."""

    def __init__(self) -> None:
        self._rows = self._agree = self._top = 0
        self._worst = 0.0
        self._wanted_classes: set[int] = set()
        self._got_classes: set[int] = set()

    def add(self, wanted: Values, got: Values) -> None:
        """Take in some samples; every vector along the last axis is a vote."""
        classes = got.shape[-1] if got.ndim > 1 else 1
        if classes < 2:
            return
        wanted, got = wanted.reshape(-1, classes), got.reshape(-1, classes)
        rows = np.arange(len(wanted))
        first, second = wanted.argmax(axis=1), got.argmax(axis=1)
        behind = wanted[rows, first] - wanted[rows, second]
        agree = (first == second) | (behind == 0) | (got[rows, first] == got[rows, second])
        self._rows += len(rows)
        self._agree += int(np.count_nonzero(agree))
        self._worst = max(self._worst, float(np.max(np.where(agree, 0.0, np.nan_to_num(behind, nan=np.inf)))))
        if classes > TOP_K:
            best = np.argpartition(got, -TOP_K, axis=1)[:, -TOP_K:]
            threshold = got[rows[:, None], best].min(axis=1)
            self._top += int(np.count_nonzero(got[rows, first] >= threshold))
        else:
            self._top += len(rows)
        if classes <= _MOST_CLASSES:
            self._wanted_classes.update(first.tolist())
            self._got_classes.update(np.flatnonzero((got == got.max(axis=1, keepdims=True)).any(axis=0)).tolist())

    @property
    def agreement(self) -> float | None:
        """Share of vectors whose best class agrees."""
        return self._agree / self._rows if self._rows else None

    @property
    def top_k(self) -> float | None:
        """Share of vectors whose best class is among the result's best ``TOP_K``."""
        return self._top / self._rows if self._rows else None

    @property
    def worst_flip(self) -> float | None:
        """The largest preference of the reference that the result does not share."""
        return self._worst if self._rows else None

    @property
    def dead(self) -> tuple[int, ...]:
        """Classes that the reference names and the result never does."""
        return tuple(sorted(self._wanted_classes - self._got_classes))


def _same(wanted: Values, got: Values) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = (wanted == got) | (np.isnan(wanted) & np.isnan(got))
    return same
