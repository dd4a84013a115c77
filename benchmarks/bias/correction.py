"""Corrections of analyses against truth.

Linked data with false links are made a thousand times over; 100 links of each group are reviewed,
and the product's methods, the worse ones too, are held against the true coefficient. Then weights:
how much of the bias that not linking brings they take away.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from benchmarks.bias.correction_table import page
from benchmarks.bias.correction_worlds import TRUTH, WORLDS, Made, World, make, partners
from benchmarks.bias.unlinked import REPEATS as WEIGHT_REPEATS
from benchmarks.bias.unlinked import weights_records
from benchmarks.coverage.cache import Cache
from linkage.model.normalise import Reals
from quality import measures
from quality.correction.estimating import Fit, Model, fit
from quality.correction.figures import Figures, of_fit, of_fits
from quality.correction.linked import Linked
from quality.correction.outcome_informed import IMPUTATIONS, Candidates, imputed_links
from quality.correction.precision import Precision
from quality.errors.audit import joint_draws, point
from quality.errors.cell import Reviewed

__all__ = ["NAME", "page", "records"]

NAME = "correction"
REPEATS = 1_000
IMPUTED = 10
"""Every so many repeats, links are imputed too: that takes the longest."""

REVIEWED = 100
"""Links of each group that are reviewed."""

DRAWS = 1_000
LEVEL = 0.95

KNOWN = "precision known"
PLUGGED = "precision of the review taken for known"
POOLED = "one precision for all groups"
MODELLED = "precision from the model"
STRANGERS = "false partners taken for others than they are"


def records(cache: Cache, n: int = REPEATS) -> list[dict[str, Any]]:
    """Return the figures of every world and method, and those of weights."""
    found = []
    for world in WORLDS:
        made = cache.pool.map(partial(repeat, world), range(n), chunksize=20)
        found += scored(world, list(made))
    return found + weights_records(min(n, WEIGHT_REPEATS))


Limits = tuple[Reals, Reals, Reals]
"""Estimates (k,), lower and upper limits."""

Scored = Mapping[str, tuple[float, float, float]]
"""Estimate, lower and upper limit of the coefficient asked for, by method."""


def repeat(world: World, seed: int) -> Scored:
    """Return what every method makes of one set of linked data and one review of it."""
    random = np.random.default_rng([seed, 20])
    made = make(world, random)
    model: Model = "logistic" if world.kind == "logistic" else "linear"
    reviewed = review(made, random)
    found = {}
    for method, figures in _corrections(world, made, model, reviewed):
        found[method] = tuple(float(each[-1]) for each in figures)
    if seed % IMPUTED == 0:
        for method, figures in _imputations(made, model, random):
            found[method] = tuple(float(each[-1]) for each in figures)
    return found


def review(made: Made, random: np.random.Generator) -> Precision:
    """Return the precision of each group as a review of some of its links gives it."""
    points, drawn = [], []
    for group in range(len(made.linked.groups)):
        (rows,) = np.nonzero(made.linked.group == group)
        right = int(made.right[random.choice(rows, min(REVIEWED, len(rows)), replace=False)].sum())
        found = np.array([[right, min(REVIEWED, len(rows)) - right, 0, 0, 0]], dtype=np.float64)
        cell = Reviewed(np.array([True]), np.array([float(len(rows))]), found)
        points.append(point(cell)[measures.PRECISION])
        drawn.append(joint_draws(cell, DRAWS, 1)[measures.PRECISION])
    return Precision(np.array(points), np.column_stack(drawn))


def _corrections(
    world: World, made: Made, model: Model, reviewed: Precision
) -> Iterator[tuple[str, Limits]]:
    """Yield estimates and limits of all coefficients: naive, and corrected in several ways."""
    linked = made.linked
    who, others = (
        partners(linked.group, anyone=(world.partner == "anyone") == right)
        for right in (True, False)
    )
    corrected: Callable[..., Fit] = partial(fit, linked, model, partners=who)
    known = np.array(world.precision)
    whole = np.full(3, np.average(reviewed.point, weights=linked.n_of_group))
    whole_drawn = np.average(reviewed.drawn, axis=1, weights=linked.n_of_group)
    link = made.candidates.p.reshape(-1, 2)[:, 0]
    modelled = np.bincount(linked.group, link) / linked.n_of_group
    yield measures.NAIVE, _limits(fit(linked, model))
    yield measures.FALSE_LINK_CORRECTED, _limits(corrected(reviewed.point, reviewed.drawn))
    yield KNOWN, _limits(corrected(known))
    yield PLUGGED, _limits(corrected(reviewed.point))
    yield POOLED, _limits(corrected(whole, np.tile(whole_drawn[:, None], 3)))
    yield MODELLED, _limits(corrected(modelled))
    strangers = fit(linked, model, reviewed.point, reviewed.drawn, others)
    yield STRANGERS, _limits(strangers)


def _imputations(
    made: Made, model: Model, random: np.random.Generator
) -> Iterator[tuple[str, Limits]]:
    """Yield the same from imputed links, by the outcome and without a look at it."""
    imputed = list(imputed_links(made.candidates, model, seed=1))
    yield measures.OUTCOME_INFORMED, _pooled(imputed, model)
    yield measures.LINKAGE_DRAWS, _pooled(list(drawn_blindly(made.candidates, random)), model)


def drawn_blindly(candidates: Candidates, random: np.random.Generator) -> Iterator[Linked]:
    """Yield linkages drawn by the model's probabilities alone."""
    reached = candidates.p.reshape(-1, 2).cumsum(axis=1)
    for _ in range(IMPUTATIONS):
        at = (random.random((len(reached), 1)) > reached).sum(axis=1)
        (held,) = np.nonzero(at < 2)
        yield candidates.linked.of(2 * held + at[held])


def _limits(found: Fit) -> Limits:
    return _of(of_fit(found, np.eye(len(found.coefficients)), LEVEL))


def _pooled(data: list[Linked], model: Model) -> Limits:
    fits = [(fit(each, model), np.eye(each.x.shape[1])) for each in data]
    return _of(of_fits(fits, LEVEL))


def _of(figures: Figures) -> Limits:
    return figures.estimate, figures.lower, figures.upper


def scored(world: World, repeats: list[Scored]) -> list[dict[str, Any]]:
    """Return the bias and coverage of every method in a world."""
    truth = TRUTH[world.kind]
    values = {
        method: np.array([each[method] for each in repeats if method in each])
        for method in repeats[0]
    }
    naive = float(values[measures.NAIVE][:, 0].mean() - truth)
    records = []
    for method, found in values.items():
        error = float(found[:, 0].std(ddof=1) / np.sqrt(len(found)))
        bias = float(found[:, 0].mean() - truth)
        records.append(
            {
                "world": world.name,
                "kind": world.kind,
                "partner": world.partner,
                "method": method,
                "repeats": len(found),
                "truth": truth,
                "bias": bias,
                "monte_carlo_error": error,
                "bias_to_naive": bias / naive,
                "coverage": float(((found[:, 1] <= truth) & (truth <= found[:, 2])).mean()),
                "width": float((found[:, 2] - found[:, 1]).mean()),
                "meets": abs(bias) <= abs(naive) / 10 + 2 * error,
            }
        )
    return records
