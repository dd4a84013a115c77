"""Which date formats read a column: for the fix of those that do not."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

import duckdb
import pyarrow as pa

from linkage.standardise.dates import DEFAULT_FORMATS, date_of_birth

COMMON: tuple[str, ...] = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%Y%m%d",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d.%m.%Y",
    "%Y/%m/%d",
    "%d%m%Y",
    "%m%d%Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%B %d, %Y",
    "%Y-%m-%d %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d-%m-%y",
    "%m-%d-%y",
    "%d.%m.%y",
    "%d-%b-%y",
)
"""Formats that are tried, in this order where two read a column equally well."""

_JUDGED = 200
_MOST_FORMATS = 6
_WORTH = 0.01


def unread(counts: Mapping[str, int], formats: tuple[str, ...]) -> dict[str, int]:
    """Return the texts that ``formats`` read as no calendar day, with their rows.

    The database reads what is plain, many thousand texts at a time; the cleaning rule that will
    read them in a run judges the rest.
    """
    tried = formats or DEFAULT_FORMATS
    rest = _no_day(counts, tried)
    return {t: counts[t] for t in rest if date_of_birth(t, tried).values[-1] == "invalid"}


def _no_day(texts: Iterable[str], formats: tuple[str, ...]) -> list[str]:
    """Return the texts that the database reads as no day in any of ``formats``.

    It takes 85 for the year 85 under %Y, where the cleaning rule wants four digits.
    """
    table = pa.table({"t": pa.array(list(texts), pa.string())})
    query = "SELECT t FROM texts WHERE coalesce(year(try_strptime(t, $formats)), 0) < 1000"
    with _database().cursor() as cursor:
        cursor.register("texts", table)
        found = cursor.execute(query, {"formats": list(map(_in_database, formats))}).fetchall()
        return [str(t) for (t,) in found]


def _in_database(format_: str) -> str:
    """Return a date format in codes that the database knows: it refuses a whole query for one."""
    return _CODE.sub(lambda code: f"%{_SAME.get(code[1], code[1])}", format_)


_CODE = re.compile(r"%[-#]?(.|$)", re.DOTALL)
_SAME = {"e": "d", "h": "b", "": "%"}


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config={"threads": 1})


def formats_for(
    counts: Mapping[str, int], also: tuple[str, ...] = ()
) -> tuple[tuple[str, ...], float]:
    """Return the fewest formats that read nearly all of a column, and the share they read.

    They are common ones or those in ``also``, added while each reads one row in a hundred that no
    other does.
    """
    judged = _judged(counts)
    rows = sum(judged.values()) or 1
    left = {each: judged.keys() - _no_day(judged, (each,)) for each in (*also, *COMMON)}
    chosen: list[str] = []
    share = 0.0
    while len(chosen) < _MOST_FORMATS:
        best = max(left, key=lambda each: sum(judged[text] for text in left[each]))
        gain = sum(judged[text] for text in left[best]) / rows
        if gain < _WORTH:
            break
        chosen.append(best)
        share += gain
        read = set(left[best])
        left = {each: texts - read for each, texts in left.items()}
    return tuple(chosen), share


def _judged(counts: Mapping[str, int]) -> dict[str, int]:
    """Return a few hundred of the texts, spread over all of them, so that the answer is quick."""
    texts = sorted(counts)
    return {text: counts[text] for text in texts[:: max(1, len(texts) // _JUDGED)]}


def order_is_open(counts: Mapping[str, int], formats: tuple[str, ...]) -> bool:
    """Tell whether day and month could as well stand the other way round."""
    swapped = tuple(each.translate(_SWAP) for each in formats)
    judged = _judged(counts)
    return swapped != formats and _no_day(judged, formats) == _no_day(judged, swapped)


_SWAP = str.maketrans("dm", "md")
