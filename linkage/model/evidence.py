"""All that training reads, as arrays: patterns, candidates by source pair, random pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.model.comparisons import Comparison
from linkage.model.household import KeyPairs
from linkage.model.normalise import Index, Reals
from linkage.model.parameters import Gammas
from linkage.model.patterns import Codes, coding
from linkage.model.source_pairs import SourcePair, SourceSize

GIVEN = "given"
"""The column of ``random_patterns`` that names pairs of different people, by the column on which
they agree or the comparison that they are for; empty where pairs are random."""


@dataclass(frozen=True)
class Block:
    """The candidate pairs of one pair of sources, and how their probabilities compete.

    ``focal`` and ``opposite`` (P,) index the two records of each pair; ``pattern`` (P,) the rows
    of the pattern table; ``log2_tf`` and ``log2_tf_household`` (P,) the sums of -log2 term
    frequency. ``competing``: the opposite source holds each person once, so a focal record's
    candidates compete; ``both_sides``: so do an opposite record's. ``within``: both sides are one
    source. ``n_pairs`` counts all pairs of the focal records, blocked or not. ``rows`` (P,) are the
    pairs' places in the table they came from.
    """

    name: str
    rows: Index
    focal: Index
    opposite: Index
    pattern: Index
    log2_tf: Reals
    log2_tf_household: Reals
    n_focal: int
    n_opposite: int
    n_pairs: float
    competing: bool
    both_sides: bool
    within: bool = False


@dataclass(frozen=True)
class RandomPairs:
    """Counts ``n`` of the agreement patterns ``gammas`` among random pairs: what u is made of.

    ``given`` holds the pairs of some comparisons, by their place: pairs of different people, all of
    them or those who agree on what lets encodings be compared at all.
    """

    gammas: Gammas
    n: npt.NDArray[np.int64]
    given: Mapping[int, "RandomPairs"] = field(default_factory=dict)

    def levels(self, k: int, n_levels: int) -> Reals:
        """Return how many random pairs stand at each level of comparison ``k``."""
        if k in self.given:
            return self.given[k].levels(k, n_levels)
        seen = self.gammas[:, k] >= 0
        return np.bincount(
            self.gammas[seen, k], weights=self.n[seen].astype(np.float64), minlength=n_levels
        ).astype(np.float64)


@dataclass(frozen=True)
class Evidence:
    """Patterns (patterns, comparisons), candidates, random pairs, pairs sharing an address."""

    comparisons: tuple[Comparison, ...]
    gammas: Gammas
    blocks: tuple[Block, ...]
    random: RandomPairs
    sharing: KeyPairs | None

    @property
    def household(self) -> list[int]:
        """The comparisons that people of one household share."""
        return [k for k, c in enumerate(self.comparisons) if c.family or c.place]


def gammas_of(table: pa.Table, comparisons: Sequence[Comparison]) -> Gammas:
    """Return the ``gamma_*`` columns of ``table`` as one array (rows, comparisons)."""
    columns = [table[c.gamma].to_numpy().astype(np.int64) for c in comparisons]
    return np.stack(columns, axis=1)


def random_pairs(counts: pa.Table, comparisons: Sequence[Comparison]) -> RandomPairs:
    """Return the random pairs of a table of ``code``, ``n`` and, if at all, what they agree on."""
    gammas, n = coding(comparisons).decode(counts["code"].to_numpy()), counts["n"].to_numpy()
    if GIVEN not in counts.column_names:
        return RandomPairs(gammas, n)
    said = np.asarray(counts[GIVEN].to_pylist(), dtype=object)
    parts = {each: RandomPairs(gammas[said == each], n[said == each]) for each in set(said)}
    told = {k: c.told_by for k, c in enumerate(comparisons) if c.told_by}
    given = {k: parts[by] for k, by in told.items() if by in parts}
    plain = said == ""
    return RandomPairs(gammas[plain], n[plain], given)


def number_patterns(*codes: pa.ChunkedArray) -> tuple[Codes, tuple[Index, ...]]:
    """Return the distinct pattern codes of several columns, sorted, and each row's place in them.

    Places come a column at a time, as the columns were given.
    """
    encoded = [pc.dictionary_encode(each.combine_chunks()) for each in codes]
    dictionaries = [each.dictionary.to_numpy() for each in encoded]
    found: Codes = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *dictionaries]))
    places = (
        np.searchsorted(found, values)[each.indices.to_numpy()]
        for values, each in zip(dictionaries, encoded, strict=True)
    )
    return found, tuple(each.astype(np.int64) for each in places)


def blocks_of(
    pairs: pa.Table,
    pattern: Index,
    source_pairs: Sequence[SourcePair],
    sampled: Sequence[Index] | None = None,
) -> tuple[Block, ...]:
    """Return the candidates of each source pair, in the order of ``source_pairs``.

    Parameters
    ----------
    pairs
        record_l, record_r, log2_tf, log2_tf_household of every candidate.
    pattern
        (P,) the pattern of each.
    sampled
        Where only a sample of focal records has its candidates in ``pairs``: those records, sorted,
        per source pair. Their opposite records then lack candidates, so that only the focal side
        competes.
    """
    left, right = (pairs[c].to_numpy().astype(np.int64) for c in ("record_l", "record_r"))
    made = []
    for number, pair in enumerate(source_pairs):
        rows = np.flatnonzero(_of(left, pair.left) & _of(right, pair.right))
        sides = _rows_of(left, rows), _rows_of(right, rows)
        if pair.focal == "r":
            sides = sides[::-1]
        focal_source = pair.focal_source
        other = pair.right if pair.focal == "l" else pair.left
        records = None if sampled is None else sampled[number]
        n_focal = focal_source.n if records is None else len(records)
        focal = (
            sides[0] - focal_source.first if records is None else np.searchsorted(records, sides[0])
        )
        made.append(
            Block(
                name=pair.name,
                rows=rows,
                focal=focal.astype(np.int64, copy=False),
                opposite=sides[1] - other.first,
                pattern=_rows_of(pattern, rows),
                log2_tf=_rows_of(pairs["log2_tf"].to_numpy(), rows),
                log2_tf_household=_rows_of(pairs["log2_tf_household"].to_numpy(), rows),
                n_focal=n_focal,
                n_opposite=other.n,
                n_pairs=pair.n_pairs * n_focal / max(focal_source.n, 1),
                competing=pair.unique_l or pair.unique_r,
                both_sides=pair.unique_l and pair.unique_r and records is None,
                within=pair.within,
            )
        )
    return tuple(made)


def _rows_of(values: npt.NDArray[Any], rows: Index) -> npt.NDArray[Any]:
    """Return the values of rising ``rows``; all, uncopied, where there is one pair of sources."""
    return values if len(rows) == len(values) else values[rows]


def _of(records: Index, source: SourceSize) -> npt.NDArray[np.bool_]:
    return (records >= source.first) & (records < source.first + source.n)
