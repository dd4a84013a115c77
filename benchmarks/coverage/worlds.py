"""Worlds with known truth: people in households, and two files that hold some of them with errors.

The generator of the simulation study (docs/explanation/methods, its population and errors): a
latent quality makes the errors of one record depend on each other, households make false partners
agree on surname and address. What the study held fixed is an axis of stress here.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Index = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Four = tuple[float, float, float, float]
"""A value for each of first name, surname, date of birth, postcode."""

VARIANTS = 6
"""Spellings of a name; the first is the right one."""

REPLACEMENTS = 300
"""A name that is replaced becomes one of so many codes of its group."""

_CODES = 10_000
"""Codes of names that are a group's own."""


@dataclass(frozen=True)
class Group:
    """A group of people: its share, names to draw from, record quality and coverage."""

    share: float
    first_names: int
    surnames: int
    exponent: float
    bad: float
    covered: float
    missing: Four


THREE_GROUPS = (
    Group(0.7, 60, 300, 0.7, 0.05, 0.95, (0.005, 0.005, 0.005, 0.02)),
    Group(0.2, 15, 40, 0.9, 0.12, 0.90, (0.01, 0.01, 0.02, 0.04)),
    Group(0.1, 40, 100, 0.8, 0.25, 0.80, (0.02, 0.02, 0.05, 0.08)),
)


@dataclass(frozen=True)
class World:
    """How a population and its two files are made.

    ``good``, ``bad``: chances of an error in each field of a focal record, by its quality, which is
    drawn once a person or, where ``independent``, anew for each field. ``clean``: of an opposite
    record. ``birth_days``: parts of a year that a date of birth tells apart. ``twins``: chance that
    a later member of a household has the first one's date of birth. ``twice_focal``,
    ``twice_opposite``: share of people whom that file holds twice, with errors of their own.
    ``declared_twice``: the configuration says that the focal file may hold people twice.
    """

    name: str
    groups: tuple[Group, ...] = THREE_GROUPS
    people: int = 6_000
    households: tuple[float, ...] = (0.30, 0.35, 0.15, 0.20)
    twins: float = 0.0
    independent: bool = False
    good: Four = (0.03, 0.03, 0.01, 0.10)
    bad: Four = (0.35, 0.35, 0.20, 0.55)
    clean: float = 0.01
    birth_years: int = 40
    birth_days: int = 12
    postcodes: int = 400
    focal_share: float = 0.5
    twice_focal: float = 0.0
    twice_opposite: float = 0.0
    declared_twice: bool = False


@dataclass(frozen=True)
class People:
    """Everyone, a row each (N,): what they are called, when they were born, where they live."""

    group: Index
    first_name: Index
    surname: Index
    year: Index
    day: Index
    postcode: Index
    sex: Index
    bad: Flags


@dataclass(frozen=True)
class File:
    """A source's records, a row each (n,); a value is -1 where it is missing.

    Names are codes of name and spelling together: ``name = code // VARIANTS``.
    """

    person: Index
    group: Index
    first_name: Index
    surname: Index
    year: Index
    day: Index
    postcode: Index
    sex: Index

    @property
    def n(self) -> int:
        """How many records there are."""
        return len(self.person)


@dataclass(frozen=True)
class Files:
    """The focal and the opposite file of a world."""

    focal: File
    opposite: File


def files(world: World, seed: int) -> Files:
    """Return the two files of a population drawn by ``seed``."""
    rng = np.random.default_rng(seed)
    people = _people(world, rng)
    covered = np.array([group.covered for group in world.groups])[people.group]
    opposite = np.flatnonzero(rng.random(world.people) < covered)
    focal = np.flatnonzero(rng.random(world.people) < world.focal_share)
    opposite = _some_twice(opposite, world.twice_opposite, rng)
    focal = _some_twice(focal, world.twice_focal, rng)
    clean = np.full((len(opposite), 4), world.clean)
    return Files(
        _written(world, people, focal, _chances(world, people, focal, rng), rng),
        _written(world, people, opposite, clean, rng),
    )


