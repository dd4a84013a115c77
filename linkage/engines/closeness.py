"""Whether two texts, or two filters, are close enough: looked up where frequent, else measured.

Every question that is asked of the same two columns has a bit of one number, and all are answered
at once: from a table, where both texts are among the most frequent; by their letters, where these
show that they are too far apart; else by the database, so that every answer is its own. Filters are
measured by their bits.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.engines.asking import Asking
from linkage.engines.columns import Codes, Columns
from linkage.engines.conditions import Condition, Dice, Edits, Similar
from linkage.engines.filters import Filters, alike
from linkage.engines.letters import Letters, maybe_similar, maybe_within
from linkage.engines.pairs import Answers, Flags, Index, Measured, Pairs
from linkage.runs.threads import spread

Sides = tuple[str, str]
Close: TypeAlias = Similar | Edits | Dice

_MOST_FREQUENT = 4_096
_AT_A_TIME = 200_000
_WORTH_KNOWING = 0.1
"""Frequent texts are compared beforehand where they make more than this share of pairs."""
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
class FrequentTexts:
    """The answers for every two of the most frequent texts of two columns.

    ``ranks`` are the places of texts among the frequent ones of their side, by code, -1 for others
    and for a missing text at the end; ``answers`` (n, m) stand row by row.
    """

    ranks: tuple[Codes, Codes]
    answers: Answers
    m: int


class Closeness:
    """Says whether texts are close enough, for the leaves of a set of comparisons.

    Parameters
    ----------
    columns
        Hold the texts, from :meth:`look_up` on.
    asking
        Measures what letters leave in doubt.
    """

    def __init__(self, columns: Columns, asking: Asking, leaves: Iterable[Condition]) -> None:
        self._columns, self._asking = columns, asking
        self._leaves: dict[Sides, list[Close]] = {}
        self._letters: dict[str, Letters] = {}
        self._filters: dict[str, Filters] = {}
        self._frequent: dict[Sides, FrequentTexts] = {}
        for leaf in leaves:
            if isinstance(leaf, Close):
                asked = self._leaves.setdefault((leaf.one, leaf.other), [])
                asked += [] if leaf in asked else [leaf]

    def look_up(self, threads: int) -> None:
        """Answer for frequent texts beforehand; the columns must be held."""
        tables = spread(self._tabled, self._leaves, threads)
        self._frequent = dict(zip(self._leaves, tables, strict=True))

    def truth(self, leaf: Close, pairs: Pairs, asked: Flags | None) -> Flags:
        """Say of each pair that is ``asked`` whether its texts are as close as ``leaf`` says."""
        sides = leaf.one, leaf.other
        if sides not in pairs.measured:
            known, answers = np.zeros(len(pairs), bool), np.zeros(len(pairs), self._kind(sides))
            pairs.measured[sides] = Measured(known, answers)
        measured = pairs.measured[sides]
        rows = np.flatnonzero(~measured.known if asked is None else asked & ~measured.known)
        if len(rows):
            measured.known[rows] = True
            one, other = (pairs.codes(name, rows).astype(np.intp) for name in sides)
            measured.answers[rows] = self._answered(sides, one, other)
        return np.asarray(measured.answers & (1 << self._leaves[sides].index(leaf)) != 0)

    def of_codes(self, leaf: Close, one: Index, other: Index) -> Flags:
        """Say of each two texts, given by their codes, whether they are as close as ``leaf``."""
        sides = leaf.one, leaf.other
        answers = self._answered(sides, one, other)
        return np.asarray(answers & (1 << self._leaves[sides].index(leaf)) != 0)

    def _kind(self, sides: Sides) -> npt.DTypeLike:
        """Return the type of a number with a bit for every question."""
        return np.min_scalar_type((1 << len(self._leaves[sides])) - 1)

    def _answered(self, sides: Sides, one: Index, other: Index) -> Answers:
        """Return the answers for texts given by their codes."""
        frequent = self._frequent[sides]
        rank, place = frequent.ranks[0].take(one), frequent.ranks[1].take(other)
        answers: Answers = frequent.answers.take(
            np.maximum(rank * frequent.m + place, 0).astype(np.intp)
        )
        rows = np.flatnonzero((rank | place) < 0)
        answers[rows] = self._measured(sides, one.take(rows), other.take(rows))
        return answers

    def _tabled(self, sides: Sides) -> FrequentTexts:
        """Answer for every two of the frequent texts: about as many as there are records.

        For none, where so few pairs would be of two frequent texts that it does not pay.
        """
        found = [self._most_frequent(name) for name in sides]
        pays = found[0][1] * found[1][1] > _WORTH_KNOWING
        chosen = [codes if pays else codes[:0] for codes, _ in found]
        ranks = []
        for name, codes in zip(sides, chosen, strict=True):
            rank = np.full(len(self._columns.values(name[:-2])) + 1, -1, np.int32)
            rank[codes] = np.arange(len(codes))
            ranks.append(rank)
        one, other = chosen
        answers = np.zeros(max(len(one) * len(other), 1), self._kind(sides))
        rows = max(_AT_A_TIME // max(len(other), 1), 1)
        for start in range(0, len(one), rows):
            some = one[start : start + rows]
            pairs = np.repeat(some, len(other)), np.tile(other, len(some))
            first = start * len(other)
            answers[first : first + len(pairs[0])] = self._measured(sides, *pairs)
        return FrequentTexts((ranks[0], ranks[1]), answers, len(other))

    def _most_frequent(self, name: str) -> tuple[Index, float]:
        """Return the codes of the most frequent texts of a column, and their share of all."""
        n = self._columns.frequency(name[:-2])
        most = min(_MOST_FREQUENT, int(self._columns.n**0.5) + 1)
        chosen = np.argsort(-n, kind="stable")[:most]
        return chosen, float(n[chosen].sum() / max(n.sum(), 1))

    def _measured(self, sides: Sides, one: Index, other: Index) -> Answers:
        """Return the answers for texts given by their codes, or for filters by theirs."""
        bounds = [leaf.least for leaf in self._leaves[sides] if isinstance(leaf, Dice)]
        if bounds:
            filters = [self._filters_of(name[:-2]) for name in sides]
            return alike(filters, (one, other), bounds).astype(self._kind(sides))
        return self._read(sides, one, other)

    def _read(self, sides: Sides, one: Index, other: Index) -> Answers:
        """Return the answers for texts by their letters, or else by what the database says."""
        answers = np.zeros(len(one), self._kind(sides))
        present = np.flatnonzero((one >= 0) & (other >= 0))
        places = one.take(present), other.take(present)
        maybe = self._maybe(sides, places)
        near = np.flatnonzero(np.any(list(maybe.values()), axis=0))
        if not len(near):
            return answers
        texts = {
            as_: self._columns.values(name[:-2]).take(pa.array(at.take(near)))
            for as_, name, at in zip(("one", "other"), sides, places, strict=True)
        }
        flags = {f"maybe_{name}": flags.take(near) for name, flags in maybe.items()}
        chosen = (f"CASE WHEN maybe_{name} THEN {_sql(name)} END AS {name}" for name in maybe)
        found = self._asking(", ".join(chosen), pa.table(texts | flags))
        for bit, leaf in enumerate(self._leaves[sides]):
            if isinstance(leaf, Similar):
                close = found["similarity"].fill_null(-1.0).to_numpy() >= leaf.least
            elif isinstance(leaf, Edits):
                close = found[f"edits_{leaf.most}"].fill_null(False).to_numpy()
            answers[present[near]] |= close * answers.dtype.type(1 << bit)
        return answers

    def _maybe(self, sides: Sides, places: tuple[Index, Index]) -> dict[str, Flags]:
        """Return, for each measure, which texts letters do not show to be too far apart."""
        letters = [self._letters_of(name[:-2]) for name in sides]
        edits = {leaf.most for leaf in self._leaves[sides] if isinstance(leaf, Edits)}
        maybe = {f"edits_{most}": maybe_within(letters, places, most) for most in sorted(edits)}
        least = [leaf.least for leaf in self._leaves[sides] if isinstance(leaf, Similar)]
        if least:
            maybe["similarity"] = maybe_similar(letters, places, min(least))
        return maybe

    def _letters_of(self, column: str) -> Letters:
        if column not in self._letters:
            self._letters[column] = Letters.of(self._columns.values(column))
        return self._letters[column]

    def _filters_of(self, column: str) -> Filters:
        if column not in self._filters:
            self._filters[column] = Filters.of(self._columns.values(column))
        return self._filters[column]


def _sql(measure: str) -> str:
    """Return SQL for a measure of the texts ``one`` and ``other``."""
    if measure == "similarity":
        return "jaro_winkler_similarity(one, other)"
    most = measure.removeprefix("edits_")
    return _ONE_EDIT if most == "1" else f"damerau_levenshtein(one, other) <= {most}"
