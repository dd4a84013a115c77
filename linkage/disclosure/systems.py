"""Hidden counts that equations tie together, as the changes that a reader cannot rule out.

A world that fits what is published differs from the true one by changes that every equation sums
to zero. Where two hidden counts alone are left in an equation, they change together, and stand for
one; where one is left, it cannot change.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np
import scipy  # its parts are loaded when they are first used
from numpy.typing import NDArray

from linkage.disclosure.equations import NOTHING_KNOWN, Equation, Item, Limits
from linkage.disclosure.programme import Programme, Reals
from linkage.disclosure.ties import Places, joined


@dataclass(frozen=True)
class System:
    """Hidden items that hang together.

    Parameters
    ----------
    places
        (n,) where the items stand.
    signs, column
        (n,) by which value of the programme each changes, and whether with it or against it.
    programme
        What the values may be.
    """

    places: Places
    signs: Reals
    column: Places
    programme: Programme

    def near(self, members: Places, most: float) -> "System":
        """Return the same with no changes of some items beyond ``most``."""
        return replace(self, programme=self.programme.within(self.column[members], most))

    def extreme(self, costs: Reals, most: float) -> Reals | None:
        """Return changes of the items that no reader can rule out, with the least total cost.

        ``costs`` are (n,); of an item that has one, changes up to ``most`` are looked for. None
        when the solver finds none.
        """
        of_values = np.zeros(self.programme.n_values)
        np.add.at(of_values, self.column, self.signs * costs)
        values = self.programme.least(of_values, most)
        return None if values is None else self.signs * values[self.column]

    @property
    def at_a_limit(self) -> Places:
        """Where the items stand whose limits kept the last total cost from being less."""
        return self.places[self.programme.at_a_limit[self.column]]


class Systems:
    """All counts and equations, from which the systems of the hidden ones are taken.

    Parameters
    ----------
    counts
        The true count of every item.
    equations
        The sums that a reader knows to hold.
    known
        The least and the greatest value of an item that a reader knows without this release.
    """

    def __init__(
        self,
        counts: Mapping[Item, int],
        equations: Sequence[Equation],
        known: Mapping[Item, Limits],
    ) -> None:
        named = (item for each in equations for item in each.items)
        self.items: list[Item] = list(dict.fromkeys(named))
        self.place = {item: at for at, item in enumerate(self.items)}
        entries = [
            (row, self.place[item], times)
            for row, each in enumerate(equations)
            for item, times in each.terms
        ]
        rows, columns, signs = np.array(entries, dtype=int).reshape(-1, 3).T
        shape = len(equations), len(self.items)
        self._matrix = scipy.sparse.csc_array((signs.astype(float), (rows, columns)), shape=shape)
        self._matrix.eliminate_zeros()
        truth = np.array([counts[item] for item in self.items], dtype=float)
        limits = np.array([known.get(item, NOTHING_KNOWN) for item in self.items], dtype=float)
        self._limits = limits.reshape(-1, 2).T - truth

    def rows(self, place: int) -> list[int]:
        """Return which equations hold the item at ``place``."""
        start, end = self._matrix.indptr[place : place + 2]
        rows: list[int] = self._matrix.indices[start:end].tolist()
        return rows

    def among(self, hidden: Set[Item]) -> tuple[Places, list[System]]:
        """Return which of the ``hidden`` items cannot change, and the systems of the others."""
        places = np.flatnonzero([item in hidden for item in self.items])
        places = places[np.diff(self._matrix.indptr)[places] > 0]
        matrix, signs, column = joined(self._matrix[:, places])
        free = signs != 0
        return places[~free], list(self._parts(matrix, places[free], signs[free], column[free]))

    def _parts(
        self, matrix: scipy.sparse.csc_array, places: Places, signs: Reals, column: Places
    ) -> Iterator[System]:
        """Yield what hangs together: the values of ``matrix`` and the items that change by them."""
        n_rows, n_values = matrix.shape
        low, high = self._of_values(places, signs, column, n_values)
        row, value = matrix.tocoo().coords
        sides = scipy.sparse.coo_array(
            (np.ones(len(row)), (row, n_rows + value)), shape=(n_rows + n_values,) * 2
        )
        _, label = scipy.sparse.csgraph.connected_components(sides, directed=False)
        of_rows, of_values = _grouped(label[:n_rows]), _grouped(label[n_rows:])
        local = np.empty(n_values, dtype=np.intp)
        for part, members in _grouped(label[n_rows:][column]).items():
            values = of_values[part]
            local[values] = np.arange(len(values))
            own = matrix[:, values][of_rows.get(part, [])].tocsc()
            programme = Programme(own, (low[values], high[values]))
            yield System(places[members], signs[members], local[column[members]], programme)

    def _of_values(
        self, places: Places, signs: Reals, column: Places, n: int
    ) -> tuple[Reals, Reals]:
        """Return the limits of each value: those of all the items that it stands for."""
        least, greatest = self._limits[:, places]
        least, greatest = (
            np.where(signs > 0, least, -greatest),
            np.where(signs > 0, greatest, -least),
        )
        low, high = np.full(n, -np.inf), np.full(n, np.inf)
        np.maximum.at(low, column, least)
        np.minimum.at(high, column, greatest)
        return low, high


def _grouped(labels: NDArray[np.int32]) -> dict[int, Places]:
    """Return the places of each label, in order."""
    order = np.argsort(labels, kind="stable")
    kinds, starts = np.unique(labels[order], return_index=True)
    return dict(zip(kinds.tolist(), np.split(order, starts)[1:], strict=True))
