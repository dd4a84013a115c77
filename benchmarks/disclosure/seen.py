"""What models see of a population, given to the reader as it is: whoever has it has their figures.

Written from what is documented of models that leave. They see how many records are alike in all
characteristics, but for what is held back of groups and of intersections; of links and of missing
identifiers they see published counts, and one share between them as a band.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

import numpy as np

from benchmarks.disclosure.facts import (
    CROSS,
    LACKING,
    NO_LIMIT,
    NOT_APPLICABLE,
    RECORDS,
    Constraint,
    Count,
)
from benchmarks.disclosure.released import Key, Release
from benchmarks.disclosure.shapes import SOURCE
from quality.bias.cells import MISSING, Cells

_LINKED, _ALIKE = "linked", "alike"
_HELD_BACK = "held back"

Kind = tuple[str, ...]
"""The group of a record by each characteristic, and how many identifiers it lacks."""


@dataclass(frozen=True)
class Seen:
    """Constraints on numbers of records of each kind, what is true of these, and what is printed.

    ``prints`` says whether models would print the same figures of other numbers.
    """

    constraints: Sequence[Constraint]
    truth: Mapping[Count, int]
    prints: Callable[[Mapping[Count, int]], bool]


@dataclass(frozen=True)
class Kinds:
    """Every kind of record that there could be, and how many there are."""

    cells: Cells
    other: str
    crossings: Sequence[Sequence[str]]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What the groups of a kind are of."""
        return tuple(factor.name for factor in self.cells.factors)

    @cached_property
    def every(self) -> tuple[Kind, ...]:
        """All kinds, whether there are any or not."""
        return tuple(product(*(factor.groups for factor in self.cells.factors)))

    @cached_property
    def characteristics(self) -> tuple[str, ...]:
        """The characteristics, without the number of missing identifiers."""
        return tuple(name for name in self.names if name != MISSING)

    def groups(self, kind: Kind, names: Sequence[str]) -> Kind:
        """Return the groups of a kind by some of the characteristics."""
        of = dict(zip(self.names, kind, strict=True))
        return tuple(of[name] for name in names)

    def lacking(self, kind: Kind) -> int:
        """Return how many identifiers records of a kind lack."""
        return int(self.groups(kind, [MISSING])[0]) if MISSING in self.names else 0

    def count(self, kind: Kind, measure: str = RECORDS) -> Count:
        """Return the number of records of a kind, or of those linked."""
        return Count(0, Key(_ALIKE, SOURCE, self.other, measure, "", "", CROSS.join(kind)))

    def truth(self) -> dict[Count, int]:
        """Return the true numbers."""
        found = {self.count(kind, of): 0 for kind in self.every for of in (RECORDS, _LINKED)}
        labels = zip(
            *([each.groups[at] for at in each.code] for each in self.cells.factors), strict=True
        )
        for kind, n, k in zip(labels, self.cells.n, self.cells.k, strict=True):
            found[self.count(kind)], found[self.count(kind, _LINKED)] = round(n), round(k)
        return found

    def cells_of(self, values: Mapping[Count, int]) -> Cells:
        """Return the cells of other numbers."""
        n, k = (
            np.array([float(values[self.count(kind, of)]) for kind in self.every])
            for of in (RECORDS, _LINKED)
        )
        places = product(*(range(len(factor.groups)) for factor in self.cells.factors))
        codes = np.array(list(places), dtype=np.int64)[n > 0]
        factors = tuple(
            replace(factor, code=codes[:, at]) for at, factor in enumerate(self.cells.factors)
        )
        return Cells(factors, n[n > 0], k[n > 0])


def constraints(kinds: Kinds, release: Release) -> Iterator[Constraint]:
    """Yield what is true of numbers of each kind, and what models see of them."""
    for kind in kinds.every:
        yield Constraint({kinds.count(kind): 1, kinds.count(kind, _LINKED): -1}, 0, NO_LIMIT)
    for names in ((), *((name,) for name in kinds.characteristics), *kinds.crossings):
        places: dict[Kind, list[Kind]] = defaultdict(list)
        for kind in kinds.every:
            places[kinds.groups(kind, names)].append(kind)
        for groups, alike in places.items():
            place = CROSS.join(names), CROSS.join(groups)
            yield from _margins(kinds, release, place, alike)
            if MISSING in kinds.names:
                yield from _lacking(kinds, release, place, alike)
    yield from _alike(kinds, release)
    yield from _share(kinds, release)


