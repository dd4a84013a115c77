"""Values that need hardly a rule, cleaned a whole column at a time.

Most values of most sources are written as they should be. Each function here knows some of the
values of its role by their looks, and what the rules make of them; it leaves the others alone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from linkage.standardise.names import TITLES, phonetic
from linkage.standardise.stand_ins import STAND_IN_WORDS
from linkage.standardise.text import UPPER_CASE


@dataclass(frozen=True)
class Known:
    """Which of the values are known, what they become, and which of them each rule changed."""

    where: pa.BooleanArray
    columns: Sequence[pa.Array]
    fired: Mapping[str, pa.BooleanArray] = field(default_factory=dict)


_ONE_NAME = "^[A-Z]*[A-WY][A-Z]*$"
"""A word of plain letters, not all X and Z: those may stand for a name that is not known."""
_NOT_SURELY_NAMES = pa.array(sorted(STAND_IN_WORDS | TITLES))

_THREE_PARTS = re.compile(r"%([Ymd])([-/. ]?)%([Ymd])\2%([Ymd])")
_PARTS = {
    "Y": r"(?P<year>1[2-9]\d\d|20\d\d)",
    "m": r"(?P<month>0[1-9]|1[0-2])",
    "d": r"(?P<day>0[2-9]|1\d|2[0-8])",
}
"""Days that every month has; the first is left out, because it is counted where it is of January,
and may stand for a day that is not known."""

_POSTCODE = r"^(?P<sector>(?P<district>(?P<area>[A-Z]{1,2})\d[A-Z\d]?) \d)[ABD-HJLNP-UW-Z]{2}$"


def middle_names(values: pa.StringArray) -> Known:
    """Know single words of plain letters: name, initial and missing reason."""
    upper = pc.ascii_upper(values)
    one_name = pc.match_substring_regex(upper, _ONE_NAME)
    where = pc.and_not(one_name, pc.is_in(upper, _NOT_SURELY_NAMES))
    name, raw = upper.filter(where), values.filter(where)
    initial = pc.utf8_slice_codeunits(name, 0, 1)
    fired = {UPPER_CASE.name: pc.not_equal(name, raw)}
    return Known(where, (name, initial, _no_reason(name)), fired)


def names(values: pa.StringArray) -> Known:
    """Know the same of first names and surnames, with the phonetic code before the reason."""
    known = middle_names(values)
    name, initial, reason = known.columns
    sound = pa.array(map(phonetic, name.to_pylist()), pa.string())
    return Known(known.where, (name, initial, sound, reason), known.fired)


def dates_of_birth(values: pa.StringArray, formats: Sequence[str]) -> Known:
    """Know days in digits under the first format: date, text, year, month, day, missing reason."""
    parts = pc.extract_regex(values, _day_pattern(formats[0]))
    found = parts.drop_null()
    year, month, day = (pc.struct_field(found, name) for name in ("year", "month", "day"))
    date = pc.binary_join_element_wise(year, month, day, "-").cast(pa.date32())
    text = pc.binary_join_element_wise(year, month, day, "")
    numbers = (part.cast(pa.int16()) for part in (year, month, day))
    return Known(parts.is_valid(), (date, text, *numbers, _no_reason(text)))


def plain_dates(values: pa.StringArray, formats: Sequence[str]) -> Known:
    """Know the same of dates that are no dates of birth: date and missing reason."""
    known = dates_of_birth(values, formats)
    return Known(known.where, (known.columns[0], known.columns[-1]))


def uk_postcodes(values: pa.StringArray) -> Known:
    """Know full postcodes as they are published: with sector, district, area, missing reason."""
    parts = pc.extract_regex(values, _POSTCODE)
    where = pc.and_not(parts.is_valid(), pc.starts_with(values, "ZZ99"))
    postcode, found = values.filter(where), parts.filter(where)
    wider = (pc.struct_field(found, name) for name in ("sector", "district", "area"))
    return Known(where, (postcode, *wider, _no_reason(postcode)))


def _day_pattern(format_: str) -> str:
    """Return the pattern of a date whose parts are all digits; of any other, one that none fits."""
    if (three := _THREE_PARTS.fullmatch(format_)) is None:
        return r"(?P<year>)(?P<month>)(?P<day>)[^\s\S]"
    first, between, second, third = three.groups()
    return f"^{re.escape(between).join(_PARTS[part] for part in (first, second, third))}$"


def _no_reason(values: pa.Array) -> pa.Array:
    return pa.nulls(len(values), pa.string())
