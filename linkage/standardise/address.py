"""Addresses: house numbers, and streets with their abbreviations written out."""

import re

from linkage.standardise.rules import Row, Rule, clean_text
from linkage.standardise.text import TEXT_RULES

_STREET_WORDS = {
    "ALY": "ALLEY",
    "AV": "AVENUE",
    "AVE": "AVENUE",
    "BLVD": "BOULEVARD",
    "BVD": "BOULEVARD",
    "CCT": "CIRCUIT",
    "CIR": "CIRCLE",
    "CL": "CLOSE",
    "CR": "CRESCENT",
    "CRES": "CRESCENT",
    "CT": "COURT",
    "CTS": "COURTS",
    "DR": "DRIVE",
    "DRV": "DRIVE",
    "EST": "ESTATE",
    "EXPY": "EXPRESSWAY",
    "FWY": "FREEWAY",
    "GDN": "GARDEN",
    "GDNS": "GARDENS",
    "GR": "GROVE",
    "GRN": "GREEN",
    "GRV": "GROVE",
    "HSE": "HOUSE",
    "HTS": "HEIGHTS",
    "HWY": "HIGHWAY",
    "LN": "LANE",
    "MNR": "MANOR",
    "MWS": "MEWS",
    "PDE": "PARADE",
    "PK": "PARK",
    "PKWY": "PARKWAY",
    "PL": "PLACE",
    "PLC": "PLACE",
    "RD": "ROAD",
    "RDG": "RIDGE",
    "RDGE": "RIDGE",
    "SQ": "SQUARE",
    "ST": "STREET",
    "STR": "STREET",
    "TCE": "TERRACE",
    "TER": "TERRACE",
    "TERR": "TERRACE",
    "TRL": "TRAIL",
    "VW": "VIEW",
    "WLK": "WALK",
    "WY": "WAY",
    "YD": "YARD",
}
_DIRECTIONS = {
    "N": "NORTH",
    "S": "SOUTH",
    "E": "EAST",
    "W": "WEST",
    "NE": "NORTH EAST",
    "NW": "NORTH WEST",
    "SE": "SOUTH EAST",
    "SW": "SOUTH WEST",
    "NORTHEAST": "NORTH EAST",
    "NORTHWEST": "NORTH WEST",
    "SOUTHEAST": "SOUTH EAST",
    "SOUTHWEST": "SOUTH WEST",
}
_UNITS = {
    "APT": "APARTMENT",
    "FLT": "FLAT",
    "FL": "FLOOR",
    "RM": "ROOM",
    "STE": "SUITE",
    "UNT": "UNIT",
}
_NUMBER_WORD = re.compile(r"^(?:NO|NUM|NUMBER|HOUSE NO|HOUSE NUMBER) (?=\d)")
_LEADING_ZEROS = re.compile(r"\b0+(?=\d)")
_SUFFIX_LETTER = re.compile(r"^(\d+) ([A-Z])$")


def write_out_street_words(street: str) -> str:
    """Write abbreviations out, except in front, where ST is a saint: ELM ST to ELM STREET."""
    words = street.split()
    return " ".join(words[:1] + [_STREET_WORDS.get(word, word) for word in words[1:]])


def write_out_directions(street: str) -> str:
    """Write points of the compass out, where they are not the whole name."""
    words = street.split()
    if len(words) < 2:
        return street
    return " ".join(_DIRECTIONS.get(word, word) for word in words)


def write_out_units(street: str) -> str:
    """Write kinds of dwelling out: APT 4 to APARTMENT 4."""
    return " ".join(_UNITS.get(word, word) for word in street.split())


def bare_number(number: str) -> str:
    """Leave the number alone: NO 012 A to 12A."""
    number = _LEADING_ZEROS.sub("", _NUMBER_WORD.sub("", number))
    return _SUFFIX_LETTER.sub(r"\1\2", number)


STREET: tuple[Rule, ...] = (
    *TEXT_RULES,
    Rule("street_words", write_out_street_words),
    Rule("directions", write_out_directions),
    Rule("unit_words", write_out_units),
)
HOUSE_NUMBER: tuple[Rule, ...] = (*TEXT_RULES, Rule("bare_number", bare_number))


def street(raw: str) -> Row:
    """Return a street and its missing reason."""
    cleaned = clean_text(raw, STREET)
    return Row((cleaned.value, cleaned.reason), cleaned.fired)


def house_number(raw: str) -> Row:
    """Return a house number or name and its missing reason."""
    cleaned = clean_text(raw, HOUSE_NUMBER)
    return Row((cleaned.value, cleaned.reason), cleaned.fired)


def place(raw: str) -> Row:
    """Return a town, country or place of birth and its missing reason."""
    cleaned = clean_text(raw, TEXT_RULES)
    return Row((cleaned.value, cleaned.reason), cleaned.fired)
