"""Where people live, where they lived before, and when they moved."""

from dataclasses import dataclass

import numpy as np

from synthetic_data.arrays import Codes, Days, Flags, Floats, Whole, weighted
from synthetic_data.bands import YEARS
from synthetic_data.distributions import Distributions
from synthetic_data.people.events import NEVER, Period, goes_alone
from synthetic_data.people.figures import YEAR, table
from synthetic_data.people.households import PRIVATE, Households, Members
from synthetic_data.people.picking import pick
from synthetic_data.people.places import DECILES, NONE, number_addresses
from synthetic_data.people.vocabulary import (
    CHILD,
    COUPLE,
    FAMILY,
    KINDS,
    LONE_PARENT,
    NO_FIXED_ABODE,
)

_GROWN = 17.5
"""The age in years from which people move alone; foster children do at any."""
_TRIES = 4
"""How many homes are looked at to find one whose first person could be the parent."""


@dataclass(frozen=True)
class Homes:
    """One entry a person: addresses, the day between them, and the household of the parents.

    ``parental`` is -1 where a person did not come from a parental home that is among the block's.
    """

    address: Whole
    old_address: Whole
    moved: Days
    parental: Whole


def draw_cells(group: Whole, given: Distributions, rng: np.random.Generator) -> tuple[Codes, Codes]:
    """Return region and decile of each household, by the ethnic group of its first person."""
    luck = rng.random((2, len(group)))
    found = (pick(given.region, (group,), luck[0]), pick(given.deprivation, (group,), luck[1]))
    return found[0].astype(np.int8), found[1].astype(np.int8)


@dataclass(frozen=True)
class _Days:
    """When the households last moved, and each person: NaT if not in the period."""

    homes: Days
    people: Days


@dataclass(frozen=True)
class _Origins:
    """The household whose present address is the old one, -1 for none of the block.

    ``of_homes`` by household; ``parental`` and ``others`` by person, for who moves alone.
    """

    of_homes: Whole
    parental: Whole
    others: Whole


@dataclass(frozen=True)
class Movers:
    """Whose homes are drawn: households, with their region and decile, and their members.

    ``group`` is the ethnic group of each member, ``ages`` are in years, on the day; ``native`` says
    who was born in the country, so that the parental home may be among the block's.
    """

    homes: Households
    who: Members
    group: Whole
    ages: Floats
    native: Flags
    region: Codes
    decile: Codes


def draw_homes(
    movers: Movers, period: Period, block: int, given: Distributions, rng: np.random.Generator
) -> Homes:
    """Return where all people of a block live, and where they lived before."""
    homes, who, region = movers.homes, movers.who, movers.region
    alone = goes_alone(who)
    days = _moving_days(movers, alone, period, given, rng)
    origins = _origins(movers, days, rng)
    fresh_homes = np.flatnonzero(~np.isnat(days.homes) & (origins.of_homes < 0))
    known = np.maximum(origins.parental, origins.others) >= 0
    fresh_people = np.flatnonzero(alone & ~np.isnat(days.people) & ~known)
    wanted = np.concatenate([fresh_homes, who.household[fresh_people]])
    old_region, old_decile = _nearby(region[wanted], movers.decile[wanted], given, rng)
    numbered = number_addresses(
        block,
        np.concatenate([region, old_region]),
        np.concatenate([movers.decile, old_decile]),
        np.concatenate([_named(homes), np.zeros(len(wanted), bool)]),
    )
    at, fresh = _on_sites(homes, numbered[: len(region)]), numbered[len(region) :]
    old_homes = _taken(at, origins.of_homes)
    old_homes[fresh_homes] = fresh[: len(fresh_homes)]
    old = np.where(alone, _taken(at, origins.others), old_homes[who.household])
    old[fresh_people] = fresh[len(fresh_homes) :]
    left_home = np.flatnonzero(origins.parental >= 0)
    parents = origins.parental[left_home]
    before = days.homes[parents] > days.people[left_home]  # the parents lived elsewhere then
    old[left_home] = np.where(before, old_homes[parents], at[parents])
    at[homes.kind == NO_FIXED_ABODE] = NONE
    return Homes(at[who.household], old, days.people, origins.parental)


def _moving_days(
    movers: Movers,
    alone: Flags,
    period: Period,
    given: Distributions,
    rng: np.random.Generator,
) -> _Days:
    who, ages = movers.who, movers.ages
    years = np.clip(ages, 0, YEARS - 1).astype(np.int64)
    rate = -np.log1p(-np.minimum(given.moved[years], 0.99))
    young = (years >= 18) & (years < 30) & (who.role != CHILD)
    rate[young] *= table("events")["moves"]["on_their_own"]
    first = np.flatnonzero(who.position == 0)
    of_homes = _last(np.where(alone, 0.0, rate)[first], period, rng)
    for name, each in table("events")["moves"]["person"].items():
        rate[who.kind == KINDS.index(name)] = each
    of_people = _when_grown(_last(rate, period, rng), ages, alone, period, rng)
    with_home = of_homes[who.household]
    at_least = alone & (with_home > of_people)
    return _Days(of_homes, np.where(~alone | at_least, with_home, of_people))


def _when_grown(
    moved: Days, ages: Floats, alone: Flags, period: Period, rng: np.random.Generator
) -> Days:
    """Return the moves of people of their own, later where they were too young to move alone."""
    grown = np.where(ages >= _GROWN, ages - _GROWN, ages) * YEAR
    earliest = period.day - grown.astype("m8[D]")
    later = earliest + ((period.end - earliest).astype(float) * rng.random(len(ages))).astype(
        "m8[D]"
    )
    return np.where(alone & (moved < earliest), np.maximum(later, period.start), moved)


