"""What a check needs to know of a source's values: how many rows, and how often each text stands.

Only the columns asked for are read, and of a large source only the first rows: a check must be
cheap. It reads on while something is still to be seen, for nobody may be told that it is nowhere.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.config.schema import Source
from linkage.sources.canonical import canonical, unusable
from linkage.sources.opening import opened

ENOUGH_ROWS = 25_000
_FEW = 1000
"""Rows that are looked at first for whether a column has any value."""


@dataclass
class Profile:
    """Counts of a source's kept rows.

    ``texts`` counts the values of each column asked for, blanks left out and real dates not
    counted; ``filled`` says whether a column has any value; ``named`` counts the rows that a
    filter's value fits.
    """

    rows: int = 0
    texts: dict[str, dict[str, int]] = field(default_factory=dict)
    filled: dict[str, bool] = field(default_factory=dict)
    named: Counter[tuple[str, str, str | None]] = field(default_factory=Counter)


def profile(name: str, source: Source, texts: Iterable[str], filled: Iterable[str]) -> Profile:
    """Read the source: count the values of ``texts``, and see whether ``filled`` have any.

    Raises
    ------
    DataError
        When the file cannot be read.
    """
    format_ = opened(name, source)
    schema = format_.schema(name, source)
    held = [field.name for field in schema if not unusable(field.type)]
    # what is counted is best not the first: that is taken for the identifier, and comes uncoded
    wanted = [*dict.fromkeys([*filled, *texts, *source.keep, *source.drop])]
    columns = [column for column in wanted if held.count(column) == 1]
    found = Profile(texts={column: {} for column in texts if column in columns})
    if not columns:
        return found
    read, parts = 0, {column: list[pa.Table]() for column in found.texts}
    positions = [schema.names.index(each) for each in columns]
    for batch in format_.batches(name, source, positions, ENOUGH_ROWS):
        arrays = dict(zip(columns, (canonical(column) for column in batch.columns), strict=True))
        _count(found, parts, _kept(found, source, arrays, batch.num_rows))
        read += batch.num_rows
        if read >= ENOUGH_ROWS and all(found.filled.values()) and all(found.named.values()):
            break
    found.texts.update({column: _together(each) for column, each in parts.items() if each})
    return found


def _kept(
    found: Profile, source: Source, arrays: Mapping[str, pa.Array], rows: int
) -> dict[str, pa.Array]:
    """Return the arrays of the rows that the source's filters keep; count these rows."""
    kept = pa.repeat(True, rows)
    for column, values in source.keep.items():
        kept = pc.and_(kept, _named(found, arrays, "keep", column, values, rows))
    for column, values in source.drop.items():
        kept = pc.and_(kept, pc.invert(_named(found, arrays, "drop", column, values, rows)))
    found.rows += pc.sum(kept).as_py() or 0
    filtered = source.keep or source.drop
    return {column: a.filter(kept) if filtered else a for column, a in arrays.items()}


def _count(
    found: Profile, parts: Mapping[str, list[pa.Table]], arrays: Mapping[str, pa.Array]
) -> None:
    for column, array in arrays.items():
        if not found.filled.get(column):
            found.filled[column] = any(_written(rows).num_rows for rows in (array[:_FEW], array))
        if column in parts and not pa.types.is_date(array.type):
            parts[column].append(_written(array))


def _named(
    found: Profile,
    arrays: Mapping[str, pa.Array],
    setting: str,
    column: str,
    values: Iterable[str | None],
    rows: int,
) -> pa.Array:
    """Return which rows hold one of ``values``, counting the rows of each; blank is null."""
    if column not in arrays:
        return pa.repeat(setting == "keep", rows)
    text = pc.utf8_trim_whitespace(arrays[column].cast(pa.string()))
    fits = pa.repeat(False, rows)
    for value in values:
        blank = pc.or_kleene(pc.is_null(text), pc.equal(text, "")).fill_null(True)
        fit = pc.equal(text, value).fill_null(False) if value else blank
        found.named[setting, column, value] += pc.sum(fit).as_py() or 0
        fits = pc.or_(fits, fit)
    return fits


def _written(array: pa.Array) -> pa.Table:
    """Return each value that is not blank, and how often it stands."""
    found = pc.value_counts(array)
    values, counts = found.field("values"), found.field("counts")
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    written = pc.is_valid(values)
    if pa.types.is_string(values.type):
        written = pc.not_equal(pc.utf8_trim_whitespace(values), "").fill_null(False)
    return pa.table({"value": values, "n": counts}).filter(written)


def _together(parts: Sequence[pa.Table]) -> dict[str, int]:
    """Return how often each value stands in all the parts, in the order of the rows."""
    table = pa.concat_tables(parts)
    coded = table["value"].combine_chunks().dictionary_encode()
    counts = np.bincount(coded.indices, table["n"], len(coded.dictionary))
    return dict(zip(coded.dictionary.to_pylist(), counts.astype(int).tolist(), strict=True))
