"""Pairs of records, and the codes of their values as they are asked for."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from linkage.engines.columns import Codes, Columns

Index = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
Reals = npt.NDArray[np.float64]
Masks = npt.NDArray[np.int64]
Answers = npt.NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True)
class Measured:
    """What is known of how close two texts of each pair are.

    ``answers`` (P,) has a bit for each question, told where ``known``.
    """

    known: Flags
    answers: Answers


@dataclass(frozen=True)
class Side:
    """One side of pairs: ``records`` (R,), each once, and ``at`` (P,), the place of each pair's."""

    records: Index
    at: Index

    def only(self, rows: Index) -> "Side":
        """Return the side of some of the pairs."""
        at = self.at.take(rows)
        if len(at) < len(self.records):
            return Side(self.records.take(at), np.arange(len(at)))
        return Side(self.records, at)


@dataclass
class Pairs:
    """Pairs of records, by side ("l" and "r"), and the mask of the rules that each meets (P,).

    A column is read once a record and then, from memory close by, for each of its pairs.
    """

    columns: Columns
    sides: dict[str, Side]
    rules: Masks
    measured: dict[tuple[str, str], Measured] = field(default_factory=dict)
    _of_records: dict[str, Codes] = field(default_factory=dict)
    _of_pairs: dict[str, Codes] = field(default_factory=dict)

    @classmethod
    def of(cls, columns: Columns, left: Index, right: Index) -> "Pairs":
        """Return the pairs of ``left`` with ``right`` (P,), which meet no rule."""
        sides = {
            name: Side(each, np.arange(len(each)))
            for name, each in zip("lr", (left, right), strict=True)
        }
        return cls(columns, sides, np.zeros(len(left), np.int64))

    def __len__(self) -> int:
        return len(self.rules)

    def records(self, side: str) -> Index:
        """Return the record of each pair on a side."""
        return self.sides[side].records.take(self.sides[side].at)

    def codes(self, name: str, rows: Index | None = None) -> Codes:
        """Return the codes of a column of one side, as ``surname_l``; of all pairs or of some."""
        following = self.columns.following(name[:-2])
        if rows is not None:
            if following is not None:
                places = self.codes(f"{following.column}{name[-2:]}", rows)
                return following.codes.take(places.astype(np.intp))
            return self._read(name).take(self.sides[name[-1]].at.take(rows))
        if name not in self._of_pairs:
            if following is None:
                found = self._read(name).take(self.sides[name[-1]].at)
            else:
                places = self.codes(f"{following.column}{name[-2:]}")
                found = following.codes.take(places.astype(np.intp))
            self._of_pairs[name] = found
        return self._of_pairs[name]

    def only(self, rows: Index) -> "Pairs":
        """Return some of the pairs."""
        sides = {name: side.only(rows) for name, side in self.sides.items()}
        held = {
            name: codes
            for name, codes in self._of_records.items()
            if sides[name[-1]].records is self.sides[name[-1]].records
        }
        return Pairs(self.columns, sides, self.rules.take(rows), _of_records=held)

    def _read(self, name: str) -> Codes:
        """Return the codes of the records of a side."""
        if name not in self._of_records:
            records = self.sides[name[-1]].records
            self._of_records[name] = self.columns.codes(name[:-2]).take(records)
        return self._of_records[name]
