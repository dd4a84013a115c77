"""What is true of a block of people, on every day of the period."""

from dataclasses import dataclass

import numpy as np

from synthetic_data.arrays import Codes, Day, Days, Flags, Floats, Texts, Whole
from synthetic_data.people.vocabulary import AGES_FROM

BLOCK = 16_384
"""How many people a block holds; the last may hold fewer."""


@dataclass(frozen=True)
class People:
    """One block of people, one entry a person: all arrays are of one length.

    Attributes
    ----------
    number, household
        Numbers over all blocks. The residents of a communal establishment have one household.
    role
        Codes into ``vocabulary.ROLES``.
    codes
        For each characteristic but age, codes into its ``vocabulary.NAMES``; -1 where it does not
        apply. They hold on the population's day.
    born, died, arrived, left, renamed, moved
        Days; NaT is never. ``arrived``: in the country, for who was born elsewhere; ``left`` it;
        ``renamed``: when ``former_surname`` became ``surname``; ``moved``: the last move, from
        ``old_address`` to ``address``. Renaming and moves from before the period are not told.
    first_name, middle_name, surname, former_surname, background
        None where there is none.
    address, old_address
        Numbers that :mod:`synthetic_data.people.places` turns into addresses; -1 is none: no fixed
        abode, or abroad.
    outcomes
        ``income`` (pounds a year), ``long_term_condition`` (0 or 1), ``exam_score``; NaN where
        one does not apply.
    """

    number: Whole
    household: Whole
    role: Codes
    codes: dict[str, Codes]
    born: Days
    died: Days
    arrived: Days
    left: Days
    renamed: Days
    moved: Days
    first_name: Texts
    middle_name: Texts
    surname: Texts
    former_surname: Texts
    background: Texts
    address: Whole
    old_address: Whole
    outcomes: dict[str, Floats]

    def age(self, day: Day) -> Whole:
        """Return ages in whole years on a day; negative for who is not born yet."""
        return age(self.born, day)

    def alive(self, day: Day) -> Flags:
        """Return who is born by the day, and not dead: who dies on it no longer counts."""
        return np.asarray((self.born <= day) & ~(self.died <= day))

    def resident(self, day: Day) -> Flags:
        """Return who is alive and lives in the country on the day."""
        here = ~(self.arrived > day) & ~(self.left <= day)
        return np.asarray(self.alive(day) & here)

    def surname_on(self, day: Day) -> Texts:
        """Return the surname that each person has on the day."""
        return np.where(self.renamed > day, self.former_surname, self.surname)

    def address_on(self, day: Day) -> Whole:
        """Return the number of the address where each person lives on the day."""
        return np.where(self.moved > day, self.old_address, self.address)

    def group(self, characteristic: str, day: Day) -> Codes:
        """Return the codes of a characteristic; those of age are of the day, -1 before birth.

        Raises
        ------
        KeyError
            When there is no such characteristic.
        """
        if characteristic == "age":
            bands = np.searchsorted(AGES_FROM, self.age(day), side="right") - 1
            return bands.astype(np.int8)
        return self.codes[characteristic]


def age(born: Days, day: Day) -> Whole:
    """Return ages in whole years: one more from each birthday on."""
    months = (day.astype("M8[M]") - born.astype("M8[M]")).astype(np.int64)
    early = _of_month(born) > _of_month(day)
    return np.asarray((months - early) // 12, dtype=np.int64)


def _of_month(days: Days | Day) -> Whole:
    return np.asarray((days - days.astype("M8[M]")).astype(np.int64), dtype=np.int64)
