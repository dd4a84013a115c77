"""Multiple imputation by chained equations, for categories and numbers together.

Each variable with missing values is drawn from a model of it on all the others, in turn, over
several cycles. Each model is fitted to a bootstrap of the records, so that what is drawn carries
the uncertainty of the model's parameters too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from linkage.decide.assignment import Flags
from linkage.model.normalise import Index, Reals
from quality.missingness.multinomial import Indicators, chances, fit

CYCLES = 5
DONORS = 5
_LEAST_CHANCE = 1e-9
_MOST = 2**62
_COUNTABLE = 4_000_000


@dataclass(frozen=True)
class Column:
    """A variable of every row (rows,): numbers, or numbers of ``categories``.

    ``missing`` says which values are to be imputed; what stands there is not read. Of the
    categories the first ``drawn`` may be imputed: others, such as "prefer not to say", explain
    other variables and are never drawn.
    """

    name: str
    values: Reals
    missing: Flags
    categories: int | None = None
    drawn: int | None = None

    @property
    def known(self) -> Flags:
        """Which rows tell what values there are, (rows,)."""
        if self.drawn is None:
            return ~self.missing
        return ~self.missing & (self.values < self.drawn)


@dataclass(frozen=True)
class Imputed:
    """A variable completed: ``values`` (rows,), and what moves the imputed ones.

    For a row whose value was missing, ``p`` (missing rows, categories) are the chances it was drawn
    from and ``u`` the uniform number that drew it.
    """

    column: Column
    values: Reals
    p: Reals | None
    u: Reals

    def shifted(self, delta: float, moved: Flags) -> Reals:
        """Return the numbers (rows,) as if missing ones were ``delta`` standard deviations off.

        Of the rows that are ``moved`` (rows,) alone.
        """
        known = self.column.values[self.column.known]
        moves: Reals = delta * known.std() * (moved & self.column.missing)
        return self.values + moves

    def falls_in(self, category: int, delta: float, moved: Flags) -> Flags:
        """Return which rows (rows,) are of a category, with its log odds off by ``delta``.

        *Formula*: logit P_missing(c | x) = logit P_observed(c | x) + delta, for rows that are
        missing and ``moved`` (rows,). The same uniform number draws a row whatever delta is, so
        that results differ by delta alone.
        """
        is_of: Flags = self.values == category
        if self.p is not None and delta:
            p = np.clip(self.p[:, category], _LEAST_CHANCE, 1 - _LEAST_CHANCE)
            off = delta * moved[self.column.missing]
            # u drew the category where it fell between the chances of those before it and its own
            own = (self.u - self.p[:, :category].sum(axis=1)) % 1.0
            is_of[self.column.missing] = own < expit(logit(p) + off)
        return is_of


def impute(
    columns: Sequence[Column],
    weight: Reals,
    random: np.random.Generator,
    starts: list[Reals | None] | None = None,
) -> list[Imputed]:
    """Return the columns completed once.

    Parameters
    ----------
    weight
        (rows,) how many records each row stands for; whole numbers. A row with a missing value
        must stand for one record, as its value is drawn once.
    starts
        Where fitting starts, for each column, as another data set of the same records left it; left
        here for the next one.

    Raises
    ------
    ValueError
        A variable has no value at all.

    Notes
    -----
    Source: Van Buuren and Groothuis-Oudshoorn (2011), J. Stat. Softw. 45(3), for the cycles;
    categories by multinomial logistic regression with a ridge, numbers by predictive mean matching
    with five donors (Little 1988). Of ``mice`` this differs in that parameters are drawn by a
    bootstrap of the rows instead of from a normal approximation. Not checked in the papers.
    """
    values = [_started(column, weight, random) for column in columns]
    drawn: list[tuple[Reals | None, Reals]] = [(None, np.zeros(0))] * len(columns)
    starts = [None] * len(columns) if starts is None else starts
    wanted = [at for at, column in enumerate(columns) if column.missing.any()]
    for _ in range(CYCLES if len(wanted) > 1 else 1):
        for at in wanted:
            column = columns[at]
            if column.categories is None:
                x = _explaining(columns, values, at)
                values[at] = _matched(column, values[at], x, weight, random)
            else:
                cells = _cells(columns, values, at)
                values[at], starts[at], drawn[at] = _categorised(
                    column, values[at], cells, weight, starts[at], random
                )
    made = zip(columns, values, drawn, strict=True)
    return [Imputed(column, value, p, u) for column, value, (p, u) in made]


def together(codes: Sequence[Reals], sizes: Sequence[int], n: int) -> Index:
    """Return a number (n,) for what several categories of a row are together."""
    place, most = np.zeros(n, dtype=np.int64), 1
    for code, size in zip(codes, sizes, strict=True):
        if most > _MOST // max(size, 1):
            found, place = np.unique(place, return_inverse=True)
            most = len(found)
        place, most = place * size + code.astype(np.int64), most * size
    return place


def _started(column: Column, weight: Reals, random: np.random.Generator) -> Reals:
    """Return the values with missing ones drawn from those that were observed."""
    known, share = column.values[column.known], weight[column.known]
    if not len(known):
        raise ValueError(f"{column.name} has no value to impute from")
    values = column.values.copy()
    n = int(column.missing.sum())
    values[column.missing] = random.choice(known, n, p=share / share.sum())
    return values


def _cells(
    columns: Sequence[Column], values: Sequence[Reals], left_out: int
) -> tuple[Indicators, Index]:
    """Return the cells of rows that agree in all other variables, and each row's cell (rows,).

    A number explains a category by which tenth of the known ones it lies in.
    """
    coded = [
        _in_tenths(column, value)
        for at, (column, value) in enumerate(zip(columns, values, strict=True))
        if at != left_out
    ]
    sizes = [size for _, size in coded]
    place = together([codes for codes, _ in coded], sizes, len(values[left_out]))
    first, cell = _distinct(place)
    codes = np.array([codes[first] for codes, _ in coded], dtype=np.int64)
    return Indicators(codes.reshape(len(coded), len(first)), sizes), cell


def _distinct(place: Index) -> tuple[Index, Index]:
    """Return where each distinct number stands, and which of them each is, as ``numpy.unique``."""
    top = int(place.max(initial=0)) + 1
    if top > _COUNTABLE:
        _, first, cell = np.unique(place, return_index=True, return_inverse=True)
        return first, cell
    first = np.full(top, -1)
    first[place[::-1]] = np.arange(len(place))[::-1]
    held = first >= 0
    return first[held], (held.cumsum() - 1)[place]


def _explaining(columns: Sequence[Column], values: Sequence[Reals], left_out: int) -> Reals:
    """Return a constant, numbers and all categories but the first of the others (rows, columns)."""
    blocks = [
        _block(column, value)
        for at, (column, value) in enumerate(zip(columns, values, strict=True))
        if at != left_out
    ]
    return np.hstack([np.ones((len(values[left_out]), 1)), *blocks])


def _block(column: Column, values: Reals) -> Reals:
    if column.categories is not None:
        made: Reals = (values[:, None] == np.arange(1, column.categories)).astype(np.float64)
        return made
    known = column.values[column.known]
    standard: Reals = (values - known.mean()) / max(float(known.std()), 1e-12)
    return standard[:, None]


def _in_tenths(column: Column, values: Reals) -> tuple[Reals, int]:
    """Return the categories (rows,) of a variable and how many there are."""
    if column.categories is not None:
        return values, column.categories
    cuts = np.unique(np.quantile(column.values[column.known], np.linspace(0.1, 0.9, 9)))
    return np.searchsorted(cuts, values, side="right").astype(np.float64), len(cuts) + 1


def _bootstrapped(weight: Reals, random: np.random.Generator) -> Reals:
    """Return how often each row's records are drawn again, (rows,): Poisson, as n are many."""
    drawn: Reals = random.poisson(weight).astype(np.float64)
    return drawn


