"""The population: people in households, with what is true of each of them."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from synthetic_data.arrays import Flags, Texts, Whole, texts, weighted
from synthetic_data.households import (
    Households,
    Members,
    draw_ages,
    draw_groups,
    draw_households,
    members,
)
from synthetic_data.names import draw_backgrounds, draw_first_names, draw_surnames
from synthetic_data.parameters import SEXES, Parameters
from synthetic_data.places import draw_addresses
from synthetic_data.seeds import stream

_FEMALE = 0.51
_ROUNDS = 4
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
    names = _names(who, group, sex, built, seed)
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


def _names(
    who: Members, group: Whole, sex: Texts, built: Parameters, seed: int
) -> dict[str, Texts | pl.Series]:
    rng = stream(seed, "names")
    backgrounds = draw_backgrounds(group, built, rng)
    head = np.flatnonzero(who.is_head)
    child = who.is_child
    backgrounds[child] = backgrounds[head[who.household[child]]]
    first = _distinct_first_names(who, backgrounds, sex, rng)
    born_with = draw_surnames(backgrounds, rng)
    husband = _husbands(who, sex)
    wife = np.flatnonzero(husband >= 0)
    bearer = head.copy()  # whose surname the children have
    bearer[who.household[wife]] = husband[wife]
    surname = born_with.copy()
    surname[child] = born_with[bearer[who.household[child]]]
    changes = wife[rng.random(len(wife)) >= built.by_group["maiden_kept"][group[wife]]]
    surname[changes] = born_with[husband[changes]]
    former = texts([None] * len(surname))
    former[changes] = born_with[changes]
    return {
        "background": backgrounds,
        "first_name": first,
        "surname": surname,
        "former_surname": pl.Series(former.tolist(), dtype=pl.String),
    }


def _husbands(who: Members, sex: Texts) -> Whole:
    """Return for each wife the row of her husband, -1 for everybody else."""
    found = np.full(len(sex), -1)
    partner = np.flatnonzero(who.is_partner)
    for woman, man in ((partner, partner - 1), (partner - 1, partner)):
        couple: Flags = (sex[woman] == "F") & (sex[man] == "M")
        found[woman[couple]] = man[couple]
    return found


def _distinct_first_names(
    who: Members, backgrounds: Texts, sex: Texts, rng: np.random.Generator
) -> Texts:
    """Return first names; who has that of somebody else at home draws again, a few times."""
    first = draw_first_names(backgrounds, sex, rng)
    for _ in range(_ROUNDS):
        home = pl.DataFrame({"household": who.household, "first": first}, strict=False)
        again = np.flatnonzero(~home.select(pl.struct(pl.all()).is_first_distinct()).to_series())
        first[again] = draw_first_names(backgrounds[again], sex[again], rng)
    return first


def _activities(age: Whole, built: Parameters, rng: np.random.Generator) -> Texts:
    shares = np.asarray(list(built.activity.values()))
    drawn = texts(list(built.activity))[weighted(rng, shares, len(age))]
    drawn[age >= 65] = "retired"
    drawn[age < 16] = _NOT_FOR_CHILDREN
    return drawn
