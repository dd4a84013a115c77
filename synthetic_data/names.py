"""Names by cultural background, drawn with skewed frequencies; British first names by birth year.

``names/<background>.yaml`` holds the lists, where each came from, and what is known of how
frequent the names are. ``docs/explanation/synthetic-names.md`` compares them with published
figures.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from synthetic_data.arrays import Flags, Floats, Texts, Whole, texts, weighted
from synthetic_data.parameters import SEXES, Parameters, document_of
from synthetic_data.pools import Pool, first_names, in_proportion, split_names, surnames

_WITHOUT_MARKS = str.maketrans("łŁđĐøØıßæ", "lLdDoOisa")


@dataclass(frozen=True)
class Doubles:
    """How often two surnames are joined: of grown-ups, of children, of wives, and how."""

    adult: float = 0.0
    child: float = 0.0
    married: float = 0.0
    join: str = "-"
    father_first: bool = False

    def of(self, father: str, mother: str) -> str:
        """Return the two joined; the father's alone if they are one or either is double."""
        if father == mother or "-" in father + mother:
            return father
        pair = (father, mother) if self.father_first else (mother, father)
        return self.join.join(pair)


@dataclass(frozen=True)
class Background:
    """The names of one background, how they go together, and the ways in which they are spelt.

    ``own`` are surnames of one sex that are not the family's (Kaur, Begum), with their rates in
    ``own_rates``. ``patronymic`` is the share of families whose children have the father's first
    name as surname. ``middle_father`` is the share of middle names that are the father's first.
    """

    first: Mapping[str, Pool]
    surnames: Pool
    variants: Mapping[str, tuple[str, ...]]
    respellings: tuple[tuple[str, str], ...]
    middle: Mapping[str, Pool]
    middle_rates: tuple[Floats, Floats]
    middle_father: float
    own: Mapping[str, Pool]
    own_rates: Mapping[str, float]
    double: Doubles
    patronymic: float
    feminine: tuple[tuple[str, str], ...]
    feminine_rate: float
    family_name_first: bool

    def draw_first(self, rng: np.random.Generator, sex: str, birth_year: Whole) -> Texts:
        """Return a first name for each birth year."""
        return self.first[sex].draw(rng, len(birth_year), birth_year)

    def draw_middle(self, rng: np.random.Generator, sex: str, birth_year: Whole) -> Texts:
        """Return a middle name for each birth year, None for those who have none."""
        drawn = self.middle[sex].draw(rng, len(birth_year), birth_year)
        drawn[rng.random(len(birth_year)) >= np.interp(birth_year, *self.middle_rates)] = None
        return drawn

    def draw_surnames(self, rng: np.random.Generator, size: int) -> Texts:
        """Return the surnames of families, in the form that men bear."""
        return self.surnames.draw(rng, size)

    def feminine_form(self, surname: str) -> str:
        """Return the form of ``surname`` that a woman of the family bears."""
        for ending, becomes in self.feminine:
            if surname.endswith(ending):
                return surname[: -len(ending)] + becomes
        return surname

    def respelt(self, name: str, chance: float) -> str:
        """Return another spelling of ``name``, which one by ``chance`` from 0 to 1."""
        ways = [*self.variants.get(name, ()), *_plainer(name)] or self._by_rule(name)
        return ways[int(chance * len(ways))] if ways else _by_ending(name)

    def _by_rule(self, name: str) -> list[str]:
        found = []
        for old, new in self.respellings:
            for was, becomes in ((old, new), (old.capitalize(), new.capitalize())):
                changed = name.replace(was, becomes, 1).strip(" -'")
                if changed != name and len(changed) > 1:
                    found.append(changed[0].upper() + changed[1:])
        return found


def plain(name: str) -> str:
    """Return ``name`` without diacritics, as most British records have it: Łukasz, Lukasz."""
    apart = unicodedata.normalize("NFKD", name.translate(_WITHOUT_MARKS))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _plainer(name: str) -> list[str]:
    """Return the name without diacritics, and a double one without its hyphen or a half."""
    bare = plain(name)
    found = [bare] if bare != name else []
    left, hyphen, right = name.partition("-")
    if hyphen and min(len(left), len(right)) > 2:
        found += [f"{left} {right}", left, right]
    return found


def _by_ending(name: str) -> str:
    """Return a name of one spelling with its last vowel dropped, or with an e more."""
    return name[:-1] if len(name) > 3 and name[-1] in "aeiou" else f"{name}e"


