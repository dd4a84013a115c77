"""Whose surname is whose: marriage, children, double surnames, patronymics, a woman's own."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from synthetic_data.arrays import Flags, Floats, Texts, Whole, texts
from synthetic_data.names import (
    Background,
    background,
    by_background,
    draw_first_names,
    draw_middle_names,
    draw_surnames,
)

_ROUNDS = 4
_NOBODY = -1


@dataclass(frozen=True)
class Kin:
    """How people are related, one entry each: rows of others, -1 for nobody.

    ``family`` is a number, from 0, that those have in common who name their children in one way;
    ``husband`` of a wife by law; ``father`` and ``mother``, who are one for who grows up with one
    of them; ``line`` the row whose family name one bears, mostly one's own.
    """

    family: Whole
    husband: Whole
    father: Whole
    mother: Whole
    line: Whole


class Family:
    """Families giving their names, by the customs of their backgrounds."""

    def __init__(
        self,
        kin: Kin,
        backgrounds: Texts,
        sex: Texts,
        first: Texts,
        rng: np.random.Generator,
    ) -> None:
        self._rng, self._backgrounds, self._sex, self._first = rng, backgrounds, sex, first
        self._rows = by_background(backgrounds)
        self._luck = rng.random(int(kin.family.max(initial=-1)) + 1)[kin.family]
        self._child = np.flatnonzero(kin.father >= 0)
        self._kin = kin

    def surnames(self, maiden_kept: Floats) -> tuple[Texts, Texts]:
        """Return the surname of everybody, and the former one of wives who changed theirs."""
        line = draw_surnames(self._backgrounds, self._rng)  # what a family hands down
        line = line[self._kin.line]
        surname = self._double(line)
        self._name_children(line, surname)
        own = self._own_surnames(surname)
        former = self._marry(line, surname, maiden_kept, own)
        for name, rows in self._rows.items():
            self._decline(background(name), rows, surname, former)
        return surname, former

    def middle_names(self, birth_year: Whole, surname: Texts) -> Texts:
        """Return middle names, some of them the father's first name; None for who has none."""
        middle = draw_middle_names(self._backgrounds, self._sex, birth_year, self._rng)
        has = np.asarray([name is not None for name in middle], dtype=bool)
        fathers = has & self._happens(lambda names: names.middle_father)
        middle[fathers] = self._fathers_first(np.flatnonzero(fathers))
        middle[(middle == surname) | (middle == self._first)] = None
        return middle

    def _double(self, line: Texts) -> Texts:
        """Return the surnames that grown-ups were born with, some of them double.

        One with a hyphen is handed down whole, of one with a space only the ``line``.
        """
        surname = line.copy()
        here = np.flatnonzero(self._happens(lambda names: names.double.adult))
        second = draw_surnames(self._backgrounds[here], self._rng)
        surname[here] = self._joined(here, line[here], second)
        whole = here[["-" in name for name in surname[here]]]
        line[whole] = surname[whole]
        return surname

    def _name_children(self, line: Texts, surname: Texts) -> None:
        """Give children their father's line, both parents' or their father's first name."""
        child, father, mother = self._child, self._kin.father, self._kin.mother
        surname[child] = line[child] = line[father[child]]
        both = self._at_home(lambda names: names.double.child)[child]
        some = child[both & (father[child] != mother[child])]
        surname[some] = self._joined(some, line[father[some]], line[mother[some]])
        chain = self._at_home(lambda names: names.patronymic)[child]
        chain &= self._sex[father[child]] == "M"
        surname[child[chain]] = self._first[father[child[chain]]]

    def _own_surnames(self, surname: Texts) -> Flags:
        """Give those who have it a surname of their sex (Kaur, Begum); say who has one."""
        of_women = self._rate(lambda names: names.own_rates["F"])
        of_men = self._rate(lambda names: names.own_rates["M"])
        chance = np.where(self._sex == "F", of_women, of_men)
        own: Flags = self._luck < chance
        for name, rows in self._rows.items():
            for sex, pool in background(name).own.items():
                here = rows[own[rows] & (self._sex[rows] == sex)]
                surname[here] = pool.draw(self._rng, len(here))
        return own

    def _marry(self, line: Texts, surname: Texts, maiden_kept: Floats, own: Flags) -> Texts:
        """Give wives who change it their husband's surname; return what they had before."""
        former = texts([None] * len(surname))
        kept = self._rng.random(len(surname)) < maiden_kept
        kept |= own | self._at_home(lambda names: names.patronymic)
        husband = self._kin.husband
        wife = np.flatnonzero((husband >= 0) & ~kept)
        former[wife] = surname[wife]
        surname[wife] = surname[husband[wife]]
        joins = wife[self._happens(lambda names: names.double.married)[wife]]
        surname[joins] = self._joined(joins, line[husband[joins]], line[joins])
        same = wife[surname[wife] == former[wife]]
        former[same] = None
        return former

    def _decline(self, names: Background, rows: Whole, surname: Texts, former: Texts) -> None:
        """Give women the feminine form of their surnames, as far as papers keep it."""
        if not names.feminine:
            return
        women = rows[(self._sex[rows] == "F") & (self._luck[rows] < names.feminine_rate)]
        for column in (surname, former):
            here = women[[column[row] is not None for row in women]]
            column[here] = [names.feminine_form(each) for each in column[here]]

    def _fathers_first(self, rows: Whole) -> Texts:
        """Return the first name of the father of each, drawn for those who live without him."""
        found = draw_first_names(
            self._backgrounds[rows],
            texts(["M"] * len(rows)),
            np.full(len(rows), 1960),
            self._rng,
        )
        father = self._kin.father[rows]
        known = (father >= 0) & (self._sex[father] == "M")
        found[known] = self._first[father[known]]
        return found

    def _joined(self, rows: Whole, father: Texts, mother: Texts) -> Texts:
        """Return double surnames; one that is double already is not made longer."""
        doubles = [background(name).double for name in self._backgrounds[rows]]
        return texts([each.of(*pair) for each, *pair in zip(doubles, father, mother, strict=True)])

    def _rate(self, of: Callable[[Background], float]) -> Floats:
        """Return a figure of each person's background."""
        found = np.zeros(len(self._sex))
        for name, rows in self._rows.items():
            found[rows] = of(background(name))
        return found

    def _happens(self, of: Callable[[Background], float]) -> Flags:
        return self._rng.random(len(self._sex)) < self._rate(of)

    def _at_home(self, of: Callable[[Background], float]) -> Flags:
        """Return what happens to all of a household or to none."""
        return self._luck < self._rate(of)


def distinct_first_names(
    home: Whole, backgrounds: Texts, sex: Texts, birth_year: Whole, rng: np.random.Generator
) -> Texts:
    """Return first names; who has that of somebody else at home draws again, a few times."""
    first = draw_first_names(backgrounds, sex, birth_year, rng)
    for _ in range(_ROUNDS):
        named = pl.DataFrame({"home": home, "first": first}, strict=False)
        again = np.flatnonzero(~named.select(pl.struct(pl.all()).is_first_distinct()).to_series())
        first[again] = draw_first_names(backgrounds[again], sex[again], birth_year[again], rng)
    return first
