"""How far two reviewers agree, and how often one of them errs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from quality.proportion import Interval
from quality.review.answers import VERDICTS
from quality.review.settling import ADJUDICATED, AGREED

ALL = "all"
"""Stands for both types of unit together."""


@dataclass(frozen=True)
class Agreement:
    """Agreement of two reviewers on the units that both reviewed.

    ``table`` (3, 3) counts the first reviewer's verdict by the second's, in the order of
    :data:`quality.review.answers.VERDICTS`. ``n_other_partner`` of the units on which the verdicts
    agree name different partners. ``kappa`` is None where it is not defined.
    """

    table: NDArray[np.int64]
    n_other_partner: int
    kappa: Interval | None

    @property
    def n(self) -> int:
        """Units that both reviewed."""
        return int(self.table.sum())

    @property
    def n_same(self) -> int:
        """Units of the same verdict."""
        return int(np.trace(self.table))


@dataclass(frozen=True)
class Counts:
    """``k`` of ``n``."""

    k: int
    n: int


@dataclass(frozen=True)
class ReviewErrors:
    """How often single reviews of one type of unit were right.

    ``sensitivity``: of reviews of units that settled as a match, those that said match;
    ``specificity``: of those that settled as no match, those that said so. Reviews that said
    unsure are in neither, and counted in ``n_unsure``; ``n_open`` doubly reviewed units wait for
    adjudication or were adjudicated as unsure, and are in none.
    """

    sensitivity: Counts
    specificity: Counts
    n_unsure: int
    n_open: int


def cohen_kappa(table: NDArray[np.int64], level: float = 0.95) -> Interval | None:
    """Cohen's kappa of a square table of counts, with its large-sample interval.

    Formula: kappa = (p_o - p_e) / (1 - p_e), with p_o = Σ p_ii and p_e = Σ p_i. p_.i. Its standard
    error is √(A + B - C) / ((1 - p_e) √n), with A = Σ p_ii (1 - (p_i. + p_.i)(1 - κ))²,
    B = (1 - κ)² Σ_(i≠j) p_ij (p_.i + p_j.)² and C = (κ - p_e (1 - κ))².

    Returns
    -------
    Interval or None
        None when there is no unit, or when all agreement is by chance: both gave one and the same
        verdict throughout (p_e = 1).

    Notes
    -----
    Source: Cohen (1960), Educ. Psychol. Meas. 20, 37-46; error by Fleiss, Cohen and Everitt (1969),
    Psychol. Bull. 72, 323-327. The error was not checked in the paper; it gives the figures that
    the SAS manual prints for its example.
    """
    n = table.sum()
    if n == 0:
        return None
    p = table / n
    rows, columns, same = p.sum(axis=1), p.sum(axis=0), np.diag(p)
    chance = float(rows @ columns)
    if chance == 1:
        return None
    kappa = float((same.sum() - chance) / (1 - chance))
    a = float((same * (1 - (rows + columns) * (1 - kappa)) ** 2).sum())
    crossed = (columns[:, None] + rows[None, :]) ** 2 * (1 - np.eye(len(p)))
    b = (1 - kappa) ** 2 * float((p * crossed).sum())
    c = (kappa - chance * (1 - kappa)) ** 2
    error = sqrt(max(a + b - c, 0)) / ((1 - chance) * sqrt(n))
    reach = NormalDist().inv_cdf((1 + level) / 2) * error
    return Interval(kappa, max(-1.0, kappa - reach), min(1.0, kappa + reach), level)


def agreement(reviews: pa.Table, first: str, second: str) -> dict[str, Agreement]:
    """Return the agreement of two reviewers for each type of unit, and for :data:`ALL`.

    Parameters
    ----------
    reviews
        A row a unit and reviewer, with the columns of :data:`linkage.tables.REVIEWS`.
    """
    of_first, of_second = _by_unit(reviews, first), _by_unit(reviews, second)
    pairs = [(of_first[unit], of_second[unit]) for unit in of_first if unit in of_second]
    kinds = sorted({str(one["unit_type"]) for one, _ in pairs})
    return {
        kind: _agreement([pair for pair in pairs if kind in {ALL, pair[0]["unit_type"]}])
        for kind in (ALL, *kinds)
    }


def review_errors(reviews: pa.Table, final: pa.Table, reviewer: str) -> dict[str, ReviewErrors]:
    """Return for each type of unit how often a single review by ``reviewer`` was right.

    Judged by the doubly reviewed units alone, whose decision is that on which both agree or which
    an adjudicator took. An error that both made alike, and the adjudicator too, cannot show: the
    figures are no lower than the truth.

    Parameters
    ----------
    reviews
        A row a unit and reviewer, with the columns of :data:`linkage.tables.REVIEWS`.
    final
        What :func:`quality.review.settling.settle` made of them.
    reviewer
        The one whose errors count: the first reviewer, whose word stands for all other units.

    Notes
    -----
    The counts feed the correction of Rogan and Gladen (1978), methods.md section 4.5: draws of
    sensitivity from Beta(k + a, n - k + b) for each type of unit.
    """
    doubled = _doubled(reviews)
    settled = {row["unit"]: row for row in final.to_pylist() if row["unit"] in doubled}
    own = {unit: row for unit, row in _by_unit(reviews, reviewer).items() if unit in doubled}
    kinds = sorted({str(row["unit_type"]) for row in own.values()})
    return {
        kind: _errors([(row, settled[u]) for u, row in own.items() if row["unit_type"] == kind])
        for kind in kinds
    }


def _agreement(pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> Agreement:
    table = np.zeros((len(VERDICTS), len(VERDICTS)), dtype=np.int64)
    for one, other in pairs:
        table[VERDICTS.index(one["decision"]), VERDICTS.index(other["decision"])] += 1
    elsewhere = sum(
        one["decision"] == other["decision"] and one["partner"] != other["partner"]
        for one, other in pairs
    )
    return Agreement(table, elsewhere, cohen_kappa(table))


def _errors(pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> ReviewErrors:
    known = [
        (review["decision"], settled["decision"])
        for review, settled in pairs
        if settled["settled_by"] in {ADJUDICATED, AGREED} and settled["decision"] != "unsure"
    ]
    told = [(said, truth) for said, truth in known if said != "unsure"]
    right = {
        truth: Counts(told.count((truth, truth)), sum(t == truth for _, t in told))
        for truth in ("match", "non_match")
    }
    return ReviewErrors(
        right["match"], right["non_match"], len(known) - len(told), len(pairs) - len(known)
    )


def _by_unit(reviews: pa.Table, reviewer: str) -> Mapping[int, dict[str, Any]]:
    rows = reviews.to_pylist()
    return {
        row["unit"]: row for row in rows if row["reviewer"] == reviewer and not row["adjudicated"]
    }


def _doubled(reviews: pa.Table) -> set[int]:
    reviewed = Counter(row["unit"] for row in reviews.to_pylist() if not row["adjudicated"])
    return {unit for unit, n in reviewed.items() if n > 1}
