"""The methods of an analysis: each gives figures, or says why the run does not allow it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from linkage.model.normalise import Index, Reals
from quality import measures
from quality.correction import said
from quality.correction.drawn_links import IMPUTATIONS, drawn_links
from quality.correction.estimating import Model, UnsettledError, fit
from quality.correction.figures import Figures, of_fit, of_fits, sums
from quality.correction.linked import Linked
from quality.correction.outcome_informed import Candidates, imputed_links
from quality.correction.partners import Partners
from quality.correction.precision import Precision
from quality.correction.run_links import RunCandidates
from quality.correction.variables import Variables
from quality.errors.drawn_rates import Draws


@dataclass(frozen=True)
class Asked:
    """An analysis, its data, and what the run knows that a method may use.

    Parameters
    ----------
    pairs
        (L, 2) the links, the focal record first.
    linked
        Their data; ``weight`` (n,) are the linkage weights of these records.
    precision, draws
        None where there are none.
    """

    variables: Variables
    pairs: Index
    linked: Linked
    weight: Reals
    precision: Precision | None
    partners: Partners
    draws: Draws | None
    candidates: RunCandidates
    level: float

    @property
    def model(self) -> Model:
        """Which regression it is; a mean is a linear one on groups alone."""
        return "logistic" if self.variables.analysis.kind == "logistic" else "linear"

    @property
    def means(self) -> bool:
        """Whether its coefficients are means of groups."""
        return self.variables.analysis.kind == "mean"


def figures(method: str, asked: Asked) -> Figures | str | None:
    """Return the figures of a method, a reason why there are none, or None: nobody would ask."""
    try:
        return METHODS[method](asked)
    except UnsettledError:
        return said.UNSETTLED


def _naive(asked: Asked) -> Figures:
    return _fitted(asked, asked.linked)


def _weighted(asked: Asked) -> Figures:
    return _fitted(asked, asked.linked.weighted(asked.weight))


def _fitted(asked: Asked, linked: Linked) -> Figures:
    shown = sums(linked, means=asked.means)
    return of_fit(fit(linked, asked.model), shown, asked.level)


def _corrected(asked: Asked) -> Figures | str:
    if asked.variables.within:
        return said.WITHIN
    if not asked.variables.across:
        return said.MIXED
    if asked.precision is None:
        return said.UNMEASURED
    found = fit(
        asked.linked,
        asked.model,
        asked.precision.point,
        asked.precision.drawn,
        asked.partners.shares,
    )
    return of_fit(found, sums(asked.linked, means=asked.means), asked.level)


def _over_draws(asked: Asked) -> Figures | None:
    if asked.draws is None or asked.variables.within:
        return None
    drawn = drawn_links(asked.draws, asked.pairs, asked.variables, IMPUTATIONS)
    return _pooled(asked, (asked.variables.pairs(*pairs.T)[0] for pairs in drawn))


def _informed(asked: Asked) -> Figures | None:
    if asked.variables.within:
        return None
    known, variables = asked.candidates, asked.variables
    # links by match-keys have no scored candidate
    beside = asked.pairs[~np.isin(asked.pairs[:, 0], known.pairs[:, 0])]
    pairs = np.vstack([known.pairs, beside])
    competing = np.concatenate([known.competing, -1 - np.arange(len(beside))])
    p = np.concatenate([known.p, np.ones(len(beside))])
    linked, complete = variables.pairs(*pairs.T)
    candidates = Candidates(linked, competing[complete], p[complete])
    return _pooled(asked, imputed_links(candidates, asked.model, seed=1))


def _pooled(asked: Asked, data: Iterable[Linked]) -> Figures:
    # one at a time: together they would need room for as many copies of all linked records
    fits = [(fit(each, asked.model), sums(each, means=asked.means)) for each in data]
    return of_fits(fits, asked.level)


METHODS: Mapping[str, Callable[[Asked], Figures | str | None]] = {
    measures.NAIVE: _naive,
    measures.WEIGHTED: _weighted,
    measures.FALSE_LINK_CORRECTED: _corrected,
    measures.OUTCOME_INFORMED: _informed,
    measures.LINKAGE_DRAWS: _over_draws,
}
"""In the order in which a table shows them: the naive one first, the worse ones last."""
