"""The parameters of population and sources, read from parameters.yaml, as arrays by group."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from linkage.characteristics.standards import standard
from synthetic_data.arrays import Days, Floats, Whole

ETHNICITY = "ethnicity.census_2021_19"
SEXES = ("F", "M")
FACTORS = ("typing", "respelling", "swapped_names", "missing")
"""What the mistakes of a group are multiplied by."""


@dataclass(frozen=True)
class HouseholdKinds:
    """What households there are among some ethnic groups: shares by kind, and sizes."""

    kinds: Mapping[str, float]
    children: Floats
    adults: Floats

    def mean_size(self) -> float:
        """Return the mean number of people in a household."""
        children = _mean(self.children, first=1)
        sizes = {
            "alone": 1.0,
            "couple": 2.0,
            "family": 2.0 + children,
            "lone_parent": 1.0 + children,
            "sharers": _mean(self.adults, first=2),
        }
        total = sum(self.kinds.values())
        return sum(share * sizes[kind] for kind, share in self.kinds.items()) / total


@dataclass(frozen=True)
class Mistakes:
    """How often a source gets what wrong, per person in it, before the group's factors."""

    typing: Mapping[str, float]
    respelling: Mapping[str, float]
    missing: Mapping[str, float]
    swapped_names: float = 0.0
    swapped_day_and_month: float = 0.0
    first_of_january: float = 0.0
    wrong_sex: float = 0.0
    old_address: float = 0.0
    former_surname: float = 0.0


@dataclass(frozen=True)
class Parameters:
    """Everything that is built in. Arrays by group follow the order of ``codes``."""

    reference_day: np.datetime64
    codes: tuple[str, ...]
    shares: Floats
    by_group: Mapping[str, Floats]
    name_weights: tuple[Mapping[str, float], ...]
    household_of_group: tuple[str, ...]
    age_from: Whole
    by_age: Mapping[str, Floats]
    by_sex: Mapping[str, Floats]
    households: Mapping[str, HouseholdKinds]
    ages_of_heads: Mapping[str, tuple[float, float, float]]
    same_ethnic_group: Mapping[str, float]
    same_sex_couples: float
    twins: float
    household_share: float
    survey_sample: float
    mistakes: Mapping[str, Mistakes]
    activity: Mapping[str, float]
    careless: Mapping[str, float]

    def age(self, date_of_birth: Days) -> Whole:
        """Return ages in whole years on the reference day."""
        months = (self.reference_day.astype("M8[M]") - date_of_birth.astype("M8[M]")).astype(int)
        early = _day(date_of_birth) > _day(np.asarray(self.reference_day))
        return np.asarray((months - early) // 12, dtype=np.int64)


def _day(days: Days) -> Whole:
    return np.asarray((days - days.astype("M8[M]")).astype(int), dtype=np.int64)


def _mean(shares: Floats, first: int) -> float:
    sizes = np.arange(first, first + len(shares))
    return float((shares * sizes).sum() / shares.sum())


@cache
def parameters() -> Parameters:
    """Return the parameters that the package holds.

    Raises
    ------
    ValueError
        When the groups are not those of the harmonised list.
    """
    document = document_of("parameters.yaml")
    groups: Mapping[str, Any] = document["ethnic_groups"]
    if set(groups) != set(standard(ETHNICITY).codes):
        raise ValueError(f"the groups of parameters.yaml are not those of {ETHNICITY}")
    shares = _column(groups.values(), "share")
    return Parameters(
        reference_day=np.datetime64(document["reference_day"], "D"),
        codes=tuple(groups),
        shares=shares / shares.sum(),
        by_group=_numbers(list(groups.values()), ("share", "names", "household")),
        name_weights=tuple(group["names"] for group in groups.values()),
        household_of_group=tuple(group["household"] for group in groups.values()),
        age_from=_column(document["ages"], "from").astype(np.int64),
        by_age=_numbers(document["ages"], ("from",)),
        by_sex=_numbers([document["sexes"][sex] for sex in SEXES], ()),
        households={name: _kinds(each) for name, each in document["households"].items()},
        mistakes={name: Mistakes(**each) for name, each in document["mistakes"].items()},
        **{name: document[name] for name in _AS_WRITTEN},
    )


_AS_WRITTEN = (
    "ages_of_heads",
    "same_ethnic_group",
    "same_sex_couples",
    "twins",
    "household_share",
    "survey_sample",
    "activity",
    "careless",
)


def document_of(name: str) -> dict[str, Any]:
    """Return the YAML file ``name`` of this package."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    document: dict[str, Any] = YAML(typ="safe").load(text)
    return document


def _kinds(written: Mapping[str, Any]) -> HouseholdKinds:
    return HouseholdKinds(
        written["kinds"],
        np.asarray(written["children"], dtype=np.float64),
        np.asarray(written["adults"], dtype=np.float64),
    )


def _numbers(rows: list[Mapping[str, Any]], without: tuple[str, ...]) -> dict[str, Floats]:
    return {name: _column(rows, name) for name in rows[0] if name not in without}


def _column(rows: Iterable[Mapping[str, Any]], name: str) -> Floats:
    return np.asarray([row[name] for row in rows], dtype=np.float64)
