"""What a method makes of an analysis: figures with errors and limits."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from linkage.model.normalise import Reals
from quality import measures
from quality.correction.estimating import Fit
from quality.correction.linked import Linked
from quality.uncertainty.pooling import pooled

_SEED = 1


@dataclass(frozen=True)
class Figures:
    """Estimates (q,) of one method, with their errors and limits (q,).

    ``drawn`` (draws, q) are the estimates at each draw of the precision, None without draws.
    """

    estimate: Reals
    error: Reals
    lower: Reals
    upper: Reals
    covers: str
    drawn: Reals | None = None


def sums(linked: Linked, *, means: bool) -> Reals:
    """Return which sums of coefficients (q, k) are shown: each by itself; of means, that of all."""
    shown = np.eye(linked.x.shape[1])
    if not means or len(shown) == 1:
        return shown
    share = linked.weight @ linked.x / linked.weight.sum()
    return np.vstack([shown, share])


def of_fit(found: Fit, shown: Reals, level: float) -> Figures:
    """Return the figures of a fit.

    *Formula*: normal limits from the sandwich; where the precision was drawn, percentiles of the
    estimates at each draw with a normal error from the sandwich added to each.

    Parameters
    ----------
    shown
        (q, k) each figure as a sum of coefficients.
    """
    estimate = shown @ found.coefficients
    error = np.sqrt(np.einsum("qk,kl,ql->q", shown, found.covariance, shown))
    tail = (1 - level) / 2
    if found.drawn is None:
        half = ndtri(1 - tail) * error
        return Figures(estimate, error, estimate - half, estimate + half, measures.SAMPLING_ONLY)
    drawn = found.drawn @ shown.T
    noise = np.random.default_rng(_SEED).standard_normal((len(drawn), 1)) * error
    lower, upper = np.quantile(drawn + noise, [tail, 1 - tail], axis=0)
    return Figures(
        estimate,
        np.sqrt(error**2 + drawn.var(axis=0)),
        np.minimum(lower, estimate),
        np.maximum(upper, estimate),
        measures.SAMPLING_AND_PRECISION,
        drawn,
    )


def of_fits(found: Sequence[tuple[Fit, Reals]], level: float) -> Figures:
    """Return the pooled figures of fits to completed data, each with its sums of coefficients."""
    both = pooled(
        [shown @ each.coefficients for each, shown in found],
        [np.einsum("qk,kl,ql->q", shown, each.covariance, shown) for each, shown in found],
    )
    lower, upper = both.limits(level)
    return Figures(both.estimate, both.error, lower, upper, measures.SAMPLING_AND_LINKS)
