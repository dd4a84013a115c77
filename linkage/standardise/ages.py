"""Ages: how old people are on a day, and in which band that is."""

from datetime import date

from linkage.characteristics import MissingReason
from linkage.characteristics.bands import Bands
from linkage.characteristics.standards import standard
from linkage.config.schema import Group
from linkage.standardise.cleaners import Cleaner
from linkage.standardise.grouping import columns_of
from linkage.standardise.rules import Row

OLDEST = 120


def age_bands(group: Group) -> Bands:
    """Return the bands of an age group, the extra ones kept apart.

    Raises
    ------
    ValueError
        When the group's standard is not a list of ages.
    """
    found = standard(group.harmonised or "").bands
    if found is None:
        raise ValueError(f"{group.harmonised} holds no bands of age")
    return found.split(group.split)


def age_on(born: date, on: date) -> int | None:
    """Return the age on a day; None for who was born later, and over 120, which is no age."""
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return age if born <= on and age <= OLDEST else None


def age_group(born: date, on: date, ages: Bands) -> tuple[str | None, MissingReason | None]:
    """Return the band of the age on a day; who was born later has none, and over 120 is no age."""
    if born > on:
        return None, "does_not_apply"
    age = age_on(born, on)
    return (None, "invalid") if age is None else (ages.band(age), None)


def age_cleaner(name: str, group: Group) -> Cleaner:
    """Return how ISO dates of birth become ``group_<name>``."""
    on, ages = group.on, age_bands(group)
    if on is None:
        raise ValueError("an age needs the day on which it is taken")
    return Cleaner(
        f"group_{name}",
        columns_of(name),
        (),
        lambda raw: Row(age_group(date.fromisoformat(raw), on, ages)),
    )
