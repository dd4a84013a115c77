"""What a check needs to know of a source's values: how many rows, and how often each text stands.

Only the columns asked for are read, and of a large source only the first rows: a check must be
cheap.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from linkage.config.schema import Source
from linkage.sources.canonical import canonical, unusable
from linkage.sources.opening import opened

MOST_ROWS = 1_000_000


@dataclass
class Profile:
    """Counts of a source's kept rows.

    ``texts`` counts the values of each column asked for, blanks left out and real dates not
    counted; ``filled`` the rows with a value; ``named`` the rows that a filter's value fits.
    """

    rows: int = 0
    texts: dict[str, Counter[str]] = field(default_factory=dict)
    filled: Counter[str] = field(default_factory=Counter)
    named: Counter[tuple[str, str, str | None]] = field(default_factory=Counter)


def profile(name: str, source: Source, texts: Iterable[str], filled: Iterable[str]) -> Profile:
    """Read the source and count: the values of ``texts``, the rows with a value of ``filled``.

    Raises
    ------
    DataError
        When the file cannot be read.
    """
    format_ = opened(name, source)
    schema = format_.schema(name, source)
    held = [field.name for field in schema if not unusable(field.type)]
    wanted = [*dict.fromkeys([*texts, *filled, *source.keep, *source.drop])]
    columns = [column for column in wanted if held.count(column) == 1]
    found = Profile(texts={column: Counter() for column in texts if column in columns})
    if not columns:
        return found
    read = 0
    for batch in format_.batches(name, source, [schema.names.index(each) for each in columns]):
        arrays = dict(zip(columns, (canonical(column) for column in batch.columns), strict=True))
        _count(found, source, arrays, batch.num_rows)
        read += batch.num_rows
        if read >= MOST_ROWS:
            break
    return found


def _count(found: Profile, source: Source, arrays: Mapping[str, pa.Array], rows: int) -> None:
    kept = pa.array([True] * rows)
    for column, values in source.keep.items():
        kept = pc.and_(kept, _named(found, arrays, "keep", column, values, rows))
    for column, values in source.drop.items():
        kept = pc.and_(kept, pc.invert(_named(found, arrays, "drop", column, values, rows)))
    found.rows += pc.sum(kept).as_py() or 0
    for column, array in arrays.items():
        values = _written(array.filter(kept))
        found.filled[column] += len(values)
        if column in found.texts and not pa.types.is_date(array.type):
            for value in pc.value_counts(values):
                found.texts[column][value["values"].as_py()] += value["counts"].as_py()


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
        return pa.array([setting == "keep"] * rows)
    text = pc.utf8_trim_whitespace(arrays[column].cast(pa.string()))
    fits = pa.array([False] * rows)
    for value in values:
        blank = pc.or_kleene(pc.is_null(text), pc.equal(text, "")).fill_null(True)
        fit = pc.equal(text, value).fill_null(False) if value else blank
        found.named[setting, column, value] += pc.sum(fit).as_py() or 0
        fits = pc.or_(fits, fit)
    return fits


def _written(array: pa.Array) -> pa.Array:
    """Return the values that are not blank."""
    present = array.drop_null()
    if pa.types.is_date(present.type):
        return present
    return present.filter(pc.not_equal(pc.utf8_trim_whitespace(present), ""))
