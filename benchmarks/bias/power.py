"""Is a gap in recall found, with the right sign, and is the printed detectable gap the true one?

Populations after the preset ``known_bias``: two groups of people, by sex, alike in all but a share
of the women's records in the register that nothing could link. 300 reviews in each group.
"""

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_ndtr
from scipy.stats import norm

from benchmarks.bias.populations import Population, populations
from benchmarks.bias.reviews import findings, reviewed, true_rate
from benchmarks.coverage.cache import Cache
from quality import measures
from synthetic_data.spec.loader import load

Found = dict[str, Any]
"""What one review says of one gap, with what is true."""

NAME = "power"
GAPS = (0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.10)
SHOWN = 0.05
A_GROUP = 300
LEAST, REVIEWS, REVIEWS_SHOWN = 4, 12, 25
_GROUPS = "groups:\n  sex: { source: census, column: sex, standard: sex }\n"
_COMPARED = (measures.PRECISION, measures.RECALL, measures.COVERAGE)


def records(cache: Cache, least: int = LEAST) -> list[dict[str, Any]]:
    """Return a record for each gap made, then the crossing beside what was printed.

    ``least`` populations have each gap; those with the one that is shown, twice as many.
    """
    found = []
    for gap in GAPS:
        shown = gap == SHOWN
        seeds = range(2 * least if shown else least)
        made = populations(cache, f"power {gap:.2f}", specification(gap), _GROUPS, seeds)
        reviews = REVIEWS_SHOWN if shown else REVIEWS
        done = cache.pool.map(one, made, seeds, repeat(reviews))
        found.append([review for each in done for review in each])
    rows = [scored(gap, each) for gap, each in zip(GAPS, found, strict=True)]
    return [*rows, crossing([review for each in found for review in each], rows)]


def one(made: Population, seed: int, reviews: int) -> list[Found]:
    """Return what reviews of one population say of the gaps of women to men, with what is true."""
    (groups,) = made.groupings
    members = [groups.group == groups.names.index(name) for name in ("Female", "Male")]
    truth = {
        measure: true_rate(made, measure, members[0]) - true_rate(made, measure, members[1])
        for measure in _COMPARED
    }
    return [
        {**_said(rows, measure), "measure": measure, "truth": truth[measure], "population": seed}
        for number in range(reviews)
        for rows in [findings(reviewed(made, A_GROUP, 1_000 * seed + number))]
        for measure in _COMPARED
    ]


def specification(gap: float) -> str:
    """Return ``known_bias`` with two groups: women, of whose records a share cannot be linked."""
    text = load("known_bias").document.text
    head = text[: text.index("      unlinkable:")]
    return f"{head}      unlinkable: {gap}\n      by:\n        unlinkable: {{ sex: {{ M: 0 }} }}\n"


def _said(rows: Sequence[Any], measure: str) -> dict[str, Any]:
    """Return what is said of the gap between women and men, whichever of them is the reference."""
    gap = measures.comparison(measure, measures.GAP)
    (row,) = (each for each in rows if each.measure == gap)
    (smallest,) = (
        each for each in rows if each.measure == measures.DETECTABLE_GAP and each.variable == gap
    )
    sign = 1 if row.group == "Female" else -1
    lower, upper = sorted((sign * row.lower, sign * row.upper))
    return {
        "estimate": sign * row.estimate,
        "lower": lower,
        "upper": upper,
        "p_adjusted": row.p_adjusted,
        "detectable": smallest.estimate,
        "tests": row.n_tests,
    }


def scored(gap: float, found: Sequence[Found]) -> dict[str, Any]:
    """Return how often the gap in recall was called, and gaps were held, over reviews."""
    of = [each for each in found if each["measure"] == measures.RECALL]
    called = np.array([each["p_adjusted"] <= 0.05 for each in of])
    right = np.array([each["estimate"] < 0 for each in of])
    coverage = {
        measure: float(np.mean([_holds(each) for each in found if each["measure"] == measure]))
        for measure in _COMPARED
    }
    return {
        "unlinkable": gap,
        "true_gap": float(np.mean([each["truth"] for each in of])),
        "power": float((called & right).mean()),
        "called_wrong_way": int((called & ~right).sum()),
        "coverage": coverage,
        "bias": float(np.mean([each["estimate"] - each["truth"] for each in of])),
        "half_width": float(np.mean([(each["upper"] - each["lower"]) / 2 for each in of])),
        "detectable": float(np.mean([each["detectable"] for each in of])),
        "tests": of[0]["tests"],
        "repeats": len(of),
        "populations": len({each["population"] for each in of}),
    }


def _holds(each: dict[str, Any]) -> bool:
    return bool(each["lower"] - 1e-9 <= each["truth"] <= each["upper"] + 1e-9)


def crossing(found: Sequence[Found], rows: Sequence[Found]) -> Found:
    """Return the gap at which power crosses 0.8, beside the gap printed at that gap.

    A probit curve is fitted to all reviews: called or not, by the true gap of their population.
    """
    of = [each for each in found if each["measure"] == measures.RECALL]
    gap = np.array([-each["truth"] for each in of])
    called = np.array([each["p_adjusted"] <= 0.05 and each["estimate"] < 0 for each in of])

    def less_likely(line: np.ndarray) -> float:
        z = line[0] + line[1] * gap
        return -float(np.where(called, log_ndtr(z), log_ndtr(-z)).sum())

    start, slope = minimize(less_likely, np.array([-1.0, 50.0]), method="Nelder-Mead").x
    crossing = float((norm.ppf(0.8) - start) / slope)
    printed = float(
        np.interp(crossing, [-r["true_gap"] for r in rows], [r["detectable"] for r in rows])
    )
    return {"crossing": crossing, "printed": printed, "ratio": printed / crossing}


def page(found: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of the page."""
    *rows, last = found
    yield "# Power: is a gap in recall found?\n"
    yield f"{__doc__.strip().splitlines()[2]} {__doc__.strip().splitlines()[3]}"
    yield (
        "The reviewer knows who is who. Called: p adjusted with every gap of the run "
        "(Benjamini-Hochberg) at most .05, and the sign right.\n"
    )
    yield (
        "| unlinkable | true gap | power | wrong way | interval holds it (recall, precision, "
        "coverage) | half-width | detectable gap printed | repeats (populations) |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for r in rows:
        held = ", ".join(
            f"{r['coverage'][m]:.3f}"
            for m in (measures.RECALL, measures.PRECISION, measures.COVERAGE)
        )
        yield (
            f"| {r['unlinkable']:.2f} | {r['true_gap']:.4f} | {r['power']:.2f} "
            f"| {r['called_wrong_way']} | {held} | {r['half_width']:.4f} | {r['detectable']:.4f} "
            f"| {r['repeats']} ({r['populations']}) |"
        )
    yield (
        f"\nSimulated power crosses 0.8 at a gap of {last['crossing']:.4f}; the detectable gap "
        f"printed there is {last['printed']:.4f}, {last['ratio']:.2f} times as large."
    )
