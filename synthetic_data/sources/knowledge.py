"""What a source knows of its people on its day, before it is written down."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthetic_data.arrays import Day, Days, Flags, Floats, Texts, Whole
from synthetic_data.people.places import addresses
from synthetic_data.people.state import People
from synthetic_data.sources.draws import numbered
from synthetic_data.sources.mistakes import Mistakes, has_value
from synthetic_data.sources.tally import Stage
from synthetic_data.spec.schema import Errors

Values = NDArray[Any]
_ROUNDS = 30
_SURNAME = Stage("mistake", "surname", "former_surname")
_ADDRESS = Stage("mistake", "address", "old_address")
_MERGED = Stage("mistake", "", "merged")
_UNLINKABLE = Stage("mistake", "", "unlinkable")


@dataclass(frozen=True, eq=False)
class Known:
    """What a source takes some people to be, one entry each; ``address`` is -1 where there is none.

    The names are those of :class:`~synthetic_data.people.state.People`.
    """

    first_name: Texts
    middle_name: Texts
    surname: Texts
    background: Texts
    born: Days
    address: Whole

    @classmethod
    def on(cls, people: People, day: Day) -> "Known":
        """Return what is true of all people of a block on a day."""
        return cls(
            people.first_name,
            people.middle_name,
            people.surname_on(day),
            people.background,
            people.born,
            people.address_on(day),
        )

    def of_rows(self, rows: Whole) -> "Known":
        """Return what is known of some, in the order of ``rows``."""
        return Known(**{name: values[rows] for name, values in vars(self).items()})


class Knowing:
    """What a source knows of the people its records are of, and takes for true."""

    def __init__(self, people: People, rows: Whole, day: Day, mistakes: Mistakes) -> None:
        """Start from what is true; ``rows`` is the person of each record, by place in the block."""
        self._people, self._rows, self._day, self._mistakes = people, rows, day, mistakes
        self._true = Known.on(people, day)
        self._known = self._true.of_rows(rows)
        self._born = np.flatnonzero(people.born <= day)

    def known(self, errors: Errors, luck: Floats) -> Known:
        """Return what the source takes for true.

        Parameters
        ----------
        luck
            A number from 0 to 1 for each record, shared in households, that decides whether a move
            is known of.
        """
        self._former_surnames(errors.former_surname)
        self._old_addresses(errors.old_address, luck)
        self._merge(errors.merged)
        self._make_unlinkable(errors.unlinkable)
        return self._known

    def _former_surnames(self, rate: float) -> None:
        """Leave some who changed their surname under the former one."""
        former = self._people.former_surname[self._rows]
        renamed = ~(self._people.renamed[self._rows] > self._day)
        could = renamed & has_value(former) & (former != self._known.surname)
        happened = self._befalls(_SURNAME, rate, could)
        self._change(surname=np.where(happened, former, self._known.surname))

    def _old_addresses(self, rate: float, luck: Floats) -> None:
        """Leave some who moved at the old address, households partly together."""
        old = self._people.old_address[self._rows]
        moved = self._people.moved[self._rows] <= self._day
        could = moved & (old >= 0) & (old != self._known.address)
        happened = self._befalls(_ADDRESS, rate, could, luck)
        self._change(address=np.where(happened, old, self._known.address))

    def _merge(self, rate: float) -> None:
        """Give some records first name and date of birth of another member of the household."""
        rng = self._mistakes.how(_MERGED)
        other = _another_at_home(self._people.household, self._born, self._rows, rng)
        happened = self._befalls(_MERGED, rate, other >= 0)
        self._take(("first_name", "middle_name", "born"), happened, other)

    def _make_unlinkable(self, rate: float) -> None:
        """Give some records name, date of birth and address of three other people.

        None of their own is kept: where nobody else was found whose differs, there is none.
        """
        happened = self._befalls(_UNLINKABLE, rate, np.ones(len(self._rows), np.bool_))
        for names in (
            ("first_name", "middle_name", "surname", "background"),
            ("born",),
            ("address",),
        ):
            rng = self._mistakes.how(_UNLINKABLE._replace(column=names[0]))
            donors = self._strangers(names, np.flatnonzero(happened), rng)
            self._take(names, happened, donors)

    def _strangers(self, names: tuple[str, ...], rows: Whole, rng: np.random.Generator) -> Whole:
        """Return for each of ``rows`` somebody all of whose values differ, -1 where none is found.

        Of what everybody has alike (no middle name) it is enough that it is nothing.
        """
        found = np.full(len(self._rows), -1)
        wanted = rows
        for _ in range(_ROUNDS):
            if not len(wanted):
                break
            donors = self._born[rng.integers(0, len(self._born), len(wanted))]
            differ = self._differ(names, wanted, donors)
            found[wanted[differ]] = donors[differ]
            wanted = wanted[~differ]
        return found

    def _differ(self, names: tuple[str, ...], rows: Whole, donors: Whole) -> Flags:
        """Return whether the donors have nothing that the people of the records ever had."""
        of = self._rows[rows]
        differ = np.ones(len(rows), np.bool_)
        for name in names:
            for owned in _OWNED.get(name, ()):
                theirs, own = getattr(self._true, name)[donors], getattr(self._people, owned)[of]
                differ &= _differ_wholly(theirs, own)
        return differ

    def _befalls(
        self, stage: Stage, rate: float, could: Flags, luck: Floats | None = None
    ) -> Flags:
        happened = self._mistakes.befalls(stage, rate, np.asarray(could, np.bool_), luck)
        self._mistakes.note(stage, np.flatnonzero(happened))
        return happened

    def _take(self, names: tuple[str, ...], happened: Flags, donors: Whole) -> None:
        """Give the records of which it ``happened`` the values of others; none from donor -1."""
        rows = np.flatnonzero(happened)
        none, of = donors[rows] < 0, donors[rows]
        for name in names:
            values = getattr(self._known, name).copy()
            values[rows] = getattr(self._true, name)[of]
            values[rows[none]] = _NOTHING[name]
            self._change(**{name: values})

    def _change(self, **values: Texts | Days | Whole) -> None:
        self._known = replace(self._known, **values)  # type: ignore[arg-type]


_OWNED = {
    "first_name": ("first_name",),
    "middle_name": ("middle_name",),
    "surname": ("surname", "former_surname"),
    "born": ("born",),
    "address": ("address", "old_address"),
}
"""What of people nobody who stands in for them may have, by what it stands for."""
_NOTHING = {
    "first_name": None,
    "middle_name": None,
    "surname": None,
    "background": None,
    "born": np.datetime64("NaT", "D"),
    "address": -1,
}


def _differ_wholly(theirs: Values, own: Values) -> Flags:
    """Return where two values have nothing in common: of addresses, not even the town."""
    if theirs.dtype.kind != "i":
        return np.asarray((theirs != own) | ~has_value(own), dtype=np.bool_)
    parts = zip(addresses(theirs).values(), addresses(own).values(), strict=True)
    differ = [(one != other) | ~has_value(other) for one, other in parts]
    return np.asarray(np.logical_and.reduce(differ), dtype=np.bool_)


def _another_at_home(
    households: Whole, among: Whole, rows: Whole, rng: np.random.Generator
) -> Whole:
    """Return for the person of each record somebody else of the household, -1 if there is nobody.

    Parameters
    ----------
    among
        Who can be taken, by place in the block; those of ``rows`` are among them.
    """
    home = numbered(households)
    sorted_by_home = among[np.argsort(home[among], kind="stable")]
    size = np.bincount(home[among], minlength=int(home.max(initial=-1)) + 1)
    start = np.cumsum(size) - size
    rank = np.empty(len(households), np.int64)
    rank[sorted_by_home] = np.arange(len(among)) - start[home[sorted_by_home]]
    here = home[rows]
    others = size[here] - 1
    step = 1 + (rng.random(len(rows)) * others).astype(np.int64)
    found = start[here] + (rank[rows] + step) % size[here]
    return np.where(others > 0, sorted_by_home[np.minimum(found, len(among) - 1)], -1)
