"""Regression on linked records of which some are linked to someone else.

The outcome of a falsely linked record is another's. Where the other may be anyone of some groups,
the expected outcome is a mixture of the record's own and of the means of these; an estimating
equation made of that expectation is solved by the true coefficients. With a precision of 1 it is
the ordinary one. Derived in docs/explanation/corrections.md.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.special import expit

from linkage.model.normalise import Reals
from quality.correction.linked import Linked

Model = Literal["linear", "logistic"]

_STEPS = 50
_SMALL = 1e-9
_CERTAIN = 25
"""Log odds beyond which a logistic model is running away: it could tell an outcome for sure."""
_ALIKE = 1e10
"""Condition beyond which covariates say the same."""


@dataclass(frozen=True)
class Fit:
    """Coefficients (k,), their covariance over samples (k, k), and draws of them.

    ``drawn`` (draws, k) are the coefficients at each draw of the precision, None where there are
    no draws: they carry what is not known of the precision, and nothing of sampling.
    """

    coefficients: Reals
    covariance: Reals
    drawn: Reals | None = None


class UnsettledError(ValueError):
    """The equation has no solution that could be found: too few records, or none that differ."""


def fit(
    linked: Linked,
    model: Model,
    right: Reals | None = None,
    drawn: Reals | None = None,
    partners: Reals | None = None,
) -> Fit:
    """Solve the estimating equation of a regression on linked records.

    *Formula*: with lambda_g the share of right links of group g, m_g the mean over those who may be
    a false partner, the sum over groups h of K_gh times the mean of h, G_i = lambda x_i +
    (1 - lambda) m(x), and f_i the outcome that the model expects,
    sum of w_i G_i (y_i - lambda f_i - (1 - lambda) m(f)) = 0. Its variance is the sandwich
    J^-1 (sum of w^2 G G' e^2) J^-T n / (n - k). A false partner is another record: see
    :func:`_others`. Each draw of lambda takes one Newton step from the solution, which is exact for
    a linear model.

    Parameters
    ----------
    right
        (G,) precision by group; None takes every link for right.
    drawn
        (draws, G) of the precision.
    partners
        (G, G) K: of the false partners of a group, the share that belongs to each group; rows add
        up to 1. None: they are of the same group.

    Raises
    ------
    UnsettledError
        When the equation has no one solution.

    Notes
    -----
    Source: Lahiri and Larsen (2005), J. Am. Stat. Assoc. 100, 222-230, for G in linear regression;
    Chambers (2009), Official Statistics Research Series 4, for exchangeable errors and other
    models, where K is the identity. Checked against the function ``glmELE`` of the R package
    postlink (weight matrix "Lahiri-Larsen"); the papers themselves were not read.
    """
    if right is None:
        linked = replace(linked, group=np.zeros_like(linked.group), groups=(None,))
        right, partners = np.ones(1), None
    own, pools = _others(linked, np.eye(len(linked.groups)) if partners is None else partners)
    sums = _Sums(linked, pools)
    lam = right - (1 - right) * own
    found = np.zeros(linked.x.shape[1])
    for _ in range(_STEPS):
        step = sums.at(found, model).step(lam[None])[0]
        found = found + step
        if not np.isfinite(found).all():
            raise UnsettledError
        if model == "linear" or np.abs(step).max() <= _SMALL * (1 + np.abs(found).max()):
            break
    else:
        raise UnsettledError
    if model == "logistic" and np.abs(linked.x @ found).max() > _CERTAIN:
        raise UnsettledError
    at = sums.at(found, model)
    _require_told_apart(at.slope(lam[None])[0])
    shifted = None if drawn is None else found + at.step(drawn - (1 - drawn) * own)
    return Fit(found, at.sandwich(lam), shifted)


def _others(linked: Linked, partners: Reals) -> tuple[Reals, Reals]:
    """Return what being another record changes: (G,) of the own share, (G, G) of the pools.

    Of a group of n, a false partner is one of the n - 1 others, whose mean is
    (n m - own) / (n - 1): lambda becomes lambda - (1 - lambda) a with a = K_gg / (n - 1), and the
    means are weighted by K with its diagonal times n / (n - 1), over 1 + a.
    """
    n = np.bincount(linked.group, minlength=len(linked.groups))
    others = np.maximum(n - 1, 1)
    own = np.diag(partners) / others
    pools = partners + np.diag(np.diag(partners) / others)
    return own, pools / (1 + own)[:, None]


def _require_told_apart(slope: Reals) -> None:
    scale = np.sqrt(np.abs(np.diag(slope)))
    if not scale.all() or np.linalg.cond(slope / np.outer(scale, scale)) > _ALIKE:
        raise UnsettledError


class _Sums:
    """Sums by group that the equation is made of: those that no coefficient changes."""

    def __init__(self, linked: Linked, pools: Reals) -> None:
        self.linked, self.pools = linked, pools
        order = np.argsort(linked.group, kind="stable")
        n = np.bincount(linked.group, minlength=len(linked.groups))
        ends = np.cumsum(n)
        self.rows = [order[end - size : end] for end, size in zip(ends, n, strict=True)]
        self.n = linked.n_of_group
        self.x = self.means(linked.x)
        self.y = self.means(linked.y[:, None])
        self.xy = self.products(linked.y[:, None])

    def means(self, values: Reals) -> Reals:
        """Return the weighted means of (n, m) values by group, (G, m)."""
        weight = self.linked.weight
        sums = [weight[rows] @ values[rows] for rows in self.rows]
        return np.array(sums) / np.maximum(self.n, 1e-300)[:, None]

    def products(self, values: Reals) -> Reals:
        """Return the sums of w x v' by group, (G, k, m)."""
        x, weight = self.linked.x, self.linked.weight
        return np.array([(x[rows].T * weight[rows]) @ values[rows] for rows in self.rows])

    def pool(self, means: Reals) -> Reals:
        """Return the means (G, m) over the false partners of each group."""
        return np.asarray(self.pools @ means)

    def mixed(self, lam: Reals, products: Reals, means: Reals, *, again: bool) -> Reals:
        """Return the sum of w G v' over all groups, (draws, k, m), at lambda (draws, G).

        ``again`` mixes v as G is mixed; the observed outcomes are mixed already.
        """
        rest = 1 - lam
        own, pooled = means, self.pool(means)
        near = np.einsum("dg,gkm->dkm", lam * (lam if again else 1), products)
        x, pool = self.x, self.pool(self.x)
        if not again:
            far = np.einsum("dg,g,gk,gm->dkm", rest, self.n, pool, own)
            return np.asarray(near + far)
        cross = np.einsum("g,gk,gm->gkm", self.n, x, pooled)
        cross += np.einsum("g,gk,gm->gkm", self.n, pool, own)
        both = np.einsum("g,gk,gm->gkm", self.n, pool, pooled)
        far = np.einsum("dg,gkm->dkm", lam * rest, cross) + np.einsum("dg,gkm->dkm", rest**2, both)
        return np.asarray(near + far)

    def at(self, coefficients: Reals, model: Model) -> "_Equation":
        """Return the equation at some coefficients."""
        linear = self.linked.x @ coefficients
        expected = linear if model == "linear" else expit(linear)
        slope = np.ones_like(linear) if model == "linear" else expected * (1 - expected)
        return _Equation(self, expected, self.linked.x * slope[:, None])


class _Equation:
    """The estimating equation at some coefficients, for any precision."""

    def __init__(self, sums: _Sums, expected: Reals, slopes: Reals) -> None:
        self.sums, self.expected = sums, expected
        self.f, self.xf = sums.means(expected[:, None]), sums.products(expected[:, None])
        self.s, self.xs = sums.means(slopes), sums.products(slopes)

    def step(self, lam: Reals) -> Reals:
        """Return Newton's steps (draws, k) towards the solutions at lambda (draws, G)."""
        sums = self.sums
        left = sums.mixed(lam, sums.xy, sums.y, again=False)
        left = left - sums.mixed(lam, self.xf, self.f, again=True)
        return _solved(self.slope(lam), left)[..., 0]

    def slope(self, lam: Reals) -> Reals:
        """Return J, (draws, k, k): how the equation falls as the coefficients rise."""
        return self.sums.mixed(lam, self.xs, self.s, again=True)

    def sandwich(self, lam: Reals) -> Reals:
        """Return the covariance (k, k) of the solution at lambda (G,)."""
        sums, linked = self.sums, self.sums.linked
        own = lam[linked.group]
        mixed = own[:, None] * linked.x + (1 - own)[:, None] * sums.pool(sums.x)[linked.group]
        far = sums.pool(self.f)[linked.group, 0]
        residual = linked.y - own * self.expected - (1 - own) * far
        scores = mixed * (linked.weight * residual)[:, None]
        inverse = _solved(self.slope(lam[None]), np.eye(linked.x.shape[1])[None])[0]
        n, k = linked.x.shape
        covariance: Reals = inverse @ (scores.T @ scores) @ inverse.T * (n / max(n - k, 1))
        return covariance


def _solved(left: Reals, right: Reals) -> Reals:
    try:
        return np.asarray(np.linalg.solve(left, right))
    except np.linalg.LinAlgError:
        raise UnsettledError from None
