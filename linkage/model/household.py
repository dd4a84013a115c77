"""The household class: how many pairs are two people of one household, and what that explains.

Most false links join two people who live together: they share surname and address, which a
two-class model reads as strong evidence. The class's levels are not free: its surname and address
comparisons follow m, all others follow u; only its share is estimated, so it cannot drift.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linkage.model.comparisons import Comparison
from linkage.model.normalise import Index, Reals
from linkage.model.parameters import Gammas, Parameters, exact_frequency, pattern_weights

KEYS: tuple[tuple[str, ...], ...] = (("house_number", "street"), ("street",), ("postcode",))
"""What tells an address, best first."""


@dataclass(frozen=True)
class KeyPairs:
    """Pairs that agree exactly on an address key, not cut by any other rule.

    ``pattern`` (P,), the rows of ``gammas`` (patterns, comparisons), and the sums of -log2 term
    frequency ``log2_tf`` and ``log2_tf_household`` (P,) without the key's own comparisons, are of a
    sample of the ``n`` such pairs among the ``n_pairs`` pairs of all; ``key`` names its columns.
    """

    key: tuple[str, ...]
    gammas: Gammas
    pattern: Index
    log2_tf: Reals
    log2_tf_household: Reals
    n: int
    n_pairs: int


def address_key(columns: Sequence[str]) -> tuple[str, ...] | None:
    """Return the best address key that ``columns`` hold."""
    return next((key for key in KEYS if set(key) <= set(columns)), None)


def household_share(
    comparisons: Sequence[Comparison], parameters: Parameters, sharing: KeyPairs
) -> float:
    """Return lambda_H, the share of all pairs that are two people of one household.

    EM over three mixing shares (match, household, chance) of the pairs that agree on the address
    key, class distributions fixed, the key's own comparison left out because it says the same of
    match and household. lambda_H = share x pairs / (P(key agrees | same address) x all pairs).
    Derived in docs/explanation/record-normalisation.md.
    """
    rest = [k for k, c in enumerate(comparisons) if not set(c.columns) & set(sharing.key)]
    shared = [k for k in rest if comparisons[k].family or comparisons[k].place]
    match, household, n = _binned(
        _ratio(comparisons, parameters, sharing, rest) + sharing.log2_tf,
        _ratio(comparisons, parameters, sharing, shared) + sharing.log2_tf_household,
    )
    total = n.sum()
    likely, near, chance = 0.2, 0.2, 0.6
    for _ in range(200):
        each = n / (likely * match + near * household + chance)
        before = likely, near
        likely, near = (
            max(share * float((ratio * each).sum()) / total, 1e-12)
            for share, ratio in ((likely, match), (near, household))
        )
        chance = max(1 - likely - near, 1e-12)
        if max(abs(likely - before[0]), abs(near - before[1])) < 1e-9:
            break
    same = _key_agrees_given_same(comparisons, parameters, sharing)
    return float(min(near * sharing.n / (same * sharing.n_pairs), 0.5))


def _binned(match: Reals, household: Reals) -> tuple[Reals, Reals, Reals]:
    """Return the likelihood ratios that pairs show, to a 64th of a bit, and how many show each."""
    places = [np.clip(np.round(each * 64), -(2**14), 2**14 - 1) for each in (match, household)]
    key, n = np.unique(places[0] * 2**15 + places[1], return_counts=True)
    second = (key + 2**14) % 2**15 - 2**14
    first = (key - second) / 2**15
    return np.exp2(first / 64), np.exp2(second / 64), n.astype(np.float64)


def _ratio(
    comparisons: Sequence[Comparison],
    parameters: Parameters,
    sharing: KeyPairs,
    chosen: Sequence[int],
) -> Reals:
    """Return log2 m/u of the chosen comparisons, ready for -log2 term frequency to be added."""
    weights = pattern_weights(parameters, sharing.gammas, chosen)
    weights += exact_frequency(parameters, comparisons, sharing.gammas, chosen)
    return weights[sharing.pattern]


def _key_agrees_given_same(
    comparisons: Sequence[Comparison], parameters: Parameters, sharing: KeyPairs
) -> float:
    """Return P(the key agrees | same address): m of the levels on which such pairs stand."""
    for k, comparison in enumerate(comparisons):
        if set(sharing.key) <= set(comparison.columns):
            shown = np.flatnonzero(np.bincount(sharing.pattern))
            levels = np.unique(sharing.gammas[shown, k])
            return float(parameters.m[k][levels[levels >= 0]].sum())
    return 1.0