@cache
def background(name: str) -> Background:
    """Return the background whose lists stand in ``names/<name>.yaml``."""
    written = document_of(f"names/{name}.yaml")
    first = {
        sex: first_names(written, listed)
        for sex, listed in zip(SEXES, ("female", "male"), strict=True)
    }
    middle = written.get("middle", {"rate": 0.0})
    own = written.get("own_surname", {"rate": {}})
    feminine = written.get("feminine", {"endings": (), "rate": 0.0})
    return Background(
        first=first,
        surnames=surnames(written),
        variants=_variants(written["variants"]),
        respellings=_pairs(written["respellings"]),
        middle={
            sex: in_proportion(middle[listed]) if listed in middle else first[sex]
            for sex, listed in zip(SEXES, ("female", "male"), strict=True)
        },
        middle_rates=_by_year(middle["rate"]),
        middle_father=middle.get("father", 0.0),
        own={sex: in_proportion(own[sex]) for sex in own["rate"]},
        own_rates={sex: own["rate"].get(sex, 0.0) for sex in SEXES},
        double=Doubles(**written.get("double", {})),
        patronymic=written.get("patronymic", 0.0),
        feminine=_pairs(feminine["endings"]),
        feminine_rate=feminine["rate"],
        family_name_first=written.get("family_name_first", False),
    )


def draw_backgrounds(group: Whole, built: Parameters, rng: np.random.Generator) -> Texts:
    """Return the background of each person's names, by ethnic group."""
    drawn = texts([""] * len(group))
    for index, weights in enumerate(built.name_weights):
        here = np.flatnonzero(group == index)
        names = texts(list(weights))
        drawn[here] = names[weighted(rng, np.asarray(list(weights.values()), float), len(here))]
    return drawn


def by_background(backgrounds: Texts) -> dict[str, Whole]:
    """Return the rows of each background, in the order of their names."""
    names = sorted(set(backgrounds))
    code = {name: at for at, name in enumerate(names)}
    codes = np.fromiter(map(code.__getitem__, backgrounds), np.int16, len(backgrounds))
    rows = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[rows], np.arange(1, len(names)))
    return dict(zip(names, np.split(rows, starts), strict=True)) if names else {}


def draw_first_names(
    backgrounds: Texts, sex: Texts, birth_year: Whole, rng: np.random.Generator
) -> Texts:
    """Return a first name for each person."""
    return _draw_by_sex("draw_first", backgrounds, sex, birth_year, rng)


def draw_middle_names(
    backgrounds: Texts, sex: Texts, birth_year: Whole, rng: np.random.Generator
) -> Texts:
    """Return a middle name for each person, None for those who have none."""
    return _draw_by_sex("draw_middle", backgrounds, sex, birth_year, rng)


def _draw_by_sex(
    how: str, backgrounds: Texts, sex: Texts, birth_year: Whole, rng: np.random.Generator
) -> Texts:
    drawn = texts([""] * len(sex))
    female: Flags = sex == SEXES[0]
    for name, rows in by_background(backgrounds).items():
        for each, of_sex in zip(SEXES, (female[rows], ~female[rows]), strict=True):
            here = rows[of_sex]
            drawn[here] = getattr(background(name), how)(rng, each, birth_year[here])
    return drawn


def draw_surnames(backgrounds: Texts, rng: np.random.Generator) -> Texts:
    """Return the surname each person was born with, before families share theirs."""
    drawn = texts([""] * len(backgrounds))
    for name, rows in by_background(backgrounds).items():
        drawn[rows] = background(name).draw_surnames(rng, len(rows))
    return drawn


def _by_year(rate: float | Mapping[int, float]) -> tuple[Floats, Floats]:
    given = rate if isinstance(rate, Mapping) else {0: rate}
    return np.asarray(list(given), dtype=float), np.asarray(list(given.values()), dtype=float)


def _pairs(written: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((old, new) for old, new in written)


def _variants(written: list[str]) -> dict[str, tuple[str, ...]]:
    """Return the other spellings of each name; a name of two families has those of both."""
    found: dict[str, tuple[str, ...]] = {}
    for line in written:
        family = split_names(line)
        for name in family:
            before = found.get(name, ())
            new = (other for other in family if other != name and other not in before)
            found[name] = (*before, *new)
    return found
