"""How many records of each stratum are reviewed, and which: Neyman within groups, equal between.

Equal numbers of reviews a group give about equal half-widths, so that a small group is measured as
well as a large one; a share of all records would starve it (methods.md, sections 4.3 and 10.7). The
figures of all records rest on the largest groups, so that a part goes by size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from linkage.decide.assignment import keyed_hash
from linkage.model.normalise import Index, Reals
from quality.review.strata import POOL, Frame, Stratum, merged

RISK_FLOOR = 0.02
"""No stratum counts as safer than this, nor as more surely wrong than its complement: the model
that says so is what the review is to test."""

PARTNER_ELSEWHERE = 0.5
"""Share of wrong links whose record has its true partner elsewhere, until a review says: half is
what the prior of the estimator gives it."""

_BY_SIZE = 0.25
"""Share of the reviews that groups get by size, for the figures of all records together."""

_SPLITS = 41
"""Ways to split a group's reviews between links and unlinked records that are compared."""


@dataclass(frozen=True)
class Design:
    """What is reviewed: the strata, the stratum (N,) of each record of the frame, and n_h."""

    strata: tuple[Stratum, ...]
    stratum: Index
    n_sampled: tuple[int, ...]


@dataclass(frozen=True)
class _Bands:
    """Records (B,) and the sum of their risks (B,) by band, of one kind and group."""

    linked: bool
    group: int
    sizes: Index
    risks: Reals

    @property
    def n(self) -> int:
        return int(self.sizes.sum())

    def strata(self, least: int, n_reviews: int) -> tuple[Stratum, ...]:
        """Return the strata into which the bands merge where there are ``n_reviews``."""
        made = []
        for bands in merged(self.sizes.tolist(), least, n_reviews):
            n = int(self.sizes[list(bands)].sum())
            risk = float(self.risks[list(bands)].sum()) / n
            made.append(Stratum(self.linked, bands, self.group, n, risk))
        return tuple(made)


def allocate(frame: Frame, budget: int, least: int = 10) -> Design:
    """Return how many records of which strata to review.

    Groups share three quarters of the budget equally and a quarter by size, a group of fewer
    records than its share being reviewed whole.
    Within a group links and unlinked records share it so that the sum of the squared half-widths of
    precision and recall is least, and the strata of each kind by Neyman's allocation, n_h in
    proportion to N_h sqrt(theta_h (1 - theta_h)), with at least ``least`` reviews or all records.
    Groups for which the budget has no room share their strata (:data:`POOL`), smallest first.
    So each stratum that is not reviewed whole has at least ``least`` reviews, and there is at most
    one of these to ``least`` reviews of the budget.

    Source: Neyman (1934); methods.md, section 4.3.

    Raises
    ------
    ValueError
        When the budget is less than twice ``least``, and than the records there are.
    """
    if budget < min(2 * least, len(frame)):
        raise ValueError(f"a review of links and unlinked records takes {2 * least} reviews")
    unit = _pooled(frame, budget, least)
    kinds = _by_kind(frame, unit)
    groups = sorted({kind.group for kind in kinds})
    sizes = np.array([sum(kind.n for kind in kinds if kind.group == group) for group in groups])
    shares = _of_groups(budget, sizes)
    strata: list[Stratum] = []
    n_sampled: list[int] = []
    for group, share in zip(groups, shares.tolist(), strict=True):
        own = [kind for kind in kinds if kind.group == group]
        for made, n in _split(own, share, least):
            strata += made
            n_sampled += n.tolist()
    return Design(tuple(strata), _stratum_of(frame, unit, strata), tuple(n_sampled))


def draw(design: Design, seed: int, record: Index | None = None) -> Index:
    """Return the rows of the frame to review, sorted: in each stratum those of the lowest hash.

    The hash is keyed by the record's number and the seed, so neither the order of the rows nor
    other strata play a part.

    Parameters
    ----------
    record
        (N,) the number of each record; the row where there is none.
    """
    number = np.arange(len(design.stratum)) if record is None else record
    order = np.lexsort((keyed_hash(number, np.zeros_like(number), seed), design.stratum))
    stratum = design.stratum[order]
    first = np.searchsorted(stratum, np.arange(len(design.strata)))
    chosen = np.arange(len(order)) - first[stratum] < np.array(design.n_sampled)[stratum]
    return np.sort(order[chosen])


def spread(total: int, weight: Reals, lower: Index, upper: Index) -> Index:
    """Return whole numbers near a common multiple of ``weight``, within limits, that sum to total.

    Where the limits leave no such sum, the limits nearest to it.

    Formula: n_h = clip(c w_h, lower_h, upper_h) with c such that sum n_h = total, found by
    bisection; the fractions then go to the largest remainders.
    """
    wanted = int(np.clip(total, lower.sum(), upper.sum()))
    low, high = 0.0, float((upper / np.maximum(weight, 1e-12)).max(initial=0.0))
    for _ in range(50):
        middle = (low + high) / 2
        short = np.clip(middle * weight, lower, upper).sum() < wanted
        low, high = (middle, high) if short else (low, middle)
    exact = np.clip(high * weight, lower, upper)
    whole = np.maximum(np.floor(exact + 1e-9).astype(np.int64), lower)
    room = np.where(whole < upper, exact - whole, -np.inf)
    whole[np.argsort(-room, kind="stable")[: wanted - int(whole.sum())]] += 1
    return whole


