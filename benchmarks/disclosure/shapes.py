"""Random configurations: what a run would be told of a population, and by which rules it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from benchmarks.disclosure.released import Tree
from linkage.config.group_names import ROLLED_UP
from linkage.config.schema import Disclosure
from linkage.model.normalise import Reals
from quality.groupings import Grouping

SOURCE = "focal"


@dataclass(frozen=True)
class Characteristic:
    """How large its groups are, how far each shifts the log odds of a link, who is unknown."""

    shares: Reals
    shift: Reals
    unknown: float

    @property
    def groups(self) -> tuple[str, ...]:
        """The names of its groups."""
        return tuple(f"g{at:02}" for at in range(len(self.shares)))


@dataclass(frozen=True)
class Shape:
    """How a population is made and described."""

    characteristics: Mapping[str, Characteristic]
    intersections: tuple[tuple[str, ...], ...]
    headings: Mapping[str, Mapping[str, str]]
    identifiers: tuple[str, ...]
    others: tuple[str, ...]
    with_variable: bool
    with_filter: bool
    with_findable: bool
    rules: Disclosure
    chances: Mapping[str, float]

    @property
    def groupings(self) -> tuple[Grouping, ...]:
        """Characteristics, intersections, and characteristics under their headings."""
        names = [(name,) for name in self.characteristics]
        plain = [Grouping(each) for each in (*names, *self.intersections)]
        rolled = [Grouping((name,), tuple(of.items())) for name, of in self.headings.items()]
        return (*plain, *rolled)

    @property
    def trees(self) -> tuple[Tree, ...]:
        """What is public of its classifications."""
        return tuple(
            Tree(SOURCE, name, f"{name}{ROLLED_UP}", of) for name, of in self.headings.items()
        )


def shape(rng: np.random.Generator, *, with_models: bool = False) -> Shape:
    """Draw a configuration; one that models are fitted to has mostly several characteristics."""
    chances = (0.2, 0.5, 0.25, 0.05) if with_models else (0.55, 0.33, 0.1, 0.02)
    names = [f"c{at}" for at in range(rng.choice(4, p=chances) + 1)]
    pairs = list(combinations(names, 2))
    crossed = rng.permutation(len(pairs))[: rng.choice(3, p=(0.5, 0.4, 0.1))]
    # most have few groups, and now and then one that is not crossed has many
    many = not crossed.size and rng.random() < 0.12
    most = dict.fromkeys(names, 4) | ({names[0]: 20} if many else {})
    made = {name: _characteristic(rng, int(rng.integers(2, most[name] + 1))) for name in names}
    first = made[names[0]].groups
    n_headings = max(2, len(first) // 3)
    rolled = {name: f"h{rng.integers(n_headings)}" for name in first}
    return Shape(
        characteristics=made,
        intersections=tuple(pairs[at] for at in sorted(crossed)),
        headings={names[0]: rolled} if rng.random() < 0.3 else {},
        identifiers=("surname", "postcode")[: rng.choice(3, p=(0.5, 0.35, 0.15))],
        others=("register", "survey")[: 1 + int(rng.random() < 0.2)],
        with_variable=bool(rng.random() < 0.2),
        with_filter=bool(rng.random() < 0.3),
        with_findable=bool(rng.random() < 0.2),
        rules=rules(rng),
        chances={
            "linked": float(rng.uniform(-1, 4)),
            "candidate": float(rng.uniform(0.1, 0.9)),
            "expected": float(rng.uniform(0.5, 1)),
            "missing": float(rng.choice([0.005, 0.03, 0.15])),
        },
    )


def described_again(first: Shape, rng: np.random.Generator) -> Shape:
    """Return another configuration of the same run: other groups are shown, by other rules."""
    names = [name for name in first.characteristics if rng.random() < 0.6]
    pairs = list(combinations(names, 2))
    crossed = rng.permutation(len(pairs))[: rng.integers(0, 2)]
    return replace(
        first,
        characteristics={name: first.characteristics[name] for name in names},
        intersections=tuple(pairs[at] for at in sorted(crossed)),
        headings={name: of for name, of in first.headings.items() if name in names},
        rules=rules(rng),
    )


def rules(rng: np.random.Generator) -> Disclosure:
    """Draw a threshold and a base to round to."""
    return Disclosure(
        threshold=int(rng.choice([5, 10, 10, 20])), rounding=int(rng.choice([1, 5, 5, 10]))
    )


def _characteristic(rng: np.random.Generator, n_groups: int) -> Characteristic:
    return Characteristic(
        shares=rng.dirichlet(np.full(n_groups, rng.uniform(0.3, 3))),
        shift=rng.normal(0, 0.8, n_groups),
        unknown=float(rng.choice([0, 0, 0.01, 0.05])),
    )
