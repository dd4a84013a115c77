"""The nine protected characteristics of the Equality Act 2010, section 4, and our lists of each.

The Act protects race, which ethnic group is asked for; gender reassignment, to which gender
identity comes closest and is not the same; and of marriage and civil partnership only those who
are in one. Of pregnancy and maternity there is no harmonised list: whoever holds it says what its
values mean.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from linkage.characteristics.standards import document, standard_names

Protected = Literal[
    "age",
    "disability",
    "gender_reassignment",
    "marriage_and_civil_partnership",
    "pregnancy_and_maternity",
    "race",
    "religion_or_belief",
    "sex",
    "sexual_orientation",
]
"""The nine, in the order of the Act."""

NINE: tuple[Protected, ...] = get_args(Protected)

_NAMES: dict[str, Protected] = {
    "ethnic_group": "race",
    "ethnicity": "race",
    "gender_identity": "gender_reassignment",
    "marital_status": "marriage_and_civil_partnership",
    "maternity": "pregnancy_and_maternity",
    "pregnancy": "pregnancy_and_maternity",
    "religion": "religion_or_belief",
    **{name: name for name in NINE},
}
"""Names of characteristics by which one of the nine is known."""


@dataclass(frozen=True)
class Characteristic:
    """One of the nine, what it is asked for as, and the harmonised lists we have."""

    protected: Protected
    measured_by: str
    lists: tuple[str, ...]


@cache
def protected_characteristics() -> dict[Protected, Characteristic]:
    """Return the nine, each with its harmonised lists; one has none."""
    entries = document()["characteristics"]
    measured_by = {_named(entry["equality_act"]): name for name, entry in _of_the_act(entries)}
    return {each: _characteristic(each, measured_by[each]) for each in NINE}


def protected_of(name: str, harmonised: str | None) -> Protected | None:
    """Return which of the nine a characteristic is: by its harmonised list, else by its name.

    Example
    -------
    >>> protected_of("race_ethnicity", "ethnicity.scotland_2022"), protected_of("pregnancy", None)
    ('race', 'pregnancy_and_maternity')
    >>> protected_of("region", "region") is None
    True
    """
    if harmonised is not None:
        characteristic = harmonised.split(".")[0]
        for each in protected_characteristics().values():
            if each.measured_by == characteristic:
                return each.protected
    return _NAMES.get(name)


def _of_the_act(entries: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(name, entry) for name, entry in entries.items() if "equality_act" in entry]


def _named(said: str) -> Protected:
    """Return which of the nine an entry of the lists is of; remarks stand in brackets."""
    return next(each for each in NINE if said.split(" (", maxsplit=1)[0].replace(" ", "_") == each)


def _characteristic(protected: Protected, name: str) -> Characteristic:
    lists = (each for each in standard_names() if each.split(".")[0] == name)
    return Characteristic(protected, name, tuple(lists))
