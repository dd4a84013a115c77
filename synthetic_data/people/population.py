"""The population, block by block: from a seed and a number to the people of a block."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from synthetic_data.arrays import Codes, Days, Flags, Floats, Whole
from synthetic_data.codes import codes
from synthetic_data.distributions import Distributions, distributions
from synthetic_data.parameters import Parameters, parameters
from synthetic_data.people import ages, events, groups, households, moves, naming, places
from synthetic_data.people.events import Period
from synthetic_data.people.figures import YEAR, table
from synthetic_data.people.households import Households, Members
from synthetic_data.people.outcomes import draw_outcomes
from synthetic_data.people.state import BLOCK, People, age
from synthetic_data.people.vocabulary import FEMALE, HEAD, MALE, NAMES, OTHER, PARTNER, ROLES
from synthetic_data.seeds import stream
from synthetic_data.spec.schema import Population

__all__ = ["BLOCK", "NAMES", "ROLES", "People", "draw_block"]

_PREGNANT_DAYS = 280


@dataclass(frozen=True)
class _Setting:
    """What a block is drawn for."""

    block: int
    n: int
    population: Population
    period: Period
    given: Distributions
    built: Parameters
    streams: Callable[[str], np.random.Generator]


@dataclass(frozen=True)
class _Families:
    """Who lives with whom and how old they are: households, and one entry a person."""

    homes: Households
    timing: ages.Timing
    who: Members
    group: Whole
    female: Flags
    ages: Floats
    born: Days
    twins: Flags


@dataclass(frozen=True)
class _Lives:
    """What happens to people in the period, and where they live."""

    codes: dict[str, Codes]
    arrived: Days
    died: Days
    left: Days
    married: Days
    region: Codes
    homes: moves.Homes


def draw_block(block: int, n: int, seed: int, population: Population) -> People:
    """Return the people of a block: the same, whatever other blocks are drawn.

    Parameters
    ----------
    block
        Its number, from 0: people and households are numbered on from those of the blocks before.
    n
        How many people it holds, from 1 to ``BLOCK``: all who were there at any time of the
        period, those born after the day and those who had died among them.
    seed
        The seed of the population.
    population
        What is said of the people.
    """
    day = np.datetime64(population.day, "D")
    setting = _Setting(
        block,
        n,
        population,
        Period.around(day, population.years_before, population.years_after),
        _given(json.dumps(population.tables)),
        parameters(),
        lambda purpose: stream(seed, purpose, block),
    )
    families = _draw_families(setting)
    lives = _draw_lives(families, setting)
    names = naming.draw_names(
        naming.Named(
            families.who,
            families.group,
            families.female,
            families.born,
            lives.homes.parental,
            lives.married,
            families.twins,
            _one_initial(families, setting),
        ),
        setting.built,
        setting.period,
        setting.streams("names"),
    )
    return _people(families, lives, names, setting)


@lru_cache(maxsize=4)
def _given(tables: str) -> Distributions:
    """Return the distributions with those of a specification, as JSON, laid over them."""
    return distributions(json.loads(tables))


def _draw_families(setting: _Setting) -> _Families:
    streams, given, day = setting.streams, setting.given, setting.period.day
    homes, timing = _draw_households(setting)
    who = households.members(homes)
    group = households.draw_groups(who, homes, given, streams("ethnic groups"))
    female = ages.draw_sexes(who, timing.first, given, streams("sexes"))
    drawn, twins = ages.draw_ages(
        homes, who, group, female, timing, given, streams("ages of people")
    )
    born = ages.dates_of_birth(drawn, day, who, group, setting.built, streams("dates of birth"))
    foster = households.draw_foster_children(
        who, drawn / YEAR, group, twins, given, streams("foster children")
    )
    return _Families(
        homes,
        timing,
        who.with_role(foster, OTHER),
        group,
        female,
        (day - born).astype(np.float64),
        born,
        twins,
    )


def _draw_households(setting: _Setting) -> tuple[Households, ages.Timing]:
    """Return households of so many people, those among them who are born after the day."""
    streams, given, population = setting.streams, setting.given, setting.population
    homes = households.draw_households(setting.n, given, streams("households"))
    rng = streams("ages of households")
    timing = ages.draw_timing(homes, population.years_after, given, rng)
    homes = replace(homes, children=homes.children + timing.newborn)
    homes, lookalikes = households.with_lookalikes(
        homes, population.lookalikes, timing.newborn, streams("lookalikes")
    )
    homes = homes.cut(setting.n)
    return homes, replace(timing, lookalikes=lookalikes).upto(homes)


def _one_initial(families: _Families, setting: _Setting) -> Flags:
    """Return the twins with the initial of the other: all that were asked for, and some."""
    share = table("households")["twins_with_one_initial"]
    luck = setting.streams("initials").random(setting.n)
    asked = families.timing.lookalikes[families.who.household]
    return np.asarray(asked | (luck < share))


def _draw_lives(families: _Families, setting: _Setting) -> _Lives:
    streams, given, period = setting.streams, setting.given, setting.period
    who, homes, born = families.who, families.homes, families.born
    of_people, years = groups.draw_groups(
        who, families.group, families.female, age(born, period.day), given, streams
    )
    of_people["country_of_birth"], ago = events.draw_arrivals(
        who, families.ages, of_people["country_of_birth"], years, streams("arrivals")
    )
    arrived = events.as_days(period.day, ago)
    status = of_people["marital_status"]
    married = events.draw_weddings(who, families.ages, status, period, streams("weddings"))
    single = ((homes.partners == 0) & (homes.children > 0))[who.household]
    died, left = events.draw_exits(
        events.Lives(who, single, families.female, born, arrived, married),
        period,
        given,
        streams("deaths and emigration"),
    )
    of_people["marital_status"] = events.widowed(status, who, married, died, period.day)
    region, decile = moves.draw_cells(homes.group, given, streams("areas"))
    at = moves.draw_homes(
        moves.Movers(
            homes, who, families.group, families.ages / YEAR, np.isnat(arrived), region, decile
        ),
        period,
        setting.block,
        given,
        streams("moves"),
    )
    return _Lives(of_people, arrived, died, left, married, region, at)


def _people(families: _Families, lives: _Lives, names: naming.Names, setting: _Setting) -> People:
    block, day = setting.block, setting.period.day
    who = families.who
    address, old_address, moved = moves.settled(
        lives.homes, families.born, lives.arrived, lives.died, lives.left
    )
    years = age(families.born, day)
    of_people = _characteristics(
        families, lives, np.where(moved > day, old_address, address), setting
    )
    return People(
        number=block * BLOCK + np.arange(setting.n),
        household=block * BLOCK + who.household,
        role=who.role,
        codes=of_people,
        born=families.born,
        died=lives.died,
        arrived=lives.arrived,
        left=lives.left,
        renamed=names.renamed,
        moved=moved,
        first_name=names.first,
        middle_name=names.middle,
        surname=names.surname,
        former_surname=names.former,
        background=names.background,
        address=address,
        old_address=old_address,
        outcomes=draw_outcomes(of_people, years, who.household, setting.streams("outcomes")),
    )


def _characteristics(
    families: _Families, lives: _Lives, address: Whole, setting: _Setting
) -> dict[str, Codes]:
    """Return all characteristics on the day, as they go together or apart."""
    day, who = setting.period.day, families.who
    region = np.where(address >= 0, places.region(address), lives.region[who.household])
    gone = np.isin(who.role, (HEAD, PARTNER)) & ((lives.died <= day) | (lives.left <= day))
    found = {
        **lives.codes,
        "country_of_birth": _in_the_nation(lives.codes["country_of_birth"], region, setting),
        "pregnant": groups.flags(_pregnant(families)),
        "region": region.astype(np.int8),
        "deprivation": places.deprivation(address),
        "household_kind": groups.kinds_on_the_day(who.kind, gone, who.head),
        "looked_after": groups.flags((who.nth_child >= 0) & (who.role == OTHER)),
    }
    if setting.population.groups == "as_published":
        return found
    together = who.household if setting.population.groups == "by_household" else None
    rng = setting.streams("characteristics apart")
    return groups.apart(found, age(families.born, day), together, rng)


def _in_the_nation(country: Codes, region: Codes, setting: _Setting) -> Codes:
    """Return countries of birth: for most of Wales, Scotland and Northern Ireland the nation."""
    nations = codes("uk_country")
    here = np.full(len(codes("region")), -1, np.int8)
    for nation in nations[1:]:
        here[codes("region").index(nation)] = nations.index(nation)
    luck = setting.streams("nations").random(setting.n)
    stays = (country < len(nations)) & (here[region] >= 0)
    stays &= luck < table("events")["born_in_the_nation"]
    return np.where(stays, here[region], country)


def _pregnant(families: _Families) -> Flags:
    """Return the mothers of the children who are born within a pregnancy after the day."""
    who = families.who
    soon = families.timing.birth * YEAR < _PREGNANT_DAYS
    mother = np.isin(who.role, (HEAD, PARTNER)) & families.female & soon[who.household]
    second = np.flatnonzero(mother & (who.role == PARTNER))
    mother[second[mother[second - 1]]] = False  # of two women, the first
    years = np.floor(families.ages / YEAR).astype(np.int64)
    sex = np.where(families.female, FEMALE, MALE).astype(np.int8)
    return np.asarray(mother & groups.may_be_pregnant(sex, years))
