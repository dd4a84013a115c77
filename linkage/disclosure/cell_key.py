"""Cell-key perturbation: a count gets noise that only depends on who is counted.

Every record has a key of its own for good; the keys of the people in a cell add up to the cell's
key, and that looks the noise up. So the same people get the same noise in every table, under every
name, and a second asking adds nothing to what a reader knows.

The scheme, a permanent key per record and a table of noise by count, is the one that the Office for
National Statistics used for Census 2021 and that R's ptable 1.0.0 makes tables for; both name
Fraser and Wooton (2005) and Marley and Leaver (2011) of the Australian Bureau of Statistics, or
their method, as its origin. Derived in docs/explanation/cell-keys.md.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy  # its parts are loaded when they are first used
from numpy.typing import NDArray

BITS = 32
"""Keys are whole numbers below 2 to this power; so are their sums, which are taken modulo it."""

MOST = 5
"""No count is moved further than this."""

VARIANCE = 2.0
"""The variance of the noise: that of rounding to base 5."""

_BLOCK = 64  # bytes of a block of SHA-256, to which HMAC fills its key up

Counts = NDArray[np.int64]
Reals = NDArray[np.float64]


def record_key_sql(record_id: str) -> str:
    """Return SQL for the key of a record: the first bits of HMAC-SHA-256 of its id (RFC 2104).

    Parameters
    ----------
    record_id
        SQL of the id, text. The secret is bound, as :func:`key_parameters` gives it.
    """
    digits = BITS // 4
    inner = f"unhex(sha256($inner || encode({record_id})))"
    return f"('0x' || substr(sha256($outer || {inner}), 1, {digits}))::UBIGINT"


def key_parameters(secret: bytes) -> Mapping[str, bytes]:
    """Return what :func:`record_key_sql` needs of the secret (at most 64 bytes)."""
    padded = secret.ljust(_BLOCK, b"\0")
    return {
        "inner": bytes(byte ^ 0x36 for byte in padded),
        "outer": bytes(byte ^ 0x5C for byte in padded),
    }


def record_key(secret: bytes, record_id: str) -> int:
    """Return the key of one record, as :func:`record_key_sql` makes it of many."""
    digest = hmac.digest(secret, record_id.encode(), "sha256")
    return int.from_bytes(digest[: BITS // 8], "big")


@dataclass(frozen=True)
class PerturbationTable:
    """The noise of each count: row r, (2 most + 1,), is of a count r above the threshold.

    The last row is of every higher count too. ``probability`` is by noise, -most first.
    """

    threshold: int
    most: int
    probability: Reals

    def perturbed(self, counts: Counts, keys: Counts) -> Counts:
        """Return the counts (C,) with the noise that the cells' keys (C,) look up.

        Raises
        ------
        ValueError
            When a count lies under the threshold: it is to be held back, not perturbed.
        """
        if (counts < self.threshold).any():
            raise ValueError("a count under the threshold is not to be shown")
        row = np.minimum(counts - self.threshold, self.most)
        limits = np.cumsum(self.probability, axis=1)[row, :-1]
        place = (limits <= (keys / 2.0**BITS)[:, None]).sum(axis=1)
        noisy: Counts = counts + place - self.most
        return noisy


@lru_cache
def perturbation_table(
    threshold: int, most: int = MOST, variance: float = VARIANCE
) -> PerturbationTable:
    """Return the noise by count: bounded, of mean zero, of one variance, to nothing too small.

    No count of ``threshold`` or more is moved under it. A count of exactly ``threshold`` can then
    only move up; of mean zero, it does not move. Every other has the variance asked.
    """
    rows = np.zeros((most + 1, 2 * most + 1))
    rows[0, most] = 1.0
    for above in range(1, most + 1):
        rows[above, most - above :] = most_uncertain(above, most, variance)
    return PerturbationTable(threshold, most, rows)


def most_uncertain(down: int, up: int, variance: float) -> Reals:
    """Return the noise from ``-down`` to ``up``, of mean zero and this variance, least told of.

    Formula: p_d ∝ exp(a d + b d²), the distribution of greatest entropy under the two moments; a
    and b minimise log sum exp(a d + b d²) - b variance, which is convex.

    Raises
    ------
    ValueError
        When no such noise has this variance: the greatest is ``down * up``, of the two ends alone.
    """
    if not 0 < variance < down * up:
        raise ValueError("no noise between these bounds has mean zero and this variance")
    d = np.arange(-down, up + 1.0)
    moments = np.stack([d, d * d])
    target = np.array([0.0, variance])

    def p(weights: Reals) -> Reals:
        found: Reals = scipy.special.softmax(weights @ moments)
        return found

    def gap(weights: Reals) -> float:
        return float(scipy.special.logsumexp(weights @ moments) - weights @ target)

    def slope(weights: Reals) -> Reals:
        found: Reals = moments @ p(weights) - target
        return found

    def curvature(weights: Reals) -> Reals:
        found: Reals = np.cov(moments, aweights=p(weights), ddof=0)
        return found

    solved = scipy.optimize.minimize(
        gap, np.zeros(2), jac=slope, hess=curvature, method="trust-exact", options={"gtol": 1e-12}
    )
    made: Reals = p(solved.x)
    return made
