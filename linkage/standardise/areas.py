"""Look-ups of areas: which decile of deprivation, or which region, each area is in."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.config.schema import AreaLookup, Column, Source
from linkage.errors import DataError, Fault
from linkage.sources.faults import counted
from linkage.sources.rows import rows_of
from linkage.sources.selection import Selection
from linkage.standardise.by_key import ByKey, comparable
from linkage.standardise.encoded import Encoded
from linkage.standardise.rules import Row

_NOT_SAID = Row((None, "missing_in_source"))
"""The file names the area and says nothing of it."""


def area_lookup(name: str, lookup: AreaLookup, read: Callable[[str], Row]) -> ByKey:
    """Return the look-up of the characteristic ``name``, each of its values read by ``read``.

    Raises
    ------
    DataError
        When the file or one of its columns is not there or cannot be read, when it holds no area,
        or when an area stands in it twice.
    """
    keys, values = _columns(name, lookup)
    keys = comparable(keys)
    filled = pc.not_equal(keys, "").fill_null(False)
    (place,) = np.nonzero(filled)
    keys = keys.filter(filled)
    if not len(keys):
        raise DataError(_fault("D332", name, lookup, "holds no area", "write the file again"))
    if len(again := _repeated(keys)):
        raise DataError(_repeated_fault(name, lookup, place[again]))
    coded = Encoded.of(values.filter(filled))
    rows = [_NOT_SAID, *(read(str(value)) for value in coded.values.to_pylist())]
    blank = np.array([not str(value).strip() for value in coded.values.to_pylist()] + [True])
    codes = np.where(blank[coded.codes], 0, coded.codes + 1).astype(np.int32)
    return ByKey(keys, pa.array(codes), rows)


def _columns(name: str, lookup: AreaLookup) -> tuple[pa.StringArray, pa.StringArray]:
    """Return the two columns of the file as text."""
    source = Source(path=lookup.path, id=lookup.key, columns={"value": Column(column=lookup.value)})
    selected = Selection(tuple(dict.fromkeys([lookup.key, lookup.value])))
    try:
        read = list(rows_of(f"groups.{name}.lookup", source, selected).batches())
    except DataError as error:
        raise DataError([_placed(fault, name) for fault in error.faults]) from None
    key, value = (
        [_text(batch.column(selected.alias(column))) for batch in read]
        for column in (lookup.key, lookup.value)
    )
    return pa.concat_arrays(key or [_NONE]), pa.concat_arrays(value or [_NONE])


_NONE = pa.array([], pa.string())


def _text(column: pa.Array) -> pa.StringArray:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column.cast(pa.string())


def _repeated(keys: pa.StringArray) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return the places of keys that stood before: codes rise by the order of first appearance."""
    codes = Encoded.of(keys).codes
    highest = np.append(-1, np.maximum.accumulate(codes)[:-1])
    return np.nonzero(codes <= highest)[0]


def _repeated_fault(
    name: str, lookup: AreaLookup, rows: np.ndarray[tuple[int], np.dtype[np.intp]]
) -> Fault:
    message = (
        f"names {counted(len(rows), 'area')} more than once in {lookup.key}, at row "
        f"{rows[0] + 1:,} of its data first"
    )
    fix = "keep one row of each area; spaces and capitals tell no two areas apart"
    line = int(rows[0]) + 2 if lookup.path.suffix.lower() in {".csv", ".tsv", ".txt"} else None
    return _fault("D331", name, lookup, message, fix, line)


def _fault(
    code: str, name: str, lookup: AreaLookup, message: str, fix: str, line: int | None = None
) -> Fault:
    said = f"the look-up of {name} {message}"
    return Fault(code, said, fix, file=lookup.path, line=line, path=f"groups.{name}.lookup")


def _placed(fault: Fault, name: str) -> Fault:
    """Return a fault of reading a file as one of the look-up."""
    message = fault.message.removeprefix(f"source groups.{name}.lookup: ")
    return Fault(
        fault.code,
        f"the look-up of {name}: {message}",
        fault.fix,
        file=fault.file,
        line=fault.line,
        path=f"groups.{name}.lookup",
    )
