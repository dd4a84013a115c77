"""Groups that may leave with the encodings: every joint cell of them holds enough people.

They are the only columns that the linkage unit can read. So not each group by itself but all that
is said of a record together must be true of as many people as the threshold asks for.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_Codes = npt.NDArray[np.int64]

TOLERATED = 0.05
"""The share of a group that may lose a code before a characteristic is rolled up instead."""


@dataclass(frozen=True)
class Coarsened:
    """Groups as they may leave, and what was done to them.

    Parameters
    ----------
    columns
        The labels by characteristic, (n,) each; null where there is none or it is withheld.
    rolled_up
        The characteristics of which only the headings of the declared tree are left.
    withheld
        By characteristic, the share of its labels that were taken away.
    hardest_hit
        By characteristic, the label of which the largest share was taken away, and the share.
    """

    columns: Mapping[str, pa.DictionaryArray]
    rolled_up: tuple[str, ...]
    withheld: Mapping[str, float]
    hardest_hit: Mapping[str, tuple[str, float]]

    @property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """The labels that occur, by characteristic, sorted."""
        return {
            name: tuple(
                sorted(column.dictionary.take(column.indices.unique().drop_null()).to_pylist())
            )
            for name, column in self.columns.items()
        }


@dataclass(frozen=True)
class _Column:
    """A characteristic: codes (n,) into its labels, -1 for none; ``tree`` is the way up, if any."""

    codes: _Codes
    labels: tuple[str, ...]
    tree: Mapping[str, str]

    def rolled_up(self) -> "_Column":
        """Return the characteristic with the headings of its labels in their place."""
        headings = [self.tree.get(label, label) for label in self.labels]
        labels = tuple(dict.fromkeys(headings))
        above = np.array([*(labels.index(heading) for heading in headings), -1], np.int64)
        return _Column(above[self.codes], labels, {})

    def without(self, where: npt.NDArray[np.bool_]) -> "_Column":
        """Return the characteristic with the labels at ``where`` taken away."""
        return replace(self, codes=np.where(where, -1, self.codes))

    def shares(self, where: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        """Return, by label, the share of its records that lie at ``where``."""
        size = len(self.labels)
        held, hit = (
            np.bincount(codes[codes >= 0], minlength=size)
            for codes in (self.codes, self.codes[where])
        )
        return np.divide(hit, held, out=np.zeros(size), where=held > 0)


def coarsen(
    columns: Mapping[str, pa.Array], trees: Mapping[str, Mapping[str, str]], threshold: int
) -> Coarsened:
    """Return groups of which every joint cell holds ``threshold`` records or none.

    Cells are those of all characteristics together, "not known" being a value like any other.
    While too much of some group lies in small cells, the characteristic is rolled up along its
    tree that leaves fewest records there. In the small cells that remain, the code that helps most
    is withheld, then the next. Where it would then be missing of too few, it is withheld of some
    others besides, drawn at random from those who share all their other codes.

    Parameters
    ----------
    columns
        The labels by characteristic, (n,) each, null for none.
    trees
        The heading of each label, for the characteristics that may be rolled up.
    threshold
        The least number of records in a cell.
    """
    before = {name: _column(each, trees.get(name, {})) for name, each in columns.items()}
    if not before:
        return Coarsened({}, (), {}, {})
    rolled = _roll_up(dict(before), threshold)
    left = _withhold(dict(rolled), threshold)
    taken = {name: (rolled[name].codes >= 0) & (left[name].codes < 0) for name in left}
    return Coarsened(
        {name: _array(each) for name, each in left.items()},
        tuple(name for name in before if rolled[name].labels != before[name].labels),
        {name: _share(taken[name], rolled[name].codes >= 0) for name in left},
        dict(_hardest_hit(before, taken)),
    )


def _cells(columns: Iterable[_Column], n: int) -> _Codes:
    """Return the joint cell of each record (n,), numbered from 0."""
    cells: _Codes = np.zeros(n, np.int64)
    for column in columns:
        # numbered anew after each, so that the product of many characteristics fits
        cells = cells * (len(column.labels) + 1) + column.codes + 1
        cells = np.unique(cells, return_inverse=True)[1]
    return cells


def _sizes(columns: Mapping[str, _Column]) -> _Codes:
    """Return how many records (n,) share the joint cell of each."""
    cells = _cells(columns.values(), len(next(iter(columns.values())).codes))
    sizes: _Codes = np.bincount(cells)[cells]
    return sizes


def _small(columns: Mapping[str, _Column], threshold: int) -> npt.NDArray[np.bool_]:
    """Return which records (n,) lie in a joint cell of fewer than ``threshold``."""
    return np.less(_sizes(columns), threshold)


def _roll_up(columns: dict[str, _Column], threshold: int) -> dict[str, _Column]:
    while True:
        small = _small(columns, threshold)
        worst = max(float(each.shares(small).max(initial=0)) for each in columns.values())
        tried = {n: {**columns, n: c.rolled_up()} for n, c in columns.items() if c.tree}
        if worst <= TOLERATED or not tried:
            return columns
        columns = min(tried.values(), key=lambda each: _small(each, threshold).sum())


def _withhold(columns: dict[str, _Column], threshold: int) -> dict[str, _Column]:
    small = _small(columns, threshold)
    waiting = list(columns)
    while small.any() and waiting:
        tried = {name: _without(columns, name, small, threshold) for name in waiting}
        best = min(tried, key=lambda name: _small(tried[name], threshold).sum())
        columns = tried[best]
        waiting.remove(best)
        small = _small(columns, threshold)
    return _joined(columns, threshold) if small.any() else columns


def _without(
    columns: Mapping[str, _Column], name: str, small: npt.NDArray[np.bool_], threshold: int
) -> dict[str, _Column]:
    """Take the code ``name`` from small cells, and from some of whom only that code tells apart.

    Those few who lose it would else be seen to be the few of whom it had to be taken.
    """
    column = columns[name].without(small)
    beside = _cells((each for key, each in columns.items() if key != name), len(small))
    order = np.argsort(beside, kind="stable")
    starts = np.searchsorted(beside[order], np.arange(beside.max() + 2))
    taken = np.zeros(len(small), bool)
    for cell in np.unique(beside[small]):
        rows = order[starts[cell] : starts[cell + 1]]
        need = threshold - int((column.codes[rows] < 0).sum())
        if need > 0:
            taken[_spare(rows, column.codes[rows], need, threshold)] = True
    return {**columns, name: column.without(taken)}


def _spare(rows: _Codes, cells: _Codes, need: int, threshold: int) -> _Codes:
    """Return ``need`` of ``rows``, drawn from the largest cell if enough stay there; else none."""
    filled = np.bincount(cells[cells >= 0], minlength=1)
    largest = int(filled.argmax())
    if filled[largest] - need < threshold:
        return rows[:0]
    return np.random.default_rng().choice(rows[cells == largest], need, replace=False)


def _joined(columns: dict[str, _Column], threshold: int) -> dict[str, _Column]:
    """Take every code from others too, where those without any are too few people.

    From a few of the largest cell where enough stay there, else from the whole of the smallest.
    """
    n = len(next(iter(columns.values())).codes)
    cells, sizes = _cells(columns.values(), n), _sizes(columns)
    small = sizes < threshold
    if small.all():
        return columns
    need = threshold - int(small.sum())
    taken = np.zeros(n, bool)
    taken[_spare(np.arange(n), np.where(small, -1, cells), need, threshold)] = True
    if not taken.any():
        taken = sizes == sizes[~small].min()
    return {name: each.without(taken) for name, each in columns.items()}


def _hardest_hit(
    before: Mapping[str, _Column], taken: Mapping[str, npt.NDArray[np.bool_]]
) -> Iterator[tuple[str, tuple[str, float]]]:
    for name, column in before.items():
        shares = column.shares(taken[name])
        if shares.size and shares.max() > 0:
            at = int(shares.argmax())
            yield name, (column.labels[at], float(shares[at]))


def _share(part: npt.NDArray[np.bool_], whole: npt.NDArray[np.bool_]) -> float:
    return float(part.sum() / max(int(whole.sum()), 1))


def _column(array: pa.Array, tree: Mapping[str, str]) -> _Column:
    coded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    codes = coded.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    return _Column(codes, tuple(coded.dictionary.to_pylist()), tree)


def _array(column: _Column) -> pa.DictionaryArray:
    """Return labels with no others beside them: a file holds the whole dictionary of a column."""
    left = sorted(
        (column.labels[code], code) for code in np.unique(column.codes[column.codes >= 0])
    )
    places = np.full(len(column.labels) + 1, -1, np.int32)  # the last one stands for -1
    places[[code for _, code in left]] = np.arange(len(left))
    indices = pa.array(places[column.codes], mask=column.codes < 0)
    return pa.DictionaryArray.from_arrays(
        indices, pa.array([each for each, _ in left], pa.string())
    )