def _margins(
    kinds: Kinds, release: Release, place: tuple[str, str], alike: Sequence[Kind]
) -> Iterator[Constraint]:
    """Yield: the records of a group are those of its kinds; a group without a row has none."""
    for of, stage, other in ((RECORDS, "", ""), (_LINKED, "decide", kinds.other)):
        key = Key(of, SOURCE, other, "", stage, *place)
        listed = key._replace(stage="ingest") if of == RECORDS else key
        terms = dict.fromkeys((kinds.count(kind, of) for kind in alike), 1)
        yield Constraint({**terms, **({Count(0, key): -1} if listed in release.rows else {})}, 0, 0)


def _lacking(
    kinds: Kinds, release: Release, place: tuple[str, str], alike: Sequence[Kind]
) -> Iterator[Constraint]:
    """Yield how kinds that lack identifiers add up to the counts of missing ones.

    An identifier that does not apply is lacking too, which is counted by reason but where groups
    cross.
    """
    missing = [
        key
        for key in release.rows
        if key.measure == "missing_identifier" and not key.stage and key[-2:] == place
    ]
    if not missing:
        return
    some = {kinds.count(kind): 1 for kind in alike if kinds.lacking(kind)}
    every = {kinds.count(kind): 1 for kind in alike if kinds.lacking(kind) == len(missing)}
    out = [key._replace(stage=NOT_APPLICABLE) for key in missing]
    occurs = [key._replace(characteristic="", group="") in release.rows for key in out]
    are_known = all(key in release.rows or not so for key, so in zip(out, occurs, strict=True))
    most = 0 if are_known else NO_LIMIT
    not_asked = [Count(0, key) for key in out if key in release.rows]
    times = {kinds.count(kind): kinds.lacking(kind) for kind in alike if kinds.lacking(kind)}
    by_identifier = [Count(0, key) for key in missing]
    yield Constraint({**times, **dict.fromkeys((*by_identifier, *not_asked), -1)}, 0, most)
    with_missing = Count(0, Key(LACKING, SOURCE, "", "", "ingest", *place))
    yield Constraint({**some, with_missing: -1}, 0, NO_LIMIT)
    if are_known:
        yield Constraint({**some, with_missing: -1, **dict.fromkeys(not_asked, -1)}, -NO_LIMIT, 0)
    for key, without in zip(missing, out, strict=True):
        held = {Count(0, each): -1 for each in (key, without) if each in release.rows}
        yield Constraint({**some, **held}, 0, NO_LIMIT)
        if are_known:
            yield Constraint({**every, **held}, -NO_LIMIT, 0)


def _alike(kinds: Kinds, release: Release) -> Iterator[Constraint]:
    """Yield how many records are alike in what models tell apart: that is as it is."""
    truth = kinds.truth()
    told: dict[tuple[object, ...], list[Count]] = defaultdict(list)
    for kind in kinds.every:
        told[_told(kinds, release, kind)].append(kinds.count(kind))
    for counts in told.values():
        n = sum(truth[count] for count in counts)
        yield Constraint(dict.fromkeys(counts, 1), n, n)


def _told(kinds: Kinds, release: Release, kind: Kind) -> tuple[object, ...]:
    """Return what models tell of a kind.

    Groups that are held back are as one. Of records in cells of intersections that are held back
    nothing is told by the characteristics of any of them, but which intersections these are.
    """

    def is_shown(names: Sequence[str]) -> bool:
        place = CROSS.join(names), CROSS.join(kinds.groups(kind, names))
        row = release.rows.get(Key(RECORDS, SOURCE, "", "", "ingest", *place))
        return row is not None and row.n is not None

    groups = {
        name: kinds.groups(kind, [name])[0] if is_shown([name]) else _HELD_BACK
        for name in kinds.characteristics
    }
    held = [tuple(names) for names in kinds.crossings if not is_shown(names)]
    inside = {name for names in held for name in names}
    return tuple(held), *(groups[name] for name in groups if name not in inside)


def _share(kinds: Kinds, release: Release) -> Iterator[Constraint]:
    """Yield the band of the share that is linked of records that lack an identifier."""
    row = release.rows.get(Key(LACKING, SOURCE, "", "", "ingest", "", ""))
    if row is None or row.k is None:
        return
    of = min(row.k // release.threshold - 1, 1000)
    if of < 2:
        return
    truth = kinds.truth()
    some = [kind for kind in kinds.every if kinds.lacking(kind)]
    n = [kinds.count(kind) for kind in some]
    k = [kinds.count(kind, _LINKED) for kind in some]
    at = min(of * sum(truth[each] for each in k) // sum(truth[each] for each in n), of - 1)
    yield Constraint({**dict.fromkeys(k, of), **dict.fromkeys(n, -at)}, 0, _LARGE)
    if at < of - 1:
        yield Constraint({**dict.fromkeys(k, of), **dict.fromkeys(n, -at - 1)}, -_LARGE, -1)


_LARGE = NO_LIMIT * 1000
