"""Several columns as one text a record, missing where a part is: what tokens and salts are of."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.standardise.encoded import Codes, Encoded

_SEPARATOR = "\x1f"
"""Stands between the parts; cleaning leaves no control character in any value."""


def texts(records: pa.RecordBatch, column: str) -> Encoded:
    """Return a column as coded text: -1 where it is missing, blank, or not held at all.

    ``surname:2`` is the first two letters of ``surname``.
    """
    name, _, letters = column.partition(":")
    if name not in records.schema.names:
        return Encoded.none(records.num_rows)
    held = records.column(name)
    if not pa.types.is_dictionary(held.type):
        held = held.cast(pa.string())
    coded = Encoded.of(held)
    values = coded.values.cast(pa.string())
    if letters:
        values = pc.utf8_slice_codeunits(values, 0, int(letters))
    written = pc.not_equal(pc.utf8_trim_whitespace(values), "")
    filled = pc.fill_null(written, False).to_numpy(zero_copy_only=False)
    return _only(coded.codes, values, filled)


def joined(records: pa.RecordBatch, columns: Sequence[str]) -> Encoded:
    """Return the texts of ``columns`` joined, one a record: coded, -1 where a part is missing."""
    parts = [texts(records, column) for column in columns]
    if len(parts) == 1:
        return parts[0]
    plain = [part.array().cast(pa.string()) for part in parts]
    return Encoded.of(pc.binary_join_element_wise(*plain, _SEPARATOR))


def _only(codes: Codes, values: pa.StringArray, filled: npt.NDArray[np.bool_]) -> Encoded:
    """Return the column with those values alone that are filled and that a record has."""
    used = np.zeros(len(values) + 1, np.bool_)  # the last place stands for -1
    used[codes] = True
    kept = used & np.append(filled, False)
    places = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
    return Encoded(places[codes], values.filter(pa.array(kept[:-1])))
