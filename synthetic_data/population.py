"""The population: people in households, with what is true of each of them."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from synthetic_data.arrays import Texts, Whole, texts, weighted
from synthetic_data.families import draw_names
from synthetic_data.households import (
    Households,
    Members,
    draw_ages,
    draw_groups,
    draw_households,
    members,
)
from synthetic_data.parameters import SEXES, Parameters
from synthetic_data.places import draw_addresses
from synthetic_data.seeds import stream

_FEMALE = 0.51
_NOT_FOR_CHILDREN = "-8"


@dataclass(frozen=True)
class Population:
    """People, one row each, and the addresses that their ``address``, ``old_address`` point to."""

    people: pl.DataFrame
    addresses: pl.DataFrame


def draw_population(n: int, seed: int, built: Parameters) -> Population:
    """Return ``n`` people in households; the same for the same seed."""
    homes = draw_households(n, built, stream(seed, "households"))
    who = members(homes)
    group = draw_groups(homes, who, built, stream(seed, "ethnic groups"))
    born = _dates_of_birth(homes, who, group, built, seed)
    sex = _sexes(who, built, stream(seed, "sexes"))
    birth_year = born.astype("M8[Y]").astype(np.int64) + 1970
    names = draw_names(who, group, sex, birth_year, built, stream(seed, "names"))
    age = built.age(born)
    places = stream(seed, "addresses")
    addresses = draw_addresses(int(len(homes.size) * 1.4) + 50, places)
    address = places.permutation(len(addresses))[: len(homes.size)]
    old = places.integers(0, len(addresses), len(homes.size))
    people = pl.DataFrame(
        {
            "person": np.arange(n),
            "household": who.household,
            "group": group,
            "ethnic_group": texts(built.codes)[group],
            "sex": sex,
            "date_of_birth": born,
            "age": age,
            **names,
            "address": address[who.household],
            "old_address": old[who.household],
            "activity": _activities(age, built, stream(seed, "activities")),
        }
    )
    return Population(people, addresses)


def _dates_of_birth(
    homes: Households, who: Members, group: Whole, built: Parameters, seed: int
) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    """Return dates of birth; 1 January where the day is not known, and papers say so."""
    rng = stream(seed, "dates of birth")
    born = built.reference_day - draw_ages(homes, who, built, rng)
    unknown = rng.random(len(born)) < built.by_group["first_of_january"][group]
    born = np.where(unknown, born.astype("M8[Y]").astype("M8[D]"), born)
    return np.asarray(born, dtype="M8[D]")


def _sexes(who: Members, built: Parameters, rng: np.random.Generator) -> Texts:
    female = rng.random(len(who.household)) < _FEMALE
    partner = np.flatnonzero(who.is_partner)
    same = rng.random(len(partner)) < built.same_sex_couples
    female[partner] = female[partner - 1] == same  # the head stands just before the partner
    return texts(SEXES)[np.where(female, 0, 1)]


def _activities(age: Whole, built: Parameters, rng: np.random.Generator) -> Texts:
    shares = np.asarray(list(built.activity.values()))
    drawn = texts(list(built.activity))[weighted(rng, shares, len(age))]
    drawn[age >= 65] = "retired"
    drawn[age < 16] = _NOT_FOR_CHILDREN
    return drawn
