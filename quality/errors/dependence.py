"""Which comparisons agree together more often than the model allows: what makes it too sure.

Weights add because comparisons are taken to be independent, given whether two records match. Where
two of them go together, one piece of evidence is counted twice. It is looked for where it can be
seen: among random pairs, which no blocking rule has chosen, and among expected matches.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from linkage.model.comparisons import Comparison
from linkage.model.evidence import Evidence
from linkage.model.normalise import Reals
from linkage.model.parameters import Gammas
from linkage.model.training import Fitted

NOTABLE = 0.1
"""A correlation that the model leaves unexplained is worth a remedy from here on."""

_LEAST_PAIRS = 10
"""Fewer pairs at the two levels that fit worst are too few to speak of."""

Among = Literal["matches", "random pairs"]


@dataclass(frozen=True)
class Dependence:
    """Two comparisons, and how far they go together beyond what the model expects.

    ``correlation`` is the correlation residual: observed less expected correlation of agreeing at
    the strictest level. ``observed`` and ``expected`` are numbers of pairs at the two levels that
    fit worst, ``residual`` = (observed - expected) / sqrt(expected).
    """

    first: str
    second: str
    among: Among
    correlation: float
    first_level: str
    second_level: str
    observed: float
    expected: float
    residual: float
    remedy: str | None

    def as_record(self) -> dict[str, object]:
        """Return it as plain values."""
        return asdict(self)


def dependences(evidence: Evidence, fitted: Fitted, matches: Reals) -> list[Dependence]:
    """Return the pairs of comparisons, those least explained first.

    Parameters
    ----------
    matches
        (patterns,) expected matches at each row of ``evidence.gammas``.

    Notes
    -----
    Source: Daggy, Xu, Hui, Gamache and Grannis (2013), BMC Medical Informatics and Decision Making
    13:97, for looking at correlation residuals (the abstract was read; the formula is that of
    a correlation of two indicators, not checked against the paper). Two-way tables are of pairs
    that show both comparisons. Matches are seen among candidates alone: a match that disagrees on
    both is often none, which makes their correlation too low.
    """
    household = max(share.household for share in fitted.shares.values())
    matched = max(share.matched for share in fitted.shares.values())
    classes = _classes(evidence, fitted, matched, household)
    found = [
        *_looked_at(evidence, "matches", evidence.gammas, matches, [(1.0, fitted.parameters.m)]),
        *_looked_at(
            evidence,
            "random pairs",
            evidence.random.gammas,
            evidence.random.n.astype(np.float64),
            classes,
        ),
    ]
    return sorted(found, key=lambda each: -abs(each.correlation))


Classes = Sequence[tuple[float, Sequence[Reals]]]
"""Shares of the classes that pairs are of, each with the chances of every comparison's levels."""


def _classes(evidence: Evidence, fitted: Fitted, matched: float, household: float) -> Classes:
    m, u = fitted.parameters.m, fitted.parameters.u
    shared = [m[k] if k in evidence.household else u[k] for k in range(len(m))]
    return [(matched, m), (household, shared), (1 - matched - household, u)]


def _looked_at(
    evidence: Evidence, among: Among, gammas: Gammas, n: Reals, classes: Classes
) -> Iterator[Dependence]:
    for a, b in combinations(range(len(evidence.comparisons)), 2):
        pair = evidence.comparisons[a], evidence.comparisons[b]
        table = _two_way(gammas[:, [a, b]], n, pair)
        total = float(table.sum())
        if total < 1:
            continue
        expected = total * sum(
            (share * np.outer(levels[a], levels[b]) for share, levels in classes),
            start=np.zeros_like(table),
        )
        correlation = _correlation(table) - _correlation(expected)
        residual = (table - expected) / np.sqrt(np.maximum(expected, 0.5))
        row, column = np.unravel_index(int(np.abs(residual).argmax()), table.shape)
        notable = (
            correlation >= NOTABLE
            and max(table[row, column], expected[row, column]) >= _LEAST_PAIRS
        )
        yield Dependence(
            first=pair[0].name,
            second=pair[1].name,
            among=among,
            correlation=correlation,
            first_level=_label(pair[0], int(row)),
            second_level=_label(pair[1], int(column)),
            observed=float(table[row, column]),
            expected=float(expected[row, column]),
            residual=float(residual[row, column]),
            remedy=_remedy(pair, among, classes) if notable else None,
        )


def _two_way(gammas: Gammas, n: Reals, pair: tuple[Comparison, Comparison]) -> Reals:
    """Return the numbers of pairs by level of two comparisons, of those that show both."""
    rows, columns = (len(each.scored) for each in pair)
    seen = (gammas >= 0).all(axis=1)
    at = gammas[seen, 0] * columns + gammas[seen, 1]
    sums = np.bincount(at, weights=n[seen], minlength=rows * columns).astype(np.float64)
    return sums.reshape(rows, columns)


def _correlation(table: Reals) -> float:
    """Return the correlation of standing at the strictest level of one and of the other."""
    total = table.sum()
    p, q, both = table[-1].sum() / total, table[:, -1].sum() / total, table[-1, -1] / total
    spread = p * (1 - p) * q * (1 - q)
    return float((both - p * q) / np.sqrt(spread)) if spread > 0 else 0.0


def _label(comparison: Comparison, gamma: int) -> str:
    return comparison.scored[len(comparison.scored) - 1 - gamma].label


def _remedy(pair: tuple[Comparison, Comparison], among: Among, classes: Classes) -> str:
    """Return what to do; people of one household explain much of what their class can explain."""
    first, second = pair
    merge = f"merge the comparisons {first.name} and {second.name} into one"
    lives = all(each.family or each.place for each in pair)
    if among == "random pairs" and lives and classes[1][0] <= 0:
        return (
            "let a surname and an address that both sources hold be compared, so that people of "
            f"one household have a class of their own; or {merge}"
        )
    if among == "matches":
        return (
            f"{merge}; where many pairs of comparisons are listed, some records are written "
            "badly, and the range over models shows what that changes"
        )
    return merge
