"""Which candidates of unlinked records are shown where encodings alone tell who looks alike.

Much that two records of a person agree in is salted, and cannot be seen where the salts differ:
thousands of candidates may then look alike. Those come first that are not linked to somebody else,
and how many partners the list holds all the same is reckoned from the weights of all candidates.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from linkage.config.schema import Config
from linkage.model.normalise import Index, Reals, one_sided
from quality.review.focal import sides
from quality.run_tables import Tables

_AT_ONCE = 2_000_000
"""Pairs that are looked at together."""

_IN_ALL = 50_000_000
"""Pairs that are looked at to say what share of partners is listed, at most."""

_SUREST = 1e-6
"""No link is taken to be surer than to leave this."""

Search = Callable[[Sequence[int], int], pa.Table]
"""Given focal records and a number, returns as many of their best pairs with the whole other
source: ``record``, ``candidate``, ``match_weight``, ``meets_rule``."""

_FREE = """
    SELECT other.record, 1 - coalesce(max(link.p_link), 0) AS p
    FROM {other} AS other LEFT JOIN {links} AS link ON link.{other_id} = other.record_id
    GROUP BY other.record ORDER BY other.record
"""


@dataclass(frozen=True)
class Free:
    """Every record of the other source (M,), rising, and the probability that it is nobody's."""

    record: Index
    p: Reals


@dataclass(frozen=True)
class Listed:
    """The pairs to be shown, as a search returns them, and the share of partners among them."""

    pairs: pa.Table
    share: float


def read_free(run: Tables, config: Config, other: str) -> Free:
    """Return how free each record of ``other`` is of the run's links.

    Wholly, where the focal source may hold a person more than once.
    """
    _, opposite = sides(config)
    rows = run.connection.execute(
        _FREE.format(
            other=run.view(f"records_{other}"),
            links=run.view("links"),
            other_id=f"record_id_{opposite}",
        )
    ).fetchnumpy()
    record = np.asarray(rows["record"], np.int64)
    p = np.maximum(np.asarray(rows["p"], np.float64), _SUREST)
    alone = config.sources[str(config.focal)].one_record_per_person
    return Free(record, p if alone else np.ones(len(record)))


def listed_of(
    search: Search, unlinked: Index, drawn: Index, free: Free, best: int, seed: int
) -> Listed:
    """Return the candidates of the unlinked records drawn, and the share of partners so listed.

    The share is that of all unlinked records; where they are too many, of a sample of them: those
    drawn are few, and of strata of their own.
    """
    most = max(_IN_ALL // max(len(free.record), 1), 1)
    sample = np.sort(np.random.default_rng(seed).permutation(unlinked)[:most])
    pairs = free_first(search, drawn, free, best).pairs
    return Listed(pairs, free_first(search, sample, free, best).share)


def free_first(search: Search, records: Index, free: Free, best: int) -> Listed:
    """Return the ``best`` candidates of each unlinked record, of all records of the other source.

    Formula: with o_ij the odds of a pair by its weight and q_j the probability that record j is
    free, p_ij = o_ij q_j / (1 + sum_j o_ij q_j); the pairs of the highest o_ij q_j are listed. The
    share is the sum of p_ij over the listed, by the sum over all.

    Parameters
    ----------
    records
        (U,) unlinked records, rising.
    """
    step = max(_AT_ONCE // max(len(free.record), 1), 1)
    listed, n_listed, n_all = [search([], best)], 0.0, 0.0
    for at in range(0, len(records), step):
        asked = records[at : at + step]
        pairs = search(asked.tolist(), len(free.record))
        row = np.searchsorted(asked, pairs["record"].to_numpy())
        place = np.searchsorted(free.record, pairs["candidate"].to_numpy())
        odds = np.exp2(pairs["match_weight"].to_numpy()) * free.p[place]
        p = one_sided(odds, row, len(asked)).p
        chosen = _highest(row, odds, best)
        listed.append(pairs.take(pa.array(chosen)))
        n_listed, n_all = n_listed + float(p[chosen].sum()), n_all + float(p.sum())
    share = n_listed / n_all if n_all else 1.0
    return Listed(pa.concat_tables(listed), round(share, 4))  # the order of sums does not matter


def _highest(row: Index, odds: Reals, n: int) -> Index:
    """Return the places of the ``n`` pairs of the highest odds of each row."""
    order = np.lexsort((-odds, row))
    first = np.searchsorted(row[order], row[order])
    chosen: Index = order[np.arange(len(order)) - first < n]
    return chosen
