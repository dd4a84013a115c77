"""Calibration: the probabilities of best candidates held against review labels, and put right.

Calibrated is the record's best candidate, never every pair: millions of pairs that nobody doubts
would make any model look right.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

import numpy as np
from scipy.special import expit

from linkage.decide.assignment import Flags
from linkage.model.normalise import Index, Reals
from quality.proportion import Interval
from quality.uncertainty.accuracy import LEAST_OF, MEASURES, Bin, accuracy, bins, enough
from quality.uncertainty.beta import Beta, fit_beta
from quality.uncertainty.isotonic import Isotonic, fit_isotonic
from quality.uncertainty.labels import FOLDS, NEAREST, Labels, log_odds
from quality.uncertainty.platt import Platt, fit_platt
from quality.uncertainty.resampling import RESAMPLES, between, resampled

LEAST = 150
"""Labels below which nothing is calibrated."""

MANY = 1_000
"""Labels above which the form of the map need not be assumed."""

_CURVE = 121


class Map(Protocol):
    """What turns the model's probabilities into calibrated ones."""

    def calibrated(self, p: Reals, group: Index) -> Reals:
        """Return the calibrated probability of each record, (n,)."""
        ...


Fit = Callable[[Labels, Reals], Platt | Isotonic | Beta]
"""Labels, and the weights to fit them with, to a map."""


FITS: Mapping[str, Fit] = {
    "platt": lambda labels, weight: fit_platt(labels.p, labels.match, weight),
    "platt_by_group": lambda labels, weight: fit_platt(
        labels.p, labels.match, weight, labels.group, len(labels.groups)
    ),
    "isotonic": lambda labels, weight: fit_isotonic(labels.p, labels.match, weight),
    "beta": lambda labels, weight: fit_beta(labels.p, labels.match, weight),
}
"""Every form of map by its name."""


@dataclass(frozen=True)
class Accuracy:
    """How well probabilities agree with the labels of some records.

    ``scored`` and ``calibrated`` hold an interval by name of
    :data:`quality.uncertainty.accuracy.MEASURES`, those that there are labels enough for;
    ``calibrated`` is of cross-fitted probabilities, and empty where nothing was calibrated.
    """

    n_labels: int
    n_matches: int
    scored: Mapping[str, Interval]
    calibrated: Mapping[str, Interval]


@dataclass(frozen=True)
class Calibration:
    """A map from the model's probabilities to calibrated ones, with what the labels say of both.

    Parameters
    ----------
    method
        A name of :data:`FITS`, or ``none``.
    losses
        Weighted log loss by method, ``scored`` the model's own: labels were never fitted and
        judged together.
    curve
        Probabilities as scored and as calibrated, from low to high; empty where not calibrated.
    """

    method: str
    losses: Mapping[str, float]
    overall: Accuracy
    groups: Mapping[str, Accuracy]
    bins: tuple[Bin, ...]
    map: Platt | Isotonic | Beta | None
    curve: tuple[tuple[float, float], ...]

    def as_record(self) -> dict[str, object]:
        """Return the calibration as plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Calibration":
        """Return the calibration that :meth:`as_record` wrote, without its map."""
        return cls(
            method=record["method"],
            losses=record["losses"],
            overall=_accuracy_from(record["overall"]),
            groups={name: _accuracy_from(each) for name, each in record["groups"].items()},
            bins=tuple(Bin(**{**b, "share": Interval(**b["share"])}) for b in record["bins"]),
            map=None,
            curve=tuple((p, q) for p, q in record["curve"]),
        )


def calibrate(labels: Labels, level: float = 0.95, seed: int = 1) -> Calibration:
    """Calibrate the probabilities of best candidates on the labels of a review.

    Below :data:`LEAST` labels, or 20 of either class, nothing is calibrated. Up to :data:`MANY`
    labels the map is Platt's, with a shift for each group if that fits better; above, isotonic or
    beta. Better is the lower weighted log loss, cross-fitted: five folds by a keyed hash of the
    record, each judged by a map fitted to the other four. Intervals are of the spread over
    resamples of records within strata; those of calibrated figures take the cross-fitted maps as
    given.

    Parameters
    ----------
    labels
        Reviewed records. Those without any candidate have no probability, and are not among them.
    level
        Two-sided level of intervals.
    seed
        Keys the folds and the resamples.

    Notes
    -----
    The numbers of labels that a map needs: methods, section 2.4.
    """
    if not enough(labels.match, LEAST):
        return _described(labels, "none", None, {}, (level, seed))
    fitted = {name: crossfitted(FITS[name], labels, seed) for name in _forms(labels)}
    losses = {name: log_loss(labels, q) for name, q in fitted.items()}
    best = min(losses, key=lambda name: losses[name])
    return _described(labels, best, fitted[best], losses, (level, seed))


def crossfitted(fit: Fit, labels: Labels, seed: int) -> Reals:
    """Return each record's probability by a map fitted without the records of its fold, (n,)."""
    fold, weight = labels.fold(seed), labels.weight
    q = np.empty(len(labels))
    for k in range(FOLDS):
        out = fold == k
        # weight 0 takes a record out of every sum of the fit
        fitted = fit(labels, np.where(out, 0.0, weight))
        q[out] = fitted.calibrated(labels.p[out], labels.group[out])
    return q


