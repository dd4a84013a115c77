"""Sources: whom each one covers, and how it writes what it knows of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from synthetic_data.arrays import Flags, Floats, Whole, texts
from synthetic_data.parameters import SEXES, Parameters


@dataclass(frozen=True)
class Source:
    """How a source calls and writes things. Its rates are those of ``name`` in the parameters."""

    name: str
    letter: str
    columns: Mapping[str, str]
    dates: str
    sexes: Mapping[str, str]
    upper_case: bool = False


CENSUS = Source(
    "census",
    "C",
    {
        "first_name": "first_name",
        "surname": "last_name",
        "sex": "sex",
        "date_of_birth": "date_of_birth",
        "ethnic_group": "ethnic_group",
        "activity": "activity",
        "house_number": "house_number",
        "street": "street",
        "town": "town",
        "postcode": "postcode",
    },
    dates="%d/%m/%Y",
    sexes={"F": "1", "M": "2"},
)
REGISTER = Source(
    "register",
    "R",
    {
        "surname": "family_name",
        "first_name": "given_name",
        "date_of_birth": "birth_date",
        "sex": "gender",
        "house_number": "house",
        "street": "street",
        "town": "post_town",
        "postcode": "post_code",
    },
    dates="%Y%m%d",
    sexes={"F": "F", "M": "M"},
    upper_case=True,
)
SURVEY = Source(
    "survey",
    "S",
    {
        "first_name": "first_name",
        "surname": "surname",
        "sex": "sex",
        "date_of_birth": "dob",
        "postcode": "postcode",
    },
    dates="%d %b %Y",
    sexes={"F": "Female", "M": "Male"},
)
TWICE = "register_with_duplicates"


def coverage(people: pl.DataFrame, source: str, built: Parameters) -> Floats:
    """Return the chance of each person to be in ``source`` (of a survey: to respond when asked)."""
    group = people["group"].to_numpy()
    sex = np.searchsorted(texts(SEXES), people["sex"].to_numpy())
    band = age_band(people, built)
    chance = built.by_group[source][group] * built.by_age[source][band] * built.by_sex[source][sex]
    return np.asarray(np.minimum(chance, 1.0), dtype=np.float64)


def covered(
    people: pl.DataFrame, source: str, built: Parameters, rng: np.random.Generator
) -> Flags:
    """Return who is in the source: each person once at most, households partly together."""
    luck = together(people["household"].to_numpy(), built.household_share, rng)
    inside = luck < coverage(people, source, built)
    if source == SURVEY.name:
        inside &= rng.random(len(people)) < built.survey_sample
    return inside


def age_band(people: pl.DataFrame, built: Parameters) -> Whole:
    """Return the row of the parameters' table of ages that each person falls into."""
    found = np.searchsorted(built.age_from, people["age"].to_numpy(), side="right") - 1
    return np.asarray(found, dtype=np.int64)


def together(household: Whole, share: float, rng: np.random.Generator) -> Floats:
    """Return a number from 0 to 1 for each person; ``share`` of them have their household's."""
    own = rng.random(len(household))
    of_home = rng.random(int(household.max(initial=-1)) + 1)[household]
    return np.where(rng.random(len(household)) < share, of_home, own)
