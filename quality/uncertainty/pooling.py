"""Rubin's rules: what several completed data sets say, pooled, with what they do not agree on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from linkage.model.normalise import Reals


@dataclass(frozen=True)
class Pooled:
    """Pooled estimates, each of the shape of one: () for a number, (k,) for k coefficients.

    ``missing_information`` is the share of the information that is lost because data are missing.
    """

    estimate: Reals
    variance: Reals
    df: Reals
    missing_information: Reals

    @property
    def error(self) -> Reals:
        """The standard errors."""
        root: Reals = np.sqrt(self.variance)
        return root

    def limits(self, level: float) -> tuple[Reals, Reals]:
        """Return the limits of Student's interval with ``df`` degrees of freedom."""
        half = stdtrit(self.df, (1 + level) / 2) * self.error
        return self.estimate - half, self.estimate + half


def pooled(estimates: ArrayLike, variances: ArrayLike, complete_df: float | None = None) -> Pooled:
    """Pool the estimates of M completed data sets.

    *Formula*: the estimate is the mean; its variance T = U + (1 + 1/M) B, U the mean of the
    variances and B the variance of the estimates (divisor M - 1). With lambda = (1 + 1/M) B / T,
    the degrees of freedom are v = (M - 1) / lambda^2; where the complete data would have had v_c,
    1 / (1 / v + 1 / v_o), v_o = (1 - lambda) v_c (v_c + 1) / (v_c + 3). The share of missing
    information is (r + 2 / (v + 3)) / (r + 1), r = (1 + 1/M) B / U.

    Parameters
    ----------
    estimates, variances
        (M,) or (M, k): a row a completed data set; the variances are squares of standard errors.
    complete_df
        Degrees of freedom that the complete data would have had; None where they are so many that
        the normal distribution would have served.

    Raises
    ------
    ValueError
        With fewer than two data sets: one says nothing of how far they disagree.

    Notes
    -----
    Source: Rubin (1987), Multiple Imputation for Nonresponse in Surveys, section 3.1 and eq.
    3.1.10; Barnard and Rubin (1999), Biometrika 86, 948-955, for the finite v_c. Checked against
    the functions ``pool.scalar`` and ``barnard.rubin`` of the R package mice, which give v and the
    missing information in the same form.

    Examples
    --------
    >>> shown = pooled([1.0, 2.0, 3.0], [0.5, 0.5, 0.5])
    >>> round(float(shown.estimate), 3), round(float(shown.variance), 3), round(float(shown.df), 3)
    (2.0, 1.833, 3.781)
    """
    q, u = np.asarray(estimates, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    m = len(q)
    if m < 2:
        raise ValueError("pooling needs two completed data sets or more")
    within = u.mean(axis=0)
    between = (1 + 1 / m) * q.var(axis=0, ddof=1)
    total = within + between
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(total > 0, between / total, 0.0)
        df = np.where(share > 0, (m - 1) / share**2, np.inf)
        if complete_df is not None:
            observed = (1 - share) * complete_df * (complete_df + 1) / (complete_df + 3)
            df = 1 / (1 / df + 1 / observed)
        # (r + 2 / (v + 3)) / (r + 1), each side multiplied by U / T: it holds where U is 0 too
        missing = share + (1 - share) * 2 / (df + 3)
    return Pooled(*(np.asarray(each) for each in (q.mean(axis=0), total, df, missing)))
