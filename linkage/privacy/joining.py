"""The columns of a batch as coded text, several joined where an encoding is of several."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.privacy.grams import Grams, bigrams
from linkage.privacy.siphash import Numbers
from linkage.privacy.tokens import hashes
from linkage.standardise.encoded import Codes, Encoded

_SEPARATOR = "\x1f"
"""Stands between the parts; cleaning leaves no control character in any value."""


class Columns:
    """The columns of a batch, each made out once however many encodings are of it.

    ``key`` is that under which values are hashed before several hashes are mixed.
    """

    def __init__(self, records: pa.RecordBatch, key: bytes) -> None:
        self._records, self._key = records, key
        self._made: dict[tuple[str, ...], Encoded] = {}
        self._bigrams: dict[str, Grams] = {}
        self._hashes: dict[str, Numbers] = {}

    @property
    def n(self) -> int:
        """The number of records."""
        return int(self._records.num_rows)

    def texts(self, column: str) -> Encoded:
        """Return a column as coded text: -1 where it is missing, blank, or not held at all.

        ``surname:2`` is the first two letters of ``surname``.
        """
        return self.joined((column,))

    def joined(self, columns: Sequence[str]) -> Encoded:
        """Return the texts of ``columns`` joined: -1 where a part is missing."""
        key = tuple(columns)
        if key not in self._made:
            self._made[key] = (
                self._texts(key[0]) if len(key) == 1 else Encoded.of(self.written(key))
            )
        return self._made[key]

    def written(self, columns: Iterable[str]) -> pa.StringArray:
        """Return the texts of ``columns`` joined, record by record: NULL where a part is missing.

        Where nearly every record has a text of its own, to code them would cost and save nothing.
        """
        parts = [self.texts(column).array().cast(pa.string()) for column in columns]
        return pc.binary_join_element_wise(*parts, _SEPARATOR)

    def bigrams(self, column: str) -> Grams:
        """Return the bigrams of each value of a column."""
        if column not in self._bigrams:
            self._bigrams[column] = bigrams(self.texts(column).values)
        return self._bigrams[column]

    def hashes(self, column: str) -> Numbers:
        """Return the hash of each value of a column."""
        if column not in self._hashes:
            self._hashes[column] = hashes(self.texts(column).values, self._key)
        return self._hashes[column]

    def filled(self, columns: Iterable[str]) -> npt.NDArray[np.bool_]:
        """Return the records in which all of ``columns`` are filled."""
        filled: npt.NDArray[np.bool_] = np.logical_and.reduce(
            [self.texts(column).filled for column in columns]
        )
        return filled

    def _texts(self, column: str) -> Encoded:
        name, _, letters = column.partition(":")
        if name not in self._records.schema.names:
            return Encoded.none(self.n)
        coded = Encoded.of(self._records.column(name))
        values = coded.values.cast(pa.string())
        if letters:
            values = pc.utf8_slice_codeunits(values, 0, int(letters))
        written = pc.not_equal(pc.utf8_trim_whitespace(values), "")
        filled = pc.fill_null(written, False).to_numpy(zero_copy_only=False)
        return _only(coded.codes, values, filled)


def _only(codes: Codes, values: pa.StringArray, filled: npt.NDArray[np.bool_]) -> Encoded:
    """Return the column with those values alone that are filled and that a record has."""
    used = np.zeros(len(values) + 1, np.bool_)  # the last place stands for -1
    used[codes] = True
    kept = used & np.append(filled, False)
    places = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
    return Encoded(places[codes], values.filter(pa.array(kept[:-1])))