def _categorised(
    column: Column,
    values: Reals,
    cells: tuple[Indicators, Index],
    weight: Reals,
    start: Reals | None,
    random: np.random.Generator,
) -> tuple[Reals, Reals, tuple[Reals, Reals]]:
    """Return the values with missing ones drawn anew, the coefficients, and what drew them."""
    known, size = column.known, int(column.drawn or column.categories or 1)
    x, cell = cells
    again = _bootstrapped(weight[known], random)
    place = cell[known] * size + values[known].astype(np.int64)
    counted = np.bincount(place, again, minlength=x.codes.shape[1] * size)
    beta = fit(x, counted.reshape(-1, size).astype(np.float64), start)
    p = chances(x, beta)[cell[column.missing]]
    u = random.random(len(p))
    made = values.copy()
    made[column.missing] = np.minimum((p.cumsum(axis=1) <= u[:, None]).sum(axis=1), size - 1)
    return made, beta, (p, u)


def _matched(
    column: Column, values: Reals, x: Reals, weight: Reals, random: np.random.Generator
) -> Reals:
    """Return the values with each missing one taken from a donor whose expected value is near."""
    known = column.known
    again = _bootstrapped(weight[known], random)
    expected = x[known] @ _least_squares(x[known], values[known], weight[known])
    wanted = x[column.missing] @ _least_squares(x[known], values[known], again)
    order = np.argsort(expected, kind="stable")
    made = values.copy()
    made[column.missing] = values[known][order[_near(expected[order], wanted, random)]]
    return made


def _least_squares(x: Reals, y: Reals, weight: Reals) -> Reals:
    scaled = x * weight[:, None]
    small = 1e-5 * np.diag(np.maximum((scaled * x).sum(axis=0), 1e-12))
    return np.asarray(np.linalg.solve(scaled.T @ x + small, scaled.T @ y), dtype=np.float64)


def _near(ordered: Reals, wanted: Reals, random: np.random.Generator) -> Index:
    """Return for each wanted value the place of one of its nearest :data:`DONORS`, at random."""
    donors = min(DONORS, len(ordered))
    first = np.searchsorted(ordered, wanted)[:, None] + np.arange(-donors, donors)
    inside: Index = np.clip(first, 0, len(ordered) - 1)
    distance = np.abs(ordered[inside] - wanted[:, None])
    distance[first != inside] = np.inf
    nearest = np.argpartition(distance, donors - 1, axis=1)[:, :donors]
    chosen = nearest[np.arange(len(wanted)), random.integers(0, donors, len(wanted))]
    places: Index = inside[np.arange(len(wanted)), chosen]
    return places
