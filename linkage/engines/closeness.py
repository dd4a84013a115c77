"""How close two texts are: told from their letters where these are too far apart, else measured.

Of each distinct text is kept which bytes occur in it, its first eight bytes and its length. Most
pairs of different names are too far apart by these alone; the others are measured by the database,
so that every answer is its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.engines.asking import Asking
from linkage.engines.columns import Columns
from linkage.engines.conditions import Condition, Edits, Similar
from linkage.engines.pairs import Flags, Index, Measured, Pairs

Words = npt.NDArray[np.uint64]
Places = tuple[Index, Index]

_ROUNDING = 1e-9
_ONE_EDIT = (
    "CASE WHEN one = other THEN TRUE WHEN strlen(one) = strlen(other) "
    "THEN CASE hamming(one, other) WHEN 1 THEN TRUE "
    "WHEN 2 THEN damerau_levenshtein(one, other) < 2 ELSE FALSE END "
    "WHEN abs(strlen(one) - strlen(other)) > 1 THEN FALSE ELSE levenshtein(one, other) < 2 END"
)
"""At most one edit: of one length it changes a byte or swaps two neighbours, so that one or two
places differ; of lengths one apart no swap can help, and the plain distance, several times faster,
says the same."""


@dataclass(frozen=True)
class Letters:
    """What is kept of each distinct text, and of a missing one at the end.

    ``occur`` (V + 1,) has a bit for each byte that occurs, taken modulo 64; ``start`` the first
    eight bytes, the first lowest; ``length`` the number of bytes.
    """

    occur: Words
    start: Words
    length: npt.NDArray[np.int32]

    @classmethod
    def of(cls, texts: pa.StringArray) -> Self:
        """Look at the bytes of ``texts``, none of which is missing."""
        texts = pa.concat_arrays([texts, pa.array([""])])  # a copy whose offsets start at 0
        _, offsets_buffer, data = texts.buffers()
        offsets = np.frombuffer(offsets_buffer, np.int32)[: len(texts) + 1].astype(np.intp)
        bytes_ = np.frombuffer(data, np.uint8) if data else np.zeros(0, np.uint8)
        length = np.diff(offsets)
        bits = np.append(np.uint64(1) << (bytes_ & 63).astype(np.uint64), np.uint64(0))
        occur = np.bitwise_or.reduceat(bits, offsets[:-1])
        start = np.zeros(len(texts), np.uint64)
        padded = np.append(bytes_, np.zeros(8, np.uint8)).astype(np.uint64)
        for at in range(8):
            letter = np.where(length > at, padded[offsets[:-1] + at], np.uint64(0))
            start |= letter << np.uint64(8 * at)
        return cls(np.where(length > 0, occur, np.uint64(0)), start, length.astype(np.int32))


def maybe_similar(letters: Sequence[Letters], texts: Places, least: float) -> Flags:
    r"""Return which pairs of texts may reach the Jaro-Winkler similarity ``least``; no other does.

    A byte of one text that does not occur in the other is matched by none, so that at most
    m = min(|a| - |A \ B|, |b| - |B \ A|) are matched, and Jaro's similarity is at most
    (m / |a| + m / |b| + 1) / 3; Winkler adds a tenth of what is left to 1 for each of the first
    four letters that agree (Winkler 1990).
    """
    (one, other), (left, right) = texts, letters
    a, b = left.occur.take(one), right.occur.take(other)
    n_a, n_b = left.length.take(one), right.length.take(other)
    matched = np.minimum(n_a - np.bitwise_count(a & ~b), n_b - np.bitwise_count(b & ~a))
    apart = left.start.take(one) ^ right.start.take(other)
    jaro = (matched * (1 / np.maximum(n_a, 1) + 1 / np.maximum(n_b, 1)) + 1) / 3
    agreeing = np.zeros(len(one), np.float64)
    for places in (0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF):
        agreeing += (apart & np.uint64(places)) == 0
    most = jaro + 0.1 * agreeing * (1 - jaro)
    return np.asarray((most >= least - _ROUNDING) | (n_a == 0) | (n_b == 0))


def maybe_within(letters: Sequence[Letters], texts: Places, edits: int) -> Flags:
    """Return which pairs of texts may be within so many ``edits``; no other pair is.

    An edit adds or takes away one byte of a text at most, so that lengths, and the bytes that occur
    in one text alone, differ by no more; one edit of texts of one length leaves all but two of the
    first eight places as they are.
    """
    (one, other), (left, right) = texts, letters
    a, b = left.occur.take(one), right.occur.take(other)
    difference = np.abs(left.length.take(one) - right.length.take(other))
    near: Flags = difference <= edits
    near &= np.bitwise_count(a & ~b) <= edits
    near &= np.bitwise_count(b & ~a) <= edits
    if edits == 1:
        rows = np.flatnonzero(near & (difference == 0))
        apart = left.start.take(one[rows]) ^ right.start.take(other[rows])
        near[rows] = _places(apart) <= 2
    return near


def _places(apart: Words) -> npt.NDArray[np.uint8]:
    """Return how many of eight bytes are not 0."""
    folded = apart | (apart >> np.uint64(4))
    folded |= folded >> np.uint64(2)
    folded |= folded >> np.uint64(1)
    n: npt.NDArray[np.uint8] = np.bitwise_count(folded & np.uint64(0x0101010101010101))
    return n


class Closeness:
    """Says whether texts are close enough, for the leaves of a set of comparisons.

    Parameters
    ----------
    columns
        Hold the texts.
    asking
        Measures what letters leave in doubt.
    leaves
        Every leaf: what is asked of the same two columns is measured in one go.
    """

    def __init__(self, columns: Columns, asking: Asking, leaves: Iterable[Condition]) -> None:
        self._columns, self._asking = columns, asking
        self._letters: dict[int, Letters] = {}
        self._least: dict[tuple[str, str], float] = {}
        self._edits: dict[tuple[str, str], set[int]] = {}
        for leaf in leaves:
            if isinstance(leaf, Similar):
                sides = leaf.one, leaf.other
                self._least[sides] = min(leaf.least, self._least.get(sides, leaf.least))
            elif isinstance(leaf, Edits):
                self._edits.setdefault((leaf.one, leaf.other), set()).add(leaf.most)

    def truth(self, leaf: Similar | Edits, pairs: Pairs, asked: Flags | None) -> Flags:
        """Say of each pair that is ``asked`` whether its texts are as close as ``leaf`` says."""
        sides = leaf.one, leaf.other
        measured = pairs.measured.get(sides) or self._begun(pairs, sides)
        unknown = ~measured.known if asked is None else asked & ~measured.known
        rows = np.flatnonzero(unknown)
        if len(rows):
            self._measure(pairs, sides, measured, rows)
        if isinstance(leaf, Similar):
            return np.asarray(measured.similarity >= leaf.least)
        return measured.edits[leaf.most]

    def _begun(self, pairs: Pairs, sides: tuple[str, str]) -> Measured:
        n = len(pairs)
        edits = {most: np.zeros(n, bool) for most in sorted(self._edits.get(sides, ()))}
        pairs.measured[sides] = Measured(np.zeros(n, bool), np.full(n, -1.0), edits)
        return pairs.measured[sides]

    def _measure(
        self, pairs: Pairs, sides: tuple[str, str], measured: Measured, rows: Index
    ) -> None:
        """Measure the texts of ``rows`` that may be close enough for anything that is asked."""
        measured.known[rows] = True
        one, other = (pairs.codes(name, rows) for name in sides)
        held = np.flatnonzero((one >= 0) & (other >= 0))
        rows, places = rows[held], (one[held].astype(np.intp), other[held].astype(np.intp))
        letters = [self._letters_of(name) for name in sides]
        maybe = {f"edits_{most}": maybe_within(letters, places, most) for most in measured.edits}
        chosen = {f"edits_{most}": _within(most) for most in measured.edits}
        if sides in self._least:
            maybe["similarity"] = maybe_similar(letters, places, self._least[sides])
            chosen["similarity"] = "jaro_winkler_similarity(one, other)"
        near = np.flatnonzero(np.any(list(maybe.values()), axis=0))
        if not len(near):
            return
        texts = zip(("one", "other"), sides, places, strict=True)
        asked = {as_: self._text(name, at[near]) for as_, name, at in texts}
        asked |= {f"maybe_{name}": flags[near] for name, flags in maybe.items()}
        found = self._asking(
            ", ".join(f"CASE WHEN maybe_{n} THEN {sql} END AS {n}" for n, sql in chosen.items()),
            pa.table(asked),
        )
        rows = rows[near]
        for most, flags in measured.edits.items():
            flags[rows] = found[f"edits_{most}"].fill_null(False).to_numpy()
        if sides in self._least:
            measured.similarity[rows] = found["similarity"].fill_null(-1.0).to_numpy()

    def _text(self, name: str, places: Index) -> pa.Array:
        return self._columns.values(name[:-2]).take(pa.array(places))

    def _letters_of(self, name: str) -> Letters:
        values = self._columns.values(name[:-2])
        if id(values) not in self._letters:
            self._letters[id(values)] = Letters.of(values)
        return self._letters[id(values)]


def _within(edits: int) -> str:
    """Return SQL that says whether ``one`` and ``other`` are within so many edits."""
    return _ONE_EDIT if edits == 1 else f"damerau_levenshtein(one, other) <= {edits}"