def _people(world: World, rng: np.random.Generator) -> People:
    household = _households(world, rng)
    n_households = int(household[-1]) + 1
    shares = np.array([group.share for group in world.groups])
    of_household = rng.choice(len(shares), n_households, p=shares / shares.sum())
    surname, postcode = (
        np.empty(n_households, np.int64),
        rng.integers(0, world.postcodes, n_households),
    )
    group = of_household[household]
    first_name = np.empty(world.people, np.int64)
    for k, each in enumerate(world.groups):
        own = np.flatnonzero(of_household == k)
        surname[own] = _names(each.surnames, each.exponent, k, len(own), rng)
        own = np.flatnonzero(group == k)
        first_name[own] = _names(each.first_names, 0.8, k, len(own), rng)
    year = rng.integers(0, world.birth_years, world.people)
    day = rng.integers(0, world.birth_days, world.people)
    first = np.searchsorted(household, household)
    alike = rng.random(world.people) < world.twins
    bad = np.array([each.bad for each in world.groups])[group]
    return People(
        group=group,
        first_name=first_name,
        surname=surname[household],
        year=np.where(alike, year[first], year),
        day=np.where(alike, day[first], day),
        postcode=postcode[household],
        sex=rng.integers(0, 2, world.people),
        bad=rng.random(world.people) < bad,
    )


def _households(world: World, rng: np.random.Generator) -> Index:
    """Return the household of each person, rising."""
    sizes = 1 + rng.choice(len(world.households), world.people, p=world.households)
    return np.repeat(np.arange(world.people), sizes)[: world.people]


def _names(pool: int, exponent: float, group: int, n: int, rng: np.random.Generator) -> Index:
    """Draw names of a group's own pool, the commoner the lower their rank."""
    weight = 1 / np.arange(1, pool + 1) ** exponent
    return _range(group) + rng.choice(pool, n, p=weight / weight.sum())


def _range(group: int | Index) -> int | Index:
    return group * _CODES


def _some_twice(person: Index, share: float, rng: np.random.Generator) -> Index:
    """Return the persons of a file's records, a share of them there twice, in any order."""
    again = person[rng.random(len(person)) < share]
    return rng.permutation(np.concatenate([person, again]))


def _chances(world: World, people: People, person: Index, rng: np.random.Generator) -> Reals:
    """Return the chance of an error in each field of focal records, (n, 4)."""
    good, bad = np.array(world.good), np.array(world.bad)
    if not world.independent:
        return np.where(people.bad[person][:, None], bad, good)
    share = np.array([group.bad for group in world.groups])[people.group[person]][:, None]
    chances: Reals = (1 - share) * good + share * bad
    return chances


def _written(
    world: World, people: People, person: Index, chances: Reals, rng: np.random.Generator
) -> File:
    """Return the records of ``person`` as a file holds them: with errors and missing values.

    Half of the errors are slight: another spelling, the day alone, within the postcode's sector.
    """
    shape = chances.shape
    wrong, slight = rng.random(shape) < chances, rng.random(shape) < 0.5
    group = people.group[person]
    missing = rng.random(shape) < np.array([each.missing for each in world.groups])[group]
    names = []
    for k, name in enumerate((people.first_name[person], people.surname[person])):
        replaced = _range(group) + rng.integers(0, REPLACEMENTS, len(person))
        spelling = rng.integers(1, VARIANTS, len(person)) * (wrong[:, k] & slight[:, k])
        names.append(np.where(wrong[:, k] & ~slight[:, k], replaced, name) * VARIANTS + spelling)
    year, day, postcode = (each[person] for each in (people.year, people.day, people.postcode))
    n = len(person)
    day = np.where(wrong[:, 2] & slight[:, 2], rng.integers(0, world.birth_days, n), day)
    year = np.where(wrong[:, 2] & ~slight[:, 2], rng.integers(0, world.birth_years, n), year)
    near = postcode // 10 * 10 + rng.integers(0, 10, n)
    far = rng.integers(0, world.postcodes, n)
    postcode = np.where(wrong[:, 3], np.where(slight[:, 3], near, far), postcode)
    columns = (*names, year, day, postcode)
    return File(
        person,
        group,
        *(
            np.where(missing[:, k], -1, each)
            for k, each in zip((0, 1, 2, 2, 3), columns, strict=True)
        ),
        people.sex[person],
    )
