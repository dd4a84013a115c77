"""Whether an address is one: people of no fixed abode stand in addresses as words and codes.

The NHS writes the postcode ZZ99 3VZ for no fixed abode (NHS Data Dictionary, postcode of usual
address); every other postcode of ZZ99 says that the address is not known or abroad.
"""

import re

import pyarrow as pa
import pyarrow.compute as pc

from linkage.standardise.at_once import Known
from linkage.standardise.dates import PART_SEPARATOR
from linkage.standardise.rules import Row
from linkage.standardise.stand_ins import stated_reason

GIVEN, NO_FIXED_ABODE = "Address given", "No fixed abode"
ADDRESS_ROLES: tuple[str, ...] = ("house_number", "street", "town", "postcode")

_EDGE = rf"(^|$|{PART_SEPARATOR})"
_NO_ABODE = rf"NO FIXED (ABODE|ADDRESS)|ZZ99 ?3VZ|{_EDGE}\s*(NFA|HOMELESS)\s*{_EDGE}"
_POSTCODE = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\s*$"
"""A postcode where it stands last, as :data:`ADDRESS_ROLES` have it."""
_PSEUDO = "ZZ99"
_FOUND = re.compile(_NO_ABODE)


def fixed_abode(raw: str) -> Row:
    """Return whether there is a fixed abode, and the missing reason.

    Parameters
    ----------
    raw
        The parts of an address in the order of :data:`ADDRESS_ROLES`, joined by the separator.
    """
    upper = raw.upper()
    if _FOUND.search(upper):
        return Row((NO_FIXED_ABODE, None))
    parts = [part for part in map(str.strip, upper.split(PART_SEPARATOR)) if part]
    if not parts:
        return Row((None, "not_answered"))
    reasons = [_PSEUDO if part.startswith(_PSEUDO) else stated_reason(part) for part in parts]
    if None in reasons:
        return Row((GIVEN, None))
    return Row((None, "placeholder" if _PSEUDO in reasons else reasons[0]))


def at_once(values: pa.StringArray) -> Known:
    """Know addresses with a full postcode and no word of there being none."""
    upper = pc.ascii_upper(values)
    full = pc.match_substring_regex(upper, _POSTCODE)
    where = pc.and_not(full, pc.match_substring_regex(upper, rf"{_PSEUDO}|{_NO_ABODE}"))
    n = pc.sum(where).as_py() or 0
    return Known(where, [pa.repeat(GIVEN, n), pa.nulls(n, pa.string())])
