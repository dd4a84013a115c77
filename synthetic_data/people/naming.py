"""What people are called: families have their names in common, twins often an initial."""

from dataclasses import dataclass

import numpy as np

from synthetic_data.arrays import Days, Flags, Texts, Whole, texts
from synthetic_data.families import Family, Kin, distinct_first_names
from synthetic_data.names import draw_backgrounds, draw_first_names
from synthetic_data.parameters import SEXES, Parameters
from synthetic_data.people.events import NEVER, Period
from synthetic_data.people.households import Members
from synthetic_data.people.vocabulary import CHILD, PARENT, PARTNER, RESIDENT

_ROUNDS = 4
_CANDIDATES = 8
_NOBODY = -1


@dataclass(frozen=True)
class Names:
    """The names of each person, and the day on which a former surname became the present one."""

    background: Texts
    first: Texts
    middle: Texts
    surname: Texts
    former: Texts
    renamed: Days


@dataclass(frozen=True)
class Named:
    """What names depend on, one entry a person: who, of what group and sex, and born to whom.

    ``parental`` is the household of the parents where they live elsewhere, else -1; ``twins`` says
    who is a twin of the person before, ``one_initial`` whose first name begins as that one's.
    """

    who: Members
    group: Whole
    female: Flags
    born: Days
    parental: Whole
    married: Days
    twins: Flags
    one_initial: Flags


def draw_names(named: Named, built: Parameters, period: Period, rng: np.random.Generator) -> Names:
    """Return the names of all people; former ones of those alone who married in the period."""
    kin = _kin(named, rng)
    background = _backgrounds(named, kin, built, rng)
    sex = texts(SEXES)[np.where(named.female, 0, 1)]
    year = named.born.astype("M8[Y]").astype(np.int64) + 1970
    first = distinct_first_names(_homes(named.who), background, sex, year, rng)
    _share_initials(first, named, (background, sex, year), rng)
    family = Family(kin, background, sex, first, rng)
    surname, former = family.surnames(built.maiden_kept[named.group])
    middle = family.middle_names(year, surname)
    old = (former == surname) | ~(named.married > period.start)
    former[old] = None
    changed = np.asarray([name is not None for name in former], bool)
    renamed = np.where(changed, named.married, NEVER)
    return Names(background, first, middle, surname, former, renamed)


def _kin(named: Named, rng: np.random.Generator) -> Kin:
    """Return who is related to whom, in the household or in that of the parents elsewhere."""
    who, parental = named.who, named.parental
    rows = np.arange(len(parental))
    first = np.flatnonzero(who.position == 0)
    family = np.where(parental >= 0, parental, who.household)
    wife, husband = _couples(named)
    of_home = np.stack([first, first])  # father and mother; who is alone is both
    of_home[:, who.household[wife]] = husband, wife
    child = (who.role == CHILD) | (parental >= 0)
    father, mother = np.where(child, of_home[:, family], _NOBODY)
    by_law = ~np.isnat(named.married[wife])
    husbands = np.full(len(rows), _NOBODY)
    husbands[wife[by_law]] = husband[by_law]
    return Kin(family, husbands, father, mother, _lines(who, rng))


def _couples(named: Named) -> tuple[Whole, Whole]:
    """Return the rows of women and men who live together as a couple."""
    second = np.flatnonzero(named.who.role == PARTNER)
    mixed = second[named.female[second] != named.female[second - 1]]
    woman = np.where(named.female[mixed], mixed, mixed - 1)
    return woman, 2 * mixed - 1 - woman


def _lines(who: Members, rng: np.random.Generator) -> Whole:
    """Return whose family name each person bears: parents that of the head or the partner."""
    line = np.arange(len(who.role))
    parent = np.flatnonzero(who.role == PARENT)
    head = who.head[parent]
    of_partner = rng.random(len(line))[head] < 0.5
    line[parent] = head + (of_partner & (who.role[head + 1] == PARTNER))
    return line


def _homes(who: Members) -> Whole:
    """Return the households in which no two have one first name; residents are many."""
    own = who.household.max() + 1 + np.arange(len(who.role))
    return np.where(who.role == RESIDENT, own, who.household)


def _backgrounds(named: Named, kin: Kin, built: Parameters, rng: np.random.Generator) -> Texts:
    """Return backgrounds: of children that of the first parent, of couples of a group the same."""
    background = draw_backgrounds(named.group, built, rng)
    first = np.flatnonzero(named.who.position == 0)[kin.family]
    as_first = (kin.father >= 0) | (
        (named.who.role == PARTNER) & (named.group == named.group[first])
    )
    background = np.where(as_first, background[first], background)
    return background[kin.line]


def _share_initials(
    first: Texts, named: Named, of: tuple[Texts, Texts, Whole], rng: np.random.Generator
) -> None:
    """Give twins first names that differ and begin with one letter, in place."""
    left = np.flatnonzero(named.twins & named.one_initial)
    for _ in range(_ROUNDS):
        if not len(left):
            return
        pairs = np.stack([left - 1, left])
        drawn = [_candidates((of[0][rows], of[1][rows], of[2][rows]), rng) for rows in pairs]
        one, other = (np.asarray(names.tolist(), dtype=np.str_) for names in drawn)
        letter = [names.astype("U1") for names in (one, other)]
        fits = letter[0][:, :, None] == letter[1][:, None, :]
        fits &= one[:, :, None] != other[:, None, :]
        chosen = fits.reshape(len(left), -1).argmax(axis=1)
        found = fits.reshape(len(left), -1).any(axis=1)
        which = np.divmod(chosen, _CANDIDATES)
        for rows, names, at in zip(pairs, drawn, which, strict=True):
            first[rows[found]] = names[np.flatnonzero(found), at[found]]
        left = left[~found]


def _candidates(of: tuple[Texts, Texts, Whole], rng: np.random.Generator) -> Texts:
    """Return some first names for each person, one row a person."""
    background, sex = (np.repeat(each, _CANDIDATES).astype(np.object_) for each in of[:2])
    year = np.repeat(of[2], _CANDIDATES).astype(np.int64)
    return draw_first_names(background, sex, year, rng).reshape(-1, _CANDIDATES)
