"""How much the columns of a token tell together: too little, and it hides nothing."""

from collections.abc import Iterable

LEAST = 10.0
"""Bits of entropy under which a token is coarse: it may be compared, and blocks with others."""

_BITS = {
    "first_name": 8.0,
    "middle_name": 7.0,
    "surname": 10.5,
    "first_initial": 4.0,
    "middle_initial": 4.0,
    "surname_initial": 4.0,
    "first_name_phonetic": 7.0,
    "surname_phonetic": 9.0,
    "birth_year": 6.5,
    "birth_month": 3.5,
    "birth_day": 4.5,
    "date_of_birth": 14.0,
    "sex": 1.0,
    "postcode": 15.0,
    "postcode_sector": 12.0,
    "postcode_district": 10.5,
    "postcode_area": 6.0,
    "street": 12.0,
    "house_number": 6.0,
    "town": 8.0,
    "place_of_birth": 6.0,
    "country": 2.0,
    "email": 16.0,
    "email_user": 14.0,
    "phone": 16.0,
    "person_number": 16.0,
}
"""Entropy of the standardised columns in a national population, on the low side. An estimate and
not a measurement, because every owner has to come to the same schema."""

_A_LETTER = 2.5
"""Bits that a letter at the start of a name tells, on the low side."""


def bits(columns: Iterable[str]) -> float:
    """Return the entropy of several columns together; nothing is known of a column of one's own."""
    return sum(_of(column) for column in columns)


def is_coarse(columns: Iterable[str]) -> bool:
    """Tell whether a token of these columns is coarse."""
    return bits(columns) < LEAST


def _of(column: str) -> float:
    name, _, letters = column.partition(":")
    known = _BITS.get(name, 0.0)
    return min(known, _A_LETTER * int(letters)) if letters else known
