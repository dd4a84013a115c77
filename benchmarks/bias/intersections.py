"""Small cells, raw and shrunken: errors, coverage and width of every method.

Populations of 60 cells whose true rates are known are drawn many times: three characteristics add
up, and each cell has an effect of its own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit

from benchmarks.coverage.cache import Cache
from linkage.model.normalise import Index, Reals
from quality.bias.cell_effects import cell_effects
from quality.bias.cells import Factor
from quality.bias.empirical_bayes import empirical_bayes
from quality.bias.main_effects import MainEffects
from quality.proportion import Interval, jeffreys, wilson

NAME = "intersections"
REPEATS = 300
LEVEL = 0.95
SIZES = (6, 2, 5)
SPREADS = (0.5, 0.3, 0.4)
"""Standard deviations of the main effects, on the scale of log odds."""
OWN = 0.35
"""That of the effect of a cell."""
SMALL = 15
OUTLIER = 0.7


@dataclass(frozen=True)
class World:
    """Cells with their true rates, (C,): records, how many are counted, and what is their own."""

    n: Reals
    k: Reals
    rate: Reals
    own: Reals


def design() -> MainEffects:
    """Return the main effects of three characteristics over all their cells."""
    codes: Sequence[Index] = np.indices(SIZES).reshape(len(SIZES), -1)
    return MainEffects(
        tuple(
            Factor(f"characteristic {at}", tuple(map(str, range(size))), code, 0)
            for at, (size, code) in enumerate(zip(SIZES, codes, strict=True))
        )
    )


def world(seed: int, cells: MainEffects) -> World:
    """Draw a population: logit of the rate 2.3 + main effects + own, sizes lognormal."""
    random = np.random.default_rng(seed)
    odds = np.full(int(np.prod(SIZES)), 2.3)
    for factor, spread in zip(cells.factors, SPREADS, strict=True):
        odds += random.normal(0, spread, len(factor.groups))[factor.code]
    own = random.normal(0, OWN, len(odds))
    n = np.maximum(2.0, np.floor(random.lognormal(3.2, 1.1, len(odds))))
    rate = expit(odds + own)
    return World(n, random.binomial(n.astype(np.int64), rate).astype(np.float64), rate, own)


def _each(
    interval: Callable[[float, float, float], Interval], k: Reals, n: Reals
) -> list[Interval]:
    return [interval(*pair, LEVEL) for pair in zip(k.tolist(), n.tolist(), strict=True)]


def estimated(made: World, cells: MainEffects) -> dict[str, list[Interval]]:
    """Return what every method says of every cell; ``shown`` is what the product does."""
    common = empirical_bayes(made.k, made.n, LEVEL)
    effects = cell_effects(cells, made.k, made.n, LEVEL)
    return {
        "raw, Jeffreys": _each(jeffreys, made.k, made.n),
        "raw, Wilson": _each(wilson, made.k, made.n),
        "empirical Bayes": common,
        "shrunken as shown": common if effects is None else effects.rates(LEVEL),
    }


def simulate(repeats: int) -> list[dict[str, Any]]:
    """Return a record a method: root mean squared error, coverage and mean width."""
    cells = design()
    worlds = [world(seed, cells) for seed in range(repeats)]
    said: dict[str, list[Interval]] = {}
    for made in worlds:
        for method, intervals in estimated(made, cells).items():
            said.setdefault(method, []).extend(intervals)
    rate, n, own = (
        np.concatenate([getattr(made, name) for made in worlds]) for name in ("rate", "n", "own")
    )
    small, outlier = n < SMALL, np.abs(own) > OUTLIER
    places = {
        "all": np.ones_like(small),
        "small": small,
        "outlier": outlier,
        "small_outlier": small & outlier,
    }
    drawn = {"repeats": repeats, "share_of_outliers": float(outlier.mean())}
    return [
        {"method": method, **drawn, **_scored(intervals, rate, places)}
        for method, intervals in said.items()
    ]


def _scored(
    intervals: Sequence[Interval], rate: Reals, places: Mapping[str, Reals]
) -> dict[str, float]:
    value, lower, upper = (
        np.array([getattr(each, name) for each in intervals])
        for name in ("value", "lower", "upper")
    )
    error, held = (value - rate) ** 2, (lower <= rate) & (rate <= upper)
    scored = {"n": float(len(rate)), "width": float((upper - lower).mean())}
    for name, inside in places.items():
        scored[f"rmse_{name}"] = float(np.sqrt(error[inside].mean()))
        scored[f"coverage_{name}"] = float(held[inside].mean())
    return scored


def records(_cache: Cache) -> list[dict[str, Any]]:
    """Return the figures; they take seconds, so that nothing is kept."""
    return simulate(REPEATS)


_KEYS = (
    "rmse_all",
    "rmse_small",
    "coverage_all",
    "coverage_small",
    "coverage_outlier",
    "coverage_small_outlier",
    "width",
)
_PAGE = """# Small cells of intersections, raw and shrunken

Made by `make bench-bias`: {repeats} populations of 60 cells, three characteristics whose effects
add up on the scale of log odds (standard deviations .5, .3 and .4), and an effect of each cell's
own (.35); about a third of the cells have fewer than {small} records. An outlier is a cell whose
own effect is above {outlier}: {outliers:.1%} of all. Coverage is that of {level:.0%} intervals.

| method | error, all | error, {few} | coverage, all | {few} | outliers | outliers, {few} | width |
|---|---|---|---|---|---|---|---|"""
_END = """
Shrinkage halves the error, and misses the cells that truly differ: that is why both stand side by
side, and why no cell is called unproblematic from its shrunken rate."""


def page(found: Sequence[dict[str, Any]]) -> Iterable[str]:
    """Yield the lines of the page."""
    first = found[0]
    yield _PAGE.format(
        repeats=first["repeats"],
        outliers=first["share_of_outliers"],
        small=SMALL,
        few=f"n < {SMALL}",
        outlier=OUTLIER,
        level=LEVEL,
    )
    for record in found:
        figures = " | ".join(f"{record[key]:.3f}" for key in _KEYS)
        yield f"| {record['method']} | {figures} |"
    yield _END
