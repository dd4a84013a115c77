"""The pairs of a world's two files, compared: what training, deciding and reviewing need."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.coverage.worlds import VARIANTS, File, Files, Index, Reals
from linkage.model.comparisons import Comparison, Level, equal, missing
from linkage.model.evidence import Block, Evidence, RandomPairs, blocks_of
from linkage.model.household import KeyPairs
from linkage.model.parameters import Gammas
from linkage.model.patterns import coding
from linkage.model.source_pairs import SourcePair, source_pairs

RANDOM_PAIRS = 400_000


def _graded(
    column: str, near: str, tf: bool, family: bool = False, place: bool = False
) -> Comparison:
    """Return a comparison of three degrees; worlds evaluate them by codes, not by the SQL."""
    levels = (
        missing(column),
        Level("equal", equal(column), term_frequency=column if tf else None),
        Level(near, "FALSE"),
        Level("different", "ELSE"),
    )
    return Comparison(column, (column,), levels, family=family, place=place)


COMPARISONS = (
    _graded("first_name", "another spelling", tf=True),
    _graded("surname", "another spelling", tf=True, family=True),
    _graded("date_of_birth", "year or day", tf=False),
    _graded("postcode", "same sector", tf=False, place=True),
    Comparison(
        "sex", ("sex",), (missing("sex"), Level("equal", equal("sex")), Level("different", "ELSE"))
    ),
)
KEY = ("postcode",)
_CODING = coding(COMPARISONS)


@dataclass(frozen=True)
class Pairs:
    """Pairs of a focal and an opposite record (P,), each once."""

    focal: Index
    opposite: Index


@dataclass(frozen=True)
class Compared:
    """A world's evidence, its one pair of sources, and its files, whose pairs can be compared."""

    files: Files
    evidence: Evidence
    source_pair: SourcePair

    @property
    def block(self) -> Block:
        """The candidates."""
        return self.evidence.blocks[0]


def gammas(files: Files, pairs: Pairs) -> Gammas:
    """Return the levels of pairs (P, 5): -1 missing, 0 different, highest the strictest."""
    a, b = files.focal, files.opposite
    i, j = pairs.focal, pairs.opposite
    levels = [
        _level(x[i], y[j], coarse)
        for x, y, coarse in (
            (a.first_name, b.first_name, VARIANTS),
            (a.surname, b.surname, VARIANTS),
        )
    ]
    parts = (a.year[i] == b.year[j]).astype(np.int64) + (a.day[i] == b.day[j])
    levels.append(np.where((a.year[i] < 0) | (b.year[j] < 0), -1, parts))
    levels.append(_level(a.postcode[i], b.postcode[j], 10))
    levels.append((a.sex[i] == b.sex[j]).astype(np.int64))
    return np.stack(levels, axis=1)


