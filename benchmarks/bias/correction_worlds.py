"""Linked data of which some links are false, made outright: no names are compared.

Every record has a link and perhaps one more candidate. The chance that the link is the right one is
known and differs between records; a false link brings the outcome of someone else.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit, logit
from scipy.stats import norm

from linkage.decide.assignment import Flags
from linkage.model.normalise import Index, Reals
from quality.correction.linked import Linked
from quality.correction.outcome_informed import Candidates

GROUPS = ("a", "b", "c")
SHARES = (0.7, 0.2, 0.1)
SECOND = 0.6
"""Of what is left to the right partner beside the link, the share of the second candidate."""


@dataclass(frozen=True)
class World:
    """What linked data are like.

    Parameters
    ----------
    kind
        Of the analysis.
    partner
        Who a false partner is: anyone of the group, anyone, or a member of the same household,
        whose covariate and outcome are alike.
    precision
        Of the links of each group.
    sureness
        The model's log odds of a link are the true ones times this: above 1 it is too sure.
    """

    name: str
    kind: Literal["mean", "linear", "logistic"]
    partner: Literal["group", "anyone", "household"] = "group"
    precision: tuple[float, float, float] = (0.85, 0.8, 0.7)
    sureness: float = 1.0
    n: int = 2000


WORLDS: tuple[World, ...] = (
    World("linear", "linear"),
    World("linear, model too sure", "linear", sureness=2.0),
    World("linear, few false links", "linear", precision=(0.98, 0.96, 0.93)),
    World("linear, partners anyone", "linear", partner="anyone"),
    World("linear, households", "linear", partner="household"),
    World("logistic", "logistic"),
    World("mean", "mean", partner="anyone"),
)

TRUTH = {"linear": 1.0, "logistic": 1.0, "mean": 1.0}
"""The slope; of a mean, that of group c."""


@dataclass(frozen=True)
class Made:
    """Linked data: ``right`` (n,) links, and the candidate pairs with the model's probabilities."""

    linked: Linked
    right: Flags
    candidates: Candidates


def make(world: World, random: np.random.Generator) -> Made:
    """Return linked data of a world.

    The outcome is x + noise (linear), 1 with the chance 1 / (1 + exp(0.5 - x)) (logistic), or the
    group's mean, 3, 2 and 1, + noise (mean). The chance that a link is right is .995 for most
    records, and lower for the rest, so that the group's precision is the world's.
    """
    n = world.n
    group = np.sort(random.choice(len(GROUPS), n, p=SHARES))
    home = random.normal(size=(2, n))
    x, y = _person(world, group, home, random)
    chance = _chances(world, group, random)
    right = random.random(n) < chance
    second = ~right & (random.random(n) < SECOND)
    link = np.where(right, y, _someone(world, group, home, y, random))
    other = np.where(second, y, _someone(world, group, home, y, random))
    said = expit(world.sureness * np.log(chance / (1 - chance)))
    linked = Linked(*_design(world, group, x), link, group, GROUPS, np.ones(n))
    return Made(linked, right, _candidates(linked, other, said))


def partners(group: Index, *, anyone: bool) -> Reals:
    """Return of which groups false partners are: the record's own, or anyone else's."""
    if not anyone:
        return np.eye(len(GROUPS))
    n = np.bincount(group, minlength=len(GROUPS))
    return (n - np.eye(len(GROUPS))) / (n.sum() - 1)


def _person(
    world: World, group: Index, home: Reals, random: np.random.Generator
) -> tuple[Reals, Reals]:
    """Return covariate and outcome; members of a household share a part of each, ``home`` (2, n).

    The shared part of the covariate says nothing of that of the outcome: the slope is 1 in all.
    """
    own = random.normal(size=(2, len(group)))
    x = 0.5 * group + 0.6 * home[0] + 0.8 * own[0]
    noise = 0.6 * home[1] + 0.8 * own[1]
    if world.kind == "mean":
        return x, 3.0 - group + noise
    if world.kind == "linear":
        return x, x + noise
    return x, (x - 0.5 + logit(norm.cdf(noise)) > 0).astype(np.float64)


def _someone(
    world: World, group: Index, home: Reals, y: Reals, random: np.random.Generator
) -> Reals:
    """Return the outcome of a false partner of each record."""
    n = len(group)
    if world.partner == "household":
        return _person(world, group, home, random)[1]
    if world.partner == "anyone":
        return y[(np.arange(n) + random.integers(1, n, n)) % n]
    first = np.searchsorted(group, group)
    size = np.bincount(group)[group]
    place = (np.arange(n) - first + 1 + (random.random(n) * (size - 1)).astype(np.int64)) % size
    return y[first + place]


def _chances(world: World, group: Index, random: np.random.Generator) -> Reals:
    """Return the chance that each link is right: sure ones and others, by the group's precision."""
    precision = np.array(world.precision)[group]
    low = random.uniform(0.3, 0.8, len(group))
    share = np.clip((0.995 - precision) / (0.995 - 0.55), 0, 1)
    return np.where(random.random(len(group)) < share, low, 0.995)


def _design(world: World, group: Index, x: Reals) -> tuple[tuple[str, ...], Reals]:
    if world.kind == "mean":
        return GROUPS, (group[:, None] == np.arange(len(GROUPS))).astype(np.float64)
    return ("constant", "x"), np.column_stack([np.ones(len(x)), x])


def _candidates(linked: Linked, other: Reals, said: Reals) -> Candidates:
    """Return the link and the second candidate of every record, side by side."""
    n = len(linked)
    rows = np.repeat(np.arange(n), 2)
    both = linked.of(rows)
    y = np.column_stack([linked.y, other]).ravel()
    pairs = Linked(both.names, both.x, y, both.group, both.groups, both.weight)
    p = np.column_stack([said, (1 - said) * SECOND]).ravel()
    return Candidates(pairs, rows, p)