def expected_variances(strata: Sequence[Stratum], n_sampled: Sequence[int]) -> tuple[float, float]:
    """Return the variances of precision and recall to expect of one group, by linearisation.

    With the risks as error rates theta_h, V_h = N_h^2 theta_h (1 - theta_h) / n_h times the finite
    population correction: Var(precision) = sum over links V_h / N_L^2, and, with M = TP + FN and
    :data:`PARTNER_ELSEWHERE` e, Var(recall) = ((M - TP (1 - e))^2 sum over links V_h + TP^2 sum
    over unlinked V_h) / M^4.

    Derived: recall is TP / M and FN is the partners of unlinked records plus e times the wrong
    links, so dM = dFN_u + (1 - e) dTP.
    """
    linked = np.array([stratum.linked for stratum in strata])
    records = np.array([stratum.n_records for stratum in strata], np.float64)
    theta = floored(np.array([stratum.risk for stratum in strata]))
    n = np.maximum(np.array(n_sampled, np.float64), 1e-9)
    unseen = np.maximum(records - n, 0) / np.maximum(records - 1, 1)
    variance = records**2 * theta * (1 - theta) / n * unseen
    links, errors = records[linked].sum(), records * theta
    right = links - errors[linked].sum()
    matches = right + errors[~linked].sum() + PARTNER_ELSEWHERE * errors[linked].sum()
    if not links:
        return 0.0, 0.0
    of_links, of_unlinked = float(variance[linked].sum()), float(variance[~linked].sum())
    slope = matches - right * (1 - PARTNER_ELSEWHERE)
    return of_links / links**2, (slope**2 * of_links + right**2 * of_unlinked) / matches**4


def floored(risk: Reals) -> Reals:
    """Return the error rates that are planned with: those of the model, kept off 0 and 1."""
    return np.clip(risk, RISK_FLOOR, 1 - RISK_FLOOR)


def _of_groups(budget: int, sizes: Index) -> Index:
    """Return the reviews of each group, most of them shared equally."""
    weight = (1 - _BY_SIZE) / len(sizes) + _BY_SIZE * sizes / max(sizes.sum(), 1)
    return spread(budget, weight, np.zeros(len(sizes), np.int64), sizes)


def _pooled(frame: Frame, budget: int, least: int) -> Index:
    """Return each record's group, or POOL for those of groups too small to have strata alone."""
    size = np.bincount(frame.group)
    by_size = np.argsort(size, kind="stable")
    by_size = by_size[size[by_size] > 0]
    for n_pooled in (0, *range(2, len(by_size))):
        unit = np.where(np.isin(frame.group, by_size[:n_pooled]), POOL, frame.group)
        kinds = _by_kind(frame, unit)
        groups = np.unique([kind.group for kind in kinds])
        need = [sum(min(least, k.n) for k in kinds if k.group == group) for group in groups]
        sizes = np.array([sum(k.n for k in kinds if k.group == group) for group in groups])
        if (_of_groups(budget, sizes) >= need).all():
            return unit
    return np.full(len(frame), POOL if len(by_size) > 1 else by_size[0])


def _by_kind(frame: Frame, unit: Index) -> list[_Bands]:
    """Return the bands of the links and of the unlinked records of each unit."""
    kinds = []
    n_bands = int(frame.band.max(initial=0)) + 1
    for group, linked in product(np.unique(unit).tolist(), (True, False)):
        rows = (unit == group) & (frame.linked == linked)
        if rows.any():
            sizes = np.bincount(frame.band[rows], minlength=n_bands)
            risks = np.bincount(frame.band[rows], frame.risk[rows], n_bands).astype(np.float64)
            kinds.append(_Bands(linked, group, sizes, risks))
    return kinds


def _split(
    kinds: Sequence[_Bands], n_reviews: int, least: int
) -> list[tuple[tuple[Stratum, ...], Index]]:
    """Split a group's reviews between links and unlinked records; return strata and n_h of each."""
    if len(kinds) == 1:
        return [_neyman(kinds[0], n_reviews, least)]
    links, unlinked = kinds
    least_links = max(min(least, links.n), n_reviews - unlinked.n)
    most_links = min(links.n, n_reviews - min(least, unlinked.n))
    tried = np.unique(np.linspace(least_links, most_links, _SPLITS).round().astype(np.int64))
    made = [
        [_neyman(links, n, least), _neyman(unlinked, n_reviews - n, least)] for n in tried.tolist()
    ]
    return min(made, key=_squared_half_widths)


def _squared_half_widths(made: Sequence[tuple[tuple[Stratum, ...], Index]]) -> float:
    strata = [stratum for each, _ in made for stratum in each]
    return sum(expected_variances(strata, np.concatenate([n for _, n in made]).tolist()))


def _neyman(kind: _Bands, n_reviews: int, least: int) -> tuple[tuple[Stratum, ...], Index]:
    strata = kind.strata(least, n_reviews)
    records = np.array([stratum.n_records for stratum in strata])
    theta = floored(np.array([stratum.risk for stratum in strata]))
    weight = records * np.sqrt(theta * (1 - theta))
    return strata, spread(n_reviews, weight, np.minimum(least, records), records)


def _stratum_of(frame: Frame, unit: Index, strata: Sequence[Stratum]) -> Index:
    """Return the number (N,) of the stratum of each record."""
    stratum = np.full(len(frame), -1, dtype=np.int64)
    for number, each in enumerate(strata):
        inside = (unit == each.group) & (frame.linked == each.linked)
        stratum[inside & np.isin(frame.band, each.bands)] = number
    return stratum