def _last(rate: Floats, period: Period, rng: np.random.Generator) -> Days:
    """Return the days of the last moves at rates a year, NaT if before the period."""
    ago = rng.exponential(1.0, len(rate)) / np.maximum(rate, 1e-9) * YEAR
    happened = ago < (period.end - period.start).astype(float)
    return np.where(happened, period.end - np.where(happened, ago, 0).astype("m8[D]"), NEVER)


def _origins(movers: Movers, days: _Days, rng: np.random.Generator) -> _Origins:
    homes, who, region = movers.homes, movers.who, movers.region
    moves = ~np.isnat(days.people)
    parental = _parental_homes(movers, movers.native & moves, rng)
    others = np.full(len(moves), -1)
    moving = goes_alone(who) & moves & (parental < 0)
    moving &= rng.random(len(moves)) < table("events")["moves"]["of_one_another"]
    others[moving] = _of_the_region(homes, region, who.household[moving], rng)
    return _Origins(_next_in(homes, region, days.homes, rng), parental, others)


def _next_in(homes: Households, region: Codes, moved: Days, rng: np.random.Generator) -> Whole:
    """Return for households that moved the one that moved in after them, in the same region."""
    found = np.full(len(moved), -1)
    movers = np.flatnonzero(~np.isnat(moved) & (homes.site < 0))
    order = movers[np.lexsort((moved[movers], region[movers]))]
    one, after = order[:-1], order[1:]
    fits = (region[one] == region[after]) & (moved[one] < moved[after])
    fits &= rng.random(len(one)) < table("events")["moves"]["of_one_another"]
    found[one[fits]] = after[fits]
    return found


def _parental_homes(movers: Movers, can: Flags, rng: np.random.Generator) -> Whole:
    """Return the household that each young adult left to live alone, of the same ethnic group."""
    homes, who, ages = movers.homes, movers.who, movers.ages
    chance = np.zeros(len(ages))
    for name, share in table("events")["moves"]["from_parents"].items():
        chance[who.kind == KINDS.index(name)] = share
    chance[~can | (ages < 18) | (ages >= 30)] = 0.0
    young = np.flatnonzero(rng.random(len(ages)) < chance)
    first = np.flatnonzero(who.position == 0)
    possible = np.flatnonzero(
        np.isin(homes.kind, (COUPLE, FAMILY, LONE_PARENT)) & (ages[first] > 36)
    )
    homes_of = possible[np.argsort(homes.group[possible], kind="stable")]
    groups = homes.group[homes_of]
    found = np.full(len(ages), -1)
    for _ in range(_TRIES):
        group = movers.group[young]
        begin, end = (np.searchsorted(groups, group, side) for side in ("left", "right"))
        young, begin, end = young[end > begin], begin[end > begin], end[end > begin]
        home = homes_of[begin + (rng.random(len(young)) * (end - begin)).astype(np.int64)]
        older = ages[first[home]] - ages[young]
        fits = (older > 18) & (older < 45)
        found[young[fits]] = home[fits]
        young = young[~fits]
    return found


def _of_the_region(
    homes: Households, region: Codes, household: Whole, rng: np.random.Generator
) -> Whole:
    """Return for each household another of the region that has a private home; -1 for itself."""
    possible = np.flatnonzero((homes.establishment == PRIVATE) & (homes.kind != NO_FIXED_ABODE))
    order = possible[np.argsort(region[possible], kind="stable")]
    begin, end = (
        np.searchsorted(region[order], region[household], side) for side in ("left", "right")
    )
    luck = begin + (rng.random(len(household)) * (end - begin)).astype(np.int64)
    found = np.append(order, -1)[np.minimum(luck, len(order))]
    return np.where((end > begin) & (found != household), found, -1)


def _nearby(
    region: Codes, decile: Codes, given: Distributions, rng: np.random.Generator
) -> tuple[Codes, Codes]:
    """Return where people lived before: mostly in the region, where it is about as deprived."""
    stays = rng.random(len(region)) < table("events")["moves"]["same_region"]
    other = weighted(rng, given.ethnicity @ given.region, len(region))
    steps = np.rint(rng.normal(0, 2, len(region)))
    nearby = np.clip(decile + steps, 0, DECILES - 1).astype(np.int8)
    return np.where(stays, region, other).astype(np.int8), nearby


def _named(homes: Households) -> Flags:
    return np.asarray((homes.establishment != PRIVATE) | (homes.site >= 0))


def _on_sites(homes: Households, numbered: Whole) -> Whole:
    """Return the addresses, one for all households of a site."""
    at = numbered.copy()
    on_site = np.flatnonzero(homes.site >= 0)
    _, first, which = np.unique(homes.site[on_site], return_index=True, return_inverse=True)
    at[on_site] = numbered[on_site[first]][which]
    return at


def _taken(addresses: Whole, households: Whole) -> Whole:
    """Return the addresses of the households, none where there is none."""
    return np.where(households >= 0, addresses[households], NONE)


def settled(
    homes: Homes, born: Days, arrived: Days, died: Days, left: Days
) -> tuple[Whole, Whole, Days]:
    """Return addresses, old addresses and days of moves of who was there to move.

    Who was not born or had not arrived yet has lived at the new address only; who had died or left
    before, at the old one only.
    """
    joined = (homes.moved <= born) | (homes.moved <= arrived)
    gone = (homes.moved >= died) | (homes.moved >= left)
    address = np.where(gone & ~joined, homes.old_address, homes.address)
    stayed = joined | gone
    old = np.where(stayed | np.isnat(homes.moved), NONE, homes.old_address)
    return address, old, np.where(stayed, NEVER, homes.moved)
