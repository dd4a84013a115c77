"""Households: who lives with whom, and how old they are."""

from dataclasses import dataclass

import numpy as np

from synthetic_data.arrays import Flags, Floats, Texts, Whole, texts, weighted
from synthetic_data.parameters import Parameters

YEAR = 365.25
_WITH_PARTNER = ("couple", "family")
_WITH_CHILDREN = ("family", "lone_parent")


@dataclass(frozen=True)
class Households:
    """One entry a household: the ethnic group of its head, its kind, its adults and children."""

    group: Whole
    kind: Texts
    adults: Whole
    children: Whole

    @property
    def size(self) -> Whole:
        """How many people live in each."""
        return self.adults + self.children

    def until(self, n_people: int) -> "Households":
        """Return the first households, with ``n_people`` in all: the last is cut to fit."""
        ends = np.cumsum(self.size)
        last = int(np.searchsorted(ends, n_people))
        group, kind = self.group[: last + 1], self.kind[: last + 1].copy()
        adults, children = self.adults[: last + 1].copy(), self.children[: last + 1].copy()
        if ends[last] > n_people:  # no longer what it was: a person alone, or some who share
            adults[last] = n_people - (ends[last] - self.size[last])
            kind[last], children[last] = ("alone" if adults[last] == 1 else "sharers"), 0
        return Households(group, kind, adults, children)


@dataclass(frozen=True)
class Members:
    """One entry a person: the household, and the place in it. Members of one stand together."""

    household: Whole
    position: Whole
    is_partner: Flags
    is_child: Flags

    @property
    def is_head(self) -> Flags:
        """Whether the person is the first of the household."""
        return np.asarray(self.position == 0)


def draw_households(n_people: int, built: Parameters, rng: np.random.Generator) -> Households:
    """Return households that hold ``n_people`` in all."""
    mean = np.asarray([built.households[name].mean_size() for name in built.household_of_group])
    heads = built.shares / mean  # large households need fewer heads for the same share of people
    n = int(n_people * heads.sum() * 1.1) + 50
    group = weighted(rng, heads, n)
    kind, adults, children = texts(["alone"] * n), np.ones(n, np.int64), np.zeros(n, np.int64)
    of_head = texts(built.household_of_group)[group]
    for name, kinds in built.households.items():
        here = np.flatnonzero(of_head == name)
        names = texts(list(kinds.kinds))
        kind[here] = names[weighted(rng, np.asarray(list(kinds.kinds.values())), len(here))]
        adults[here] = 2 + weighted(rng, kinds.adults, len(here))
        children[here] = 1 + weighted(rng, kinds.children, len(here))
    adults[kind != "sharers"] = 1
    adults[np.isin(kind, _WITH_PARTNER)] = 2
    children[~np.isin(kind, _WITH_CHILDREN)] = 0
    return Households(group, kind, adults, children).until(n_people)


def members(homes: Households) -> Members:
    """Return the people of the households: the head, the partner or sharers, the children."""
    household = np.repeat(np.arange(len(homes.size)), homes.size)
    position = np.arange(len(household)) - (np.cumsum(homes.size) - homes.size)[household]
    with_partner = np.isin(homes.kind, _WITH_PARTNER)[household]
    return Members(
        household,
        position,
        is_partner=with_partner & (position == 1),
        is_child=np.asarray(position >= homes.adults[household]),
    )


def draw_groups(
    homes: Households, people: Members, built: Parameters, rng: np.random.Generator
) -> Whole:
    """Return the ethnic group of each person: the head's, or with some chance any."""
    same = built.same_ethnic_group
    stays = np.full(len(people.household), same["sharer"])
    stays[people.is_partner], stays[people.is_child] = same["partner"], same["child"]
    stays[people.is_head] = 1.0
    own = weighted(rng, built.shares, len(stays))
    return np.where(rng.random(len(stays)) < stays, homes.group[people.household], own)


def draw_ages(
    homes: Households, people: Members, built: Parameters, rng: np.random.Generator
) -> Whole:
    """Return ages in days. Parents are at least 18 years older than their oldest child."""
    ages = _as_heads(homes.kind[people.household], built, rng)
    child = people.is_child
    ages[child] = _as_children(people.position == homes.adults[people.household], child, built, rng)
    oldest = np.zeros(len(homes.size))
    np.maximum.at(oldest, people.household[child], ages[child])
    youngest_parent = np.where(oldest > 0, oldest + (18 + 8 * rng.random(len(oldest))) * YEAR, 0.0)
    heads = np.maximum(ages[people.is_head], youngest_parent)
    ages[people.is_head] = heads
    partner = people.is_partner
    beside = heads[people.household[partner]] + rng.normal(0, 3.5 * YEAR, int(partner.sum()))
    ages[partner] = np.maximum(beside, youngest_parent[people.household[partner]])
    ages[partner] = np.maximum(ages[partner], 18 * YEAR)
    return np.minimum(ages, 104 * YEAR).astype(np.int64)


def _as_heads(kind: Texts, built: Parameters, rng: np.random.Generator) -> Floats:
    """Return an age in days for everybody, as if each were the head of the household."""
    ages = np.zeros(len(kind))
    for name, (mean, deviation, smallest) in built.ages_of_heads.items():
        here = np.flatnonzero(kind == name)
        drawn = rng.normal(mean, deviation, len(here)) * YEAR
        ages[here] = np.clip(drawn, smallest * YEAR, 102 * YEAR)
    return ages


def _as_children(first: Flags, child: Flags, built: Parameters, rng: np.random.Generator) -> Floats:
    """Return ages in days of the children: the first is the youngest, twins are of one day."""
    first = first[child]
    n = len(first)
    gaps = rng.uniform(400, 1600, n).round()
    gaps[rng.random(n) < built.twins] = 0
    gaps = np.where(first, rng.uniform(0, 16 * YEAR, n).round(), gaps)
    reached = np.cumsum(gaps)
    before = (reached - gaps)[first]
    return np.asarray(reached - before[np.cumsum(first) - 1], dtype=np.float64)