def log_loss(labels: Labels, q: Reals) -> float:
    """Return the mean of -ln of the probability given to what was found, weighted.

    A map may say 0 or 1, which one surprise would punish without end: q is held half a label away.
    """
    nearest = 0.5 / len(labels)
    held = np.clip(q, nearest, 1 - nearest)
    loss = -np.log(np.where(labels.match, held, 1 - held))
    return float(labels.weight @ loss / labels.weight.sum())


def _forms(labels: Labels) -> tuple[str, ...]:
    if len(labels) > MANY:
        return ("isotonic", "beta")
    return ("platt", "platt_by_group") if len(labels.groups) > 1 else ("platt",)


def _described(
    labels: Labels,
    method: str,
    q: Reals | None,
    losses: Mapping[str, float],
    settings: tuple[float, int],
) -> Calibration:
    """Return the calibration by ``method``, ``q`` its cross-fitted probabilities."""
    level, seed = settings
    weight = labels.weight
    found = None if q is None else FITS[method](labels, weight)
    weights = np.array([weight, *resampled(labels, RESAMPLES, seed)])
    rows = {name: labels.group == k for k, name in enumerate(labels.groups)}
    return Calibration(
        method=method,
        losses={"scored": log_loss(labels, labels.p), **losses},
        overall=_accuracy(labels, q, weights, np.ones(len(labels), bool), level),
        groups={
            name: _accuracy(labels, q, weights, inside, level)
            for name, inside in rows.items()
            if len(rows) > 1 and inside.any()
        },
        bins=bins(labels.p, labels.match, weight, q, level),
        map=found,
        curve=() if found is None else _curve(found),
    )


def _accuracy(
    labels: Labels, q: Reals | None, weights: Reals, inside: Flags, level: float
) -> Accuracy:
    """Return the accuracy over the records ``inside``; the first of ``weights`` is the design's."""
    match = labels.match[inside]
    slope = enough(match, LEAST)

    def intervals(p: Reals, slope: bool) -> dict[str, Interval]:
        drawn = [accuracy(p[inside], match, each[inside], slope) for each in weights]
        return _intervals(drawn, level)

    return Accuracy(
        n_labels=len(match),
        n_matches=int(match.sum()),
        scored=intervals(labels.p, slope),
        calibrated={} if q is None else intervals(q, slope=False),
    )


def _intervals(drawn: Sequence[Mapping[str, float]], level: float) -> dict[str, Interval]:
    """Return each measure with its interval; the first of ``drawn`` is the estimate itself."""
    found = {}
    for name in MEASURES:
        draws = [each[name] for each in drawn]
        if not np.isnan(draws[0]):
            found[name] = between(draws, level, LEAST_OF.get(name, -np.inf))
    return found


def _curve(found: Platt | Isotonic | Beta) -> tuple[tuple[float, float], ...]:
    """Return points of the map, of a group without a shift where groups have them."""
    plain = replace(found, shift=()) if isinstance(found, Platt) else found
    end = float(log_odds(np.array([1 - NEAREST]))[0])
    p = expit(np.linspace(-end, end, _CURVE))
    q = plain.calibrated(p, np.zeros(_CURVE, np.int64))
    return tuple(zip(p.tolist(), q.tolist(), strict=True))


def _accuracy_from(record: Mapping[str, Any]) -> Accuracy:
    intervals = {
        kind: {name: Interval(**each) for name, each in record[kind].items()}
        for kind in ("scored", "calibrated")
    }
    return Accuracy(record["n_labels"], record["n_matches"], **intervals)
