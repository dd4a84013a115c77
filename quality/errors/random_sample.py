"""Random pairs of a run's records, by every grouping of one source's records."""

from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
import pyarrow as pa

from linkage.model.comparisons import Comparison, columns_of
from linkage.model.normalise import Index, Reals
from linkage.sql import identifier
from quality.errors.chance_pairs import ChancePairs

_RECORDS = 100
"""Records of a group that are paired at random, at most."""
_FEWEST = 20
"""And at least, where there are so many groups that their pairs would be more than these in all."""
_MOST_PAIRS = 1_000_000
_PAIRS = 300_000
_LEAST_OPPOSITE = 100


def chance_by_grouping(
    connection: duckdb.DuckDBPyConnection,
    comparisons: Sequence[Comparison],
    views: tuple[str, str],
    firsts: tuple[int, int],
    sizes: tuple[int, int],
    groupings: Mapping[str, tuple[Index, int]],
    on_left: bool,
    seed: int,
) -> dict[str, ChancePairs]:
    """Return the levels of random pairs by group, for every grouping.

    Each group is sampled by itself, so that a small one is as well known as a large one; all are
    paired with one sample of the other source.

    Parameters
    ----------
    views, firsts, sizes
        Of the left source and the right: a view of its records, the number of its first record,
        how many there are.
    groupings
        By name: the group of each record of the grouped source (n,), and how many groups.
    on_left
        Whether the grouped source is the left one.
    """
    if not groupings:
        return {}
    side = 0 if on_left else 1
    random = np.random.default_rng(seed)
    order = random.permutation(sizes[side])
    in_all = sum(n for _, n in groupings.values())
    each = int(np.clip(_MOST_PAIRS // (_LEAST_OPPOSITE * in_all), _FEWEST, _RECORDS))
    chosen = {name: _first_of_each(group, order, each) for name, (group, _) in groupings.items()}
    records = np.unique(np.concatenate(list(chosen.values())))
    most = min(sizes[1 - side], max(_LEAST_OPPOSITE, _PAIRS // len(records)))
    others = np.sort(random.permutation(sizes[1 - side])[:most])
    samples = (records, others) if on_left else (others, records)
    numbered = [sample + first for sample, first in zip(samples, firsts, strict=True)]
    levels = _levels(connection, comparisons, views, numbered, "l" if on_left else "r")
    made = {}
    for name, (group, n_groups) in groupings.items():
        at = np.searchsorted(records, chosen[name])
        made[name] = _by_group(levels, at, group[chosen[name]], n_groups, len(others))
    return made


def _first_of_each(group: Index, order: Index, most: int) -> Index:
    """Return up to ``most`` records of each group, the first in a random order."""
    # whole numbers of 16 bits are put in order by counting them, ten times as fast
    code = group.astype(np.uint16) if group.max(initial=0) < 2**16 else group
    by_group = order[np.argsort(code[order], kind="stable")]
    sizes = np.bincount(group)
    rank = np.arange(len(by_group)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.sort(by_group[rank < most])


def _levels(
    connection: duckdb.DuckDBPyConnection,
    comparisons: Sequence[Comparison],
    views: tuple[str, str],
    numbered: Sequence[Index],
    counted: str,
) -> list[Reals]:
    """Return how many pairs of each counted record stand at each level: (records, levels) each."""
    columns = columns_of(comparisons)
    for end, sample in zip("lr", numbered, strict=True):
        connection.register(f"drawn_{end}", pa.table({"record": sample.astype(np.int32)}))
    sides = []
    held = [_columns(connection, view) for view in views]
    types = held[0] | held[1]
    for end, view, own in zip("lr", views, held, strict=True):
        renamed = ", ".join(
            f"{_value(c, own, types)} AS {identifier(f'{c}_{end}')}" for c in columns
        )
        sides.append(
            f"(SELECT record AS record_{end}, {renamed} FROM {view} "  # noqa: S608 - quoted
            f"SEMI JOIN drawn_{end} USING (record))"
        )
    gammas = ", ".join(f"{c.gamma_sql()} AS g{k}" for k, c in enumerate(comparisons))
    found = connection.execute(
        f"SELECT record_{counted} AS record, {gammas} FROM {sides[0]} CROSS JOIN {sides[1]}"  # noqa: S608 - quoted
    ).fetchnumpy()
    for end in "lr":
        connection.unregister(f"drawn_{end}")
    records = numbered["lr".index(counted)]
    at = np.searchsorted(records, np.asarray(found["record"]))
    counts = []
    for k, comparison in enumerate(comparisons):
        n, gamma = len(comparison.scored), np.asarray(found[f"g{k}"]).astype(np.int64)
        seen = gamma >= 0
        sums = np.bincount(at[seen] * n + gamma[seen], minlength=len(records) * n)
        counts.append(sums.reshape(len(records), n).astype(np.float64))
    return counts


def _columns(connection: duckdb.DuckDBPyConnection, view: str) -> dict[str, str]:
    """Return the columns of a view, with the database's name for the type of each."""
    described = connection.execute(f"DESCRIBE SELECT * FROM {view}").fetchall()  # noqa: S608 - quoted
    return {name: kind for name, kind, *_ in described}


def _value(column: str, own: Mapping[str, str], types: Mapping[str, str]) -> str:
    """Return SQL for a column; one that the source does not hold is missing in all its records."""
    if column in own:
        return identifier(column)
    return f"CAST(NULL AS {types.get(column, 'VARCHAR')})"


def _by_group(
    levels: Sequence[Reals], at: Index, group: Index, n_groups: int, n_opposite: int
) -> ChancePairs:
    records = np.bincount(group, minlength=n_groups).astype(np.float64)
    summed = []
    for counts in levels:
        total = np.zeros((n_groups, counts.shape[1]))
        np.add.at(total, group, counts[at])
        summed.append(total)
    return ChancePairs(tuple(summed), records * n_opposite, records)
