"""Multiple imputation of links that look at the outcome: what fits is likelier the right link.

A candidate whose outcome is what the covariates let expect is a likelier partner than identifiers
alone say. Weighing candidates so undoes the attenuation that draws without the outcome bring.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy  # its parts are loaded when they are first used
from scipy.special import log_expit

from linkage.decide.assignment import Flags
from linkage.model.normalise import Index, Reals
from quality.correction.estimating import Model, UnsettledError, fit
from quality.correction.linked import Linked

SURE = 0.99
"""Candidates that the first model of the outcome is fitted on."""

IMPUTATIONS = 20
_CYCLES = 5
_NEVER_DRAWN = 0.999
"""Candidates that every imputation holds: the outcome could hardly turn them down."""

_EXACT = 1e-12

_MOST = 50_000
"""Records that the model of the outcome is fitted on between imputations, at most."""


@dataclass(frozen=True)
class Candidates:
    """Candidate pairs that are complete in the variables of an analysis.

    Parameters
    ----------
    linked
        Their data, a row a pair.
    record
        (P,) the record that has one partner at most; pairs of a record stand together.
    p
        (P,) probability that the pair is the record's match; what a record's pairs leave to 1 is
        that of none of them.
    """

    linked: Linked
    record: Index
    p: Reals


def imputed_links(candidates: Candidates, model: Model, seed: int) -> Iterator[Linked]:
    """Yield the data of :data:`IMPUTATIONS` imputed linkages.

    *Formula*: pair i of record j is drawn with a weight in proportion to p_ij f(y | x) / h(y), none
    of its pairs with 1 - sum of p_ij; f is the model of the outcome with parameters drawn from what
    is known of them, h the distribution of the outcome over all (normal, or of 0 and 1). The model
    is fitted anew on what was drawn, :data:`_CYCLES` times between one imputation and the next. A
    record for which no pair is drawn is left out of that imputation.

    Parameters
    ----------
    seed
        Of the draws.

    Raises
    ------
    UnsettledError
        When a model has no one solution.

    Notes
    -----
    Source: Goldstein, Harron and Wade (2012), Statist. Med. 31, 3481-3493, prior-informed
    imputation, as the project's method specification has it; not checked in the paper. Ours differs
    in two points: f is divided by h, so that a candidate is not favoured for a common outcome, and
    a record may have no partner, instead of an imputed outcome.
    """
    random = np.random.default_rng(seed)
    linked = candidates.linked
    always = candidates.p >= _NEVER_DRAWN
    settled = np.isin(candidates.record, candidates.record[always])
    (open_,) = np.nonzero(~settled)
    drawing = _Drawing(candidates.record[open_], candidates.p[open_])
    chosen = candidates.p >= SURE
    if chosen.sum() <= linked.x.shape[1] + 1:
        raise UnsettledError
    common = _log_marginal(linked.of(chosen).y, linked.y[open_], model)
    for _ in range(IMPUTATIONS):
        for _ in range(_CYCLES if len(open_) else 0):
            fitted_on = _some(chosen, random)
            fits_it = _log_density(linked.of(fitted_on), linked.of(open_), model, random)
            chosen = always.copy()
            chosen[open_] = drawing.draw(np.exp(np.clip(fits_it - common, -50, 50)), random)
        yield linked.of(chosen)


class _Drawing:
    """Draws of one pair, or none, of each record."""

    def __init__(self, record: Index, p: Reals) -> None:
        self.p = p
        changes = np.flatnonzero(np.diff(record)) + 1
        self.start = np.append(0, changes)[: len(record)]
        self.size = np.diff(np.append(self.start, len(record)))
        self.none = np.maximum(1 - self._sums(p), 0.0)

    def _sums(self, values: Reals) -> Reals:
        return np.add.reduceat(values, self.start) if len(values) else values

    def draw(self, ratio: Reals, random: np.random.Generator) -> Flags:
        """Return which pairs are drawn, (P,), each in proportion to p times ``ratio`` (P,)."""
        weight = self.p * ratio
        total = self._sums(weight)
        reached = np.cumsum(weight)
        before = (reached - weight)[self.start]
        wanted = before + random.random(len(total)) * (total + self.none)
        at = np.searchsorted(reached, wanted, side="right")
        drawn = np.zeros(len(weight), dtype=np.bool_)
        drawn[at[at < self.start + self.size]] = True
        return drawn


def _some(chosen: Flags, random: np.random.Generator) -> Index:
    (rows,) = np.nonzero(chosen)
    return rows if len(rows) <= _MOST else random.choice(rows, _MOST, replace=False)


def _log_density(
    fitted_on: Linked, asked: Linked, model: Model, random: np.random.Generator
) -> Reals:
    """Return log f(y | x) of ``asked`` (P,), its parameters drawn around those of a fit."""
    found = fit(fitted_on, model)
    drawn = random.multivariate_normal(found.coefficients, found.covariance, method="svd")
    expected = asked.x @ drawn
    if model == "logistic":
        return np.asarray(np.where(asked.y > 0, log_expit(expected), log_expit(-expected)))
    residual = fitted_on.y - fitted_on.x @ found.coefficients
    df = max(len(residual) - asked.x.shape[1], 1)
    # where covariates foretell the outcome without fail, the smallest difference tells
    variance = max((residual @ residual) / random.chisquare(df), _EXACT * float(asked.y.var()))
    return np.asarray(scipy.stats.norm.logpdf(asked.y, expected, np.sqrt(variance)))


def _log_marginal(known: Reals, asked: Reals, model: Model) -> Reals:
    """Return log h(y) of ``asked`` (P,), the distribution that ``known`` outcomes have."""
    if model == "logistic":
        share = np.clip(known.mean(), 1e-6, 1 - 1e-6)
        return np.asarray(np.log(np.where(asked > 0, share, 1 - share)))
    return np.asarray(scipy.stats.norm.logpdf(asked, known.mean(), max(known.std(ddof=1), _EXACT)))
