"""A world with known pi, m, u and households: every pair of its records counted, none stored.

The pairs of a class are independent draws from the class's levels, so their counts by agreement
pattern are multinomial; only candidates are given records.
"""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import product

import numpy as np

from linkage.model.comparisons import Comparison, Level
from linkage.model.evidence import Block, Evidence, RandomPairs
from linkage.model.household import KeyPairs
from linkage.model.normalise import Index, Reals

Random = np.random.Generator

M = {
    "first_name": [0.02, 0.02, 0.06, 0.90],
    "surname": [0.03, 0.05, 0.92],
    "address": [0.08, 0.10, 0.82],
    "birth": [0.01, 0.02, 0.05, 0.92],
    "sex": [0.02, 0.98],
}
U = {
    "first_name": [0.93, 0.04, 0.02, 0.01],
    "surname": [0.96, 0.03, 0.01],
    "address": [0.97, 0.028, 0.002],
    "birth": [0.90, 0.07, 0.028, 0.002],
    "sex": [0.5, 0.5],
}
MISSING = 0.03
COMPARISONS = tuple(
    Comparison(
        name,
        (name,),
        (Level("missing", "", missing=True), *(Level(str(k), "") for k, _ in enumerate(m))),
        family=name == "surname",
        place=name == "address",
    )
    for name, m in M.items()
)
GAMMAS = np.array(list(product(*(range(-1, len(m)) for m in M.values()))))
BLOCKED = np.sum([GAMMAS[:, k] == len(M[c.name]) - 1 for k, c in enumerate(COMPARISONS[:4])], 0) > 1
"""Which patterns are candidates: at least two of four comparisons at their strictest level."""


def chances(like_matches: Collection[str]) -> Reals:
    """Return the share of each pattern in a class: those named follow m, all others u."""
    columns = [(M if name in like_matches else U)[name] for name in M]
    levels = [np.append(np.array(p) * (1 - MISSING), MISSING) for p in columns]
    return np.prod([p[GAMMAS[:, k]] for k, p in enumerate(levels)], axis=0)


@dataclass(frozen=True)
class World:
    """The evidence of a drawn world, and what is true of it."""

    evidence: Evidence
    n_matches: int
    """Matches among the candidates."""
    m: list[Reals]
    """m of those matches: what can be recovered. Matches that are not candidates differ more."""
    household: float
    pi: float
    """Share of focal records whose match is a candidate."""

    @property
    def block(self) -> Block:
        """The one block of the world's evidence."""
        return self.evidence.blocks[0]


def world(
    seed: int,
    mode: str,
    household: float = 0.0,
    n_focal: int = 8000,
    n_opposite: int = 12000,
    pi: float = 0.7,
) -> World:
    """Draw a world; ``mode`` says which sides hold a person once: both, one, or neither."""
    rng = np.random.default_rng(seed)
    within = mode == "neither"
    n_pairs = n_focal * (n_focal - 1) // 2 if within else n_focal * n_opposite
    n_household = rng.binomial(n_pairs, household)
    ends = _partners(rng, mode, n_focal, n_opposite, round(pi * n_focal))
    matched = rng.choice(len(GAMMAS), len(ends), p=chances(M))
    together = rng.multinomial(n_household, chances(("surname", "address")))
    apart = rng.multinomial(n_pairs - n_household - len(ends), chances(()))
    kept = BLOCKED[matched]
    others = np.repeat(np.arange(len(GAMMAS)), (together + apart) * BLOCKED)
    anyone = _anyone(rng, within, n_focal, n_opposite, len(others))
    focal, opposite = np.concatenate([ends[kept], anyone]).T
    every = together + apart + np.bincount(matched, minlength=len(GAMMAS))
    zero = np.zeros(len(focal))
    block = Block(
        name="a x b",
        rows=np.arange(len(focal)),
        focal=focal,
        opposite=opposite,
        pattern=np.concatenate([matched[kept], others]),
        log2_tf=zero,
        log2_tf_household=zero,
        n_focal=n_focal,
        n_opposite=n_focal if within else n_opposite,
        n_pairs=n_pairs,
        competing=not within,
        both_sides=mode == "both",
        within=within,
    )
    evidence = Evidence(
        COMPARISONS,
        GAMMAS,
        (block,),
        RandomPairs(GAMMAS, every),
        _sharing(every, n_pairs) if household else None,
    )
    found = [GAMMAS[matched[kept], k] for k in range(len(M))]
    m = [
        np.bincount(g[g >= 0], minlength=len(p)) / (g >= 0).sum()
        for g, p in zip(found, M.values(), strict=True)
    ]
    return World(evidence, int(kept.sum()), m, n_household / n_pairs, kept.sum() / n_focal)


def _sharing(every: Index, n_pairs: int) -> KeyPairs:
    """Every pair that agrees on the address exactly, whatever rule it meets."""
    same = np.repeat(np.arange(len(GAMMAS)), every * (GAMMAS[:, 2] == len(M["address"]) - 1))
    nothing = np.zeros(len(same))
    return KeyPairs(("address",), GAMMAS, same, nothing, nothing, len(same), n_pairs)


def _partners(rng: Random, mode: str, n_focal: int, n_opposite: int, n: int) -> Index:
    if mode == "neither":
        return np.sort(rng.permutation(n_focal)[: n // 2 * 2].reshape(-1, 2), axis=1)
    focal = rng.choice(n_focal, n, replace=False)
    return np.stack([focal, rng.choice(n_opposite, n, replace=mode == "one")], axis=1)


def _anyone(rng: Random, within: bool, n_focal: int, n_opposite: int, n: int) -> Index:
    if not within:
        return np.stack([rng.integers(0, n_focal, n), rng.integers(0, n_opposite, n)], axis=1)
    first = rng.integers(0, n_focal - 1, n)
    return np.stack(
        [first, first + 1 + rng.integers(0, n_focal, n) % (n_focal - 1 - first)], axis=1
    )


def m_given_blocked() -> list[Reals]:
    """Return m of matches that are candidates, as the world is made: what there is to estimate."""
    chance = chances(M) * BLOCKED
    found = []
    for k, m in enumerate(M.values()):
        seen = GAMMAS[:, k] >= 0
        levels = np.bincount(GAMMAS[seen, k], weights=chance[seen], minlength=len(m))
        found.append(levels / levels.sum())
    return found