def _level(one: Index, other: Index, coarse: int) -> Index:
    """Return 2 where codes agree, 1 where they agree after dividing by ``coarse``, -1 missing."""
    agree = (one == other).astype(np.int64) + (one // coarse == other // coarse)
    return np.where((one < 0) | (other < 0), -1, agree)


def joined(one: Index, other: Index) -> Pairs:
    """Return all pairs with the same key; a key below 0 meets none."""
    order = np.argsort(other, kind="stable")
    keys = other[order]
    first, last = (np.searchsorted(keys, one, side) for side in ("left", "right"))
    n = np.where(one < 0, 0, last - first)
    focal = np.repeat(np.arange(len(one)), n)
    within = np.arange(len(focal)) - np.repeat(np.cumsum(n) - n, n)
    return Pairs(focal, order[np.repeat(first, n) + within])


def _keys(file: File) -> tuple[Index, Index, Index]:
    """Return each record's key under the three rules, -1 where it meets none."""

    def both(one: Index, other: Index) -> Index:
        return np.where((one < 0) | (other < 0), -1, one * 1_000 + other)

    return (
        both(file.surname, file.year),
        both(file.postcode, file.sex),
        both(file.first_name, file.day),
    )


def _candidates(files: Files) -> Pairs:
    """Return the pairs that meet any rule: surname and year, postcode and sex, name and day."""
    found = [joined(*keys) for keys in zip(_keys(files.focal), _keys(files.opposite), strict=True)]
    place = np.unique(np.concatenate([p.focal * files.opposite.n + p.opposite for p in found]))
    return Pairs(*np.divmod(place, files.opposite.n))


def rules_met(files: Files, pairs: Pairs) -> Index:
    """Return the mask of the blocking rules that each pair meets."""
    mask = np.zeros(len(pairs.focal), np.int64)
    for bit, (one, other) in enumerate(zip(_keys(files.focal), _keys(files.opposite), strict=True)):
        met = (one[pairs.focal] == other[pairs.opposite]) & (one[pairs.focal] >= 0)
        mask |= met.astype(np.int64) << bit
    return mask


class Frequencies:
    """-log2 of the share of records, of both files, that hold a value."""

    def __init__(self, files: Files, column: str) -> None:
        values = np.concatenate([getattr(f, column) for f in (files.focal, files.opposite)])
        n = np.bincount(values[values >= 0])
        with np.errstate(divide="ignore"):
            self._of_value = -np.log2(n / n.sum())
        self._focal = getattr(files.focal, column)

    def of(self, focal: Index, agree: npt.NDArray[np.bool_]) -> Reals:
        """Return the value's -log2 share for pairs that agree on it, else 0."""
        worth = np.zeros(len(focal))
        worth[agree] = self._of_value[self._focal[focal[agree]]]
        return worth


@dataclass(frozen=True)
class TermFrequency:
    """The sums of -log2 term frequency of pairs, and of what families share of it."""

    first_name: Frequencies
    surname: Frequencies

    def sums(self, focal: Index, levels: Gammas) -> tuple[Reals, Reals]:
        """Return the sums (P,) over all comparisons, and over those that a household shares."""
        surname = self.surname.of(focal, levels[:, 1] == 2)
        return self.first_name.of(focal, levels[:, 0] == 2) + surname, surname


def term_frequency(files: Files) -> TermFrequency:
    """Return the term frequencies of a world's files."""
    return TermFrequency(Frequencies(files, "first_name"), Frequencies(files, "surname"))


def compare(files: Files, declared_twice: bool, seed: int) -> Compared:
    """Compare a world's files as the product's engine would."""
    rng = np.random.default_rng(seed)
    worth = term_frequency(files)
    (source_pair,) = source_pairs(
        {"focal": files.focal.n, "opposite": files.opposite.n},
        {"focal": not declared_twice, "opposite": True},
        "link",
    )
    pairs, sharing = _candidates(files), joined(files.focal.postcode, files.opposite.postcode)
    random = Pairs(
        rng.integers(0, files.focal.n, RANDOM_PAIRS),
        rng.integers(0, files.opposite.n, RANDOM_PAIRS),
    )
    levels = [gammas(files, each) for each in (pairs, sharing, random)]
    codes = [_CODING.encode(each) for each in levels]
    known = np.unique(np.concatenate(codes[:2]))
    tf, tf_household = worth.sums(pairs.focal, levels[0])
    table = pa.table(
        {
            "record_l": pairs.focal,
            "record_r": pairs.opposite + files.focal.n,
            "log2_tf": tf,
            "log2_tf_household": tf_household,
        }
    )
    pattern, sharing_pattern = (np.searchsorted(known, each) for each in codes[:2])
    random_codes, n = np.unique(codes[2], return_counts=True)
    evidence = Evidence(
        COMPARISONS,
        _CODING.decode(known),
        blocks_of(table, pattern, (source_pair,)),
        RandomPairs(_CODING.decode(random_codes), n),
        KeyPairs(
            KEY,
            _CODING.decode(known),
            sharing_pattern,
            *worth.sums(sharing.focal, levels[1]),
            len(sharing.focal),
            source_pair.n_pairs,
        ),
    )
    return Compared(files, evidence, source_pair)
