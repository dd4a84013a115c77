"""The characteristics of people on the day: they go together as published, or with nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from synthetic_data.arrays import Codes, Flags, Whole
from synthetic_data.characteristic_fits import ADULT
from synthetic_data.codes import NOT_APPLICABLE
from synthetic_data.distributions import Distributions
from synthetic_data.people import partners
from synthetic_data.people.characteristics import Streams, draw_characteristics
from synthetic_data.people.households import Members
from synthetic_data.people.vocabulary import (
    ALONE,
    COUPLE,
    FAMILY,
    FEMALE,
    LONE_PARENT,
    MALE,
    NO,
)

_OF_CHILDREN = 18
_MOTHERS = (16, 50)
_OF_ADULTS = ("sexual_orientation", "gender_identity", "nssec", "marital_status")
_STRUCTURAL = ("sex", "household_kind")
"""What is never drawn again: who lives with whom does not go with the other groups then."""


@dataclass(frozen=True)
class _Block:
    """People as their characteristics are drawn by."""

    ethnicity: Whole
    sex: Whole
    age: Whole
    household: Whole
    role: Whole


def draw_groups(
    who: Members,
    group: Whole,
    female: Flags,
    ages: Whole,
    given: Distributions,
    streams: Streams,
) -> tuple[dict[str, Codes], Whole]:
    """Return the characteristics that go by ethnic group, sex and age, and years of arrival.

    Parameters
    ----------
    who, group, female
        The members of the households, their ethnic groups and sexes.
    ages
        In whole years on the day; who is born later is as a newborn child.
    """
    sex = np.where(female, FEMALE, MALE)
    role = np.minimum(who.role, partners.OTHER).astype(np.int64)
    block = _Block(group, sex, np.maximum(ages, 0), who.household, role)
    drawn = draw_characteristics(block, given, streams)
    years = drawn.pop("arrived")
    codes = {
        name: np.where(values == NOT_APPLICABLE, -1, values).astype(np.int8)
        for name, values in drawn.items()
    }
    return {**codes, "ethnicity": group.astype(np.int8), "sex": sex.astype(np.int8)}, years


def apart(
    codes: Mapping[str, Codes],
    ages: Whole,
    household: Whole | None,
    rng: np.random.Generator,
) -> dict[str, Codes]:
    """Return characteristics that go with nothing, as frequent as before.

    Each is mixed among those of whom it is asked, and so has nothing to do with names, households,
    events nor with another characteristic.

    Parameters
    ----------
    codes
        The characteristics as they go together.
    ages
        On the day.
    household
        Where all of a household are to have one: the household of each person.
    """
    found = dict(codes)
    for name, values in codes.items():
        if name in _STRUCTURAL:
            continue
        asked = np.flatnonzero(_asked(name, codes["sex"], ages))
        found[name] = values.copy()
        if household is None:
            found[name][asked] = rng.permutation(values[asked])
        else:
            found[name][asked] = _one_a_household(values[asked], household[asked], rng)
    return found


def _one_a_household(values: Codes, household: Whole, rng: np.random.Generator) -> Codes:
    first = household.min(initial=0)
    n = int(household.max(initial=first - 1) - first) + 1
    picked = rng.integers(0, max(len(values), 1), n)[household - first]
    return np.asarray(values[picked], np.int8)


def _asked(name: str, sex: Codes, ages: Whole) -> Flags:
    """Return of whom a characteristic can be asked at all."""
    if name in _OF_ADULTS:
        return np.asarray(ages >= ADULT)
    if name == "looked_after":
        return np.asarray(ages < _OF_CHILDREN)
    if name == "pregnant":
        return may_be_pregnant(sex, ages)
    return np.ones(len(ages), bool)


def may_be_pregnant(sex: Codes, ages: Whole) -> Flags:
    """Return the women of an age at which some are pregnant."""
    return np.asarray((sex == FEMALE) & (ages >= _MOTHERS[0]) & (ages < _MOTHERS[1]))


def flags(which: Flags) -> Codes:
    """Return flags as codes."""
    return NO + which.astype(np.int8)


def kinds_on_the_day(kind: Codes, gone: Flags, head: Whole) -> Codes:
    """Return kinds of households without the partner who was ``gone`` by the day.

    A couple becomes a person alone, a family a lone parent; ``head`` is the row of the first.
    """
    lost = np.zeros(len(kind), bool)
    lost[head[gone]] = True
    found = kind.copy()
    for before, after in ((COUPLE, ALONE), (FAMILY, LONE_PARENT)):
        found[lost[head] & (kind == before)] = after
    return found
