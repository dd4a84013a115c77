"""Names by cultural background: lists of our own, drawn with skewed frequencies."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from synthetic_data.arrays import Floats, Texts, Whole, texts, weighted
from synthetic_data.parameters import SEXES, Parameters, document_of

_HEAD = 8
"""Added to the rank, so that the most frequent name is not far ahead of the next."""


@dataclass(frozen=True)
class Pool:
    """Names, and how often each is drawn."""

    names: Texts
    weights: Floats

    def draw(self, rng: np.random.Generator, size: int) -> Texts:
        """Return ``size`` names."""
        return self.names[weighted(rng, self.weights, size)]


@dataclass(frozen=True)
class Background:
    """The names of one background, and the ways in which they are spelt."""

    first: Mapping[str, Pool]
    surnames: Pool
    variants: Mapping[str, tuple[str, ...]]
    respellings: tuple[tuple[str, str], ...]

    def respelt(self, name: str, chance: float) -> str:
        """Return another spelling of ``name``, which one by ``chance`` from 0 to 1."""
        ways = self.variants.get(name) or tuple(self._by_rule(name))
        return ways[int(chance * len(ways))] if ways else _by_ending(name)

    def _by_rule(self, name: str) -> list[str]:
        found = []
        for old, new in self.respellings:
            for was, becomes in ((old, new), (old.capitalize(), new.capitalize())):
                changed = name.replace(was, becomes, 1)
                if changed != name and len(changed) > 1:
                    found.append(changed[0].upper() + changed[1:])
        return found


def _by_ending(name: str) -> str:
    """Return a name of one spelling with its last vowel dropped, or with an e more."""
    return name[:-1] if len(name) > 3 and name[-1] in "aeiou" else f"{name}e"


@cache
def background(name: str) -> Background:
    """Return the background whose lists stand in ``names/<name>.yaml``."""
    written = document_of(f"names/{name}.yaml")
    skew = written["skew"]
    first = _parts(written.get("first_parts"))
    return Background(
        {
            sex: _pool([*written[listed].split(), *first], skew["first"])
            for sex, listed in zip(SEXES, ("female", "male"), strict=True)
        },
        _pool(
            [*written["surnames"].split(), *_parts(written.get("surname_parts"))], skew["surname"]
        ),
        _variants(written["variants"]),
        tuple((old, new) for old, new in written["respellings"]),
    )


def draw_backgrounds(group: Whole, built: Parameters, rng: np.random.Generator) -> Texts:
    """Return the background of each person's names, by ethnic group."""
    drawn = texts([""] * len(group))
    for index, weights in enumerate(built.name_weights):
        here = np.flatnonzero(group == index)
        names = texts(list(weights))
        drawn[here] = names[weighted(rng, np.asarray(list(weights.values()), float), len(here))]
    return drawn


def draw_first_names(backgrounds: Texts, sex: Texts, rng: np.random.Generator) -> Texts:
    """Return a first name for each person."""
    drawn = texts([""] * len(sex))
    for name in sorted(set(backgrounds)):
        for each in SEXES:
            here = np.flatnonzero((backgrounds == name) & (sex == each))
            drawn[here] = background(name).first[each].draw(rng, len(here))
    return drawn


def draw_surnames(backgrounds: Texts, rng: np.random.Generator) -> Texts:
    """Return the surname each person was born with, before families share theirs."""
    drawn = texts([""] * len(backgrounds))
    for name in sorted(set(backgrounds)):
        here = np.flatnonzero(backgrounds == name)
        drawn[here] = background(name).surnames.draw(rng, len(here))
    return drawn


def _pool(names: list[str], skew: float) -> Pool:
    distinct = list(dict.fromkeys(names))
    return Pool(
        texts(distinct), np.power(np.arange(len(distinct)) + _HEAD, -skew, dtype=np.float64)
    )


def _parts(written: Mapping[str, str] | None) -> list[str]:
    """Return names made of every start with every end, in an order that mixes them."""
    if written is None:
        return []
    starts, ends = written["starts"].split(), written["ends"].split()
    return [
        start + (end.capitalize() if start.endswith("-") else end)
        for shift in range(len(ends))
        for position, start in enumerate(starts)
        for end in [ends[(position + shift) % len(ends)]]
    ]


def _variants(written: list[Any]) -> dict[str, tuple[str, ...]]:
    """Return the other spellings of each name; a name of two families has those of both."""
    found: dict[str, tuple[str, ...]] = {}
    for line in written:
        family = line.split()
        for name in family:
            others = tuple(other for other in family if other != name)
            found[name] = (*found.get(name, ()), *others)
    return found
