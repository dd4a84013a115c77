"""Columns of any type as text, one way: what the rest of the program reads.

Real dates stay dates; everything else becomes text, so that a code written 1 in one file and 1.0
in another is the same code.
"""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

ELEMENT_SEPARATOR = "\x1f"
"""Stands between the values of a list: the unit separator, which no text holds."""


def unusable(kind: pa.DataType) -> bool:
    """Say whether columns of this type can hold no value to link on: maps, structs, bytes."""
    if pa.types.is_dictionary(kind):
        return unusable(kind.value_type)
    if _is_list(kind):
        return unusable(kind.value_type) or _is_list(kind.value_type)
    return not any(test(kind) for test, _ in _WAYS)


def canonical(column: pa.Array) -> pa.Array:
    """Return ``column`` as text, or as days where it holds dates or times.

    Text that comes as codes into a dictionary stays so.
    """
    if pa.types.is_dictionary(column.type):
        if not pa.types.is_string(column.type.value_type):
            return canonical(column.dictionary_decode())
        if column.dictionary.null_count:
            return column.dictionary_decode().dictionary_encode()
        return pa.DictionaryArray.from_arrays(column.indices.cast(pa.int32()), column.dictionary)
    if _is_list(column.type):
        return _joined(column)
    way = next(way for test, way in _WAYS if test(column.type))
    return way(column)


def coded(column: pa.Array) -> pa.Array:
    """Return canonical text as codes into a dictionary of its values, and days as they are.

    A dictionary that is larger than the column, because it serves more than these rows, is cut.
    """
    if not pa.types.is_dictionary(column.type):
        return column.dictionary_encode() if pa.types.is_string(column.type) else column
    codes, values = column.indices, column.dictionary
    if len(values) > len(column):
        used = codes.dictionary_encode()
        codes, values = used.indices, values.take(used.dictionary)
    return pa.DictionaryArray.from_arrays(codes, values)


def canonical_type(kind: pa.DataType) -> pa.DataType:
    """Return the type that :func:`canonical` gives a column of type ``kind``."""
    if pa.types.is_dictionary(kind):
        return canonical_type(kind.value_type)
    return pa.date32() if pa.types.is_date(kind) or pa.types.is_timestamp(kind) else pa.string()


def _is_list(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    )


def _joined(column: pa.Array) -> pa.Array:
    kind = pa.list_(column.type.value_type)
    rows = (
        None
        if row is None
        else ELEMENT_SEPARATOR.join(str(value) for value in row if value is not None)
        for row in column.cast(kind).to_pylist()
    )
    return pa.array(rows, pa.string())


def _text(column: pa.Array) -> pa.Array:
    return column.cast(pa.string())


def _days(column: pa.Array) -> pa.Array:
    return column.cast(pa.date32(), safe=False)


def _real(column: pa.Array) -> pa.Array:
    """Write 3.0 as 3: whole codes become floating point wherever a blank stood among them."""
    column = column.cast(pa.float64())
    finite = pc.if_else(pc.is_finite(column), column, pa.scalar(None, pa.float64()))
    whole = pc.and_(pc.equal(finite, pc.trunc(finite)), pc.less(pc.abs(finite), 1e15))
    integers = pc.if_else(whole, finite, 0.0).cast(pa.int64()).cast(pa.string())
    return pc.if_else(whole, integers, finite.cast(pa.string()))


def _decimal(column: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(column.cast(pa.string()), r"\.0*$", "")


_WAYS: tuple[tuple[Callable[[pa.DataType], bool], Callable[[pa.Array], pa.Array]], ...] = (
    (pa.types.is_string, _text),
    (pa.types.is_large_string, _text),
    (pa.types.is_string_view, _text),
    (pa.types.is_date, _days),
    (pa.types.is_timestamp, _days),
    (pa.types.is_integer, _text),
    (pa.types.is_floating, _real),
    (pa.types.is_decimal, _decimal),
    (pa.types.is_boolean, _text),
    (pa.types.is_time, _text),
    (pa.types.is_null, _text),
)
