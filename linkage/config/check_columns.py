"""Does each column's description fit its role: a format for a date, codes for sex, and so on."""

import re
from collections.abc import Iterator

from linkage.characteristics.missing import MISSING_REASONS
from linkage.config.draft import Draft
from linkage.config.nodes import Path
from linkage.config.source_settings import ROLES, Column
from linkage.errors import Fault

SEX_WORDS: tuple[str, ...] = (
    *("F", "female", "woman", "girl"),
    *("M", "male", "man", "boy"),
    *("X", "other", "indeterminate", "intersex", "non-binary", "nonbinary"),
)
"""What a code of sex may stand for, beside a reason for being missing; capitals do not matter."""

_CODE = re.compile(r"%[-#]?(.)", re.DOTALL)
_DAY, _MONTH, _YEAR = frozenset("de"), frozenset("mbBh"), frozenset("Yy")
_TIME = frozenset("HMS%")
_SPREADSHEET = re.compile(r"[yY]{2,4}|[mM]{2,4}|[dD]{1,2}")


def check_columns(draft: Draft) -> Iterator[Fault]:
    """Yield the settings of columns that do not fit what the column is."""
    for name, source in draft.config.sources.items():
        for role, column in source.columns.items():
            path = ("sources", name, "columns", role)
            yield from _misplaced(draft, path, role, column)
            if is_date(role, column):
                yield from _formats(draft, path, column)
            yield from _codes(draft, path, column)


def is_date(role: str, column: Column) -> bool:
    """Tell whether a column holds dates."""
    return role == "date_of_birth" or column.kind == "date"


def _misplaced(draft: Draft, path: Path, role: str, column: Column) -> Iterator[Fault]:
    """Yield the settings that are read for other roles or kinds only."""
    a_date = "a date: date_of_birth, or a column of  kind: date"
    fits = {
        "format": (is_date(role, column), a_date),
        "day": (is_date(role, column), a_date),
        "codes": (role == "sex", "sex"),
        "style": (role == "postcode", "postcode"),
        "scheme": (role == "person_number", "person_number"),
        "separator": (column.kind == "array", "a column of  kind: array"),
        "kind": (role not in ROLES, "a column of your own, and this is a known role"),
    }
    for setting, (fit, what) in fits.items():
        if not fit and draft.is_written(*path, setting):
            message = f"{setting} is only read for {what}"
            yield draft.fault("C137", (*path, setting), message, f"remove {setting}", key=True)


def _formats(draft: Draft, path: Path, column: Column) -> Iterator[Fault]:
    for i, written in enumerate(column.format):
        message = wrong_format(written)
        if message:
            meant = _translated(written)
            fix = f'write  format: "{meant}"' if meant else 'write it as in  format: "%d/%m/%Y"'
            yield draft.fault("C144", (*path, "format", i), message, fix)


def wrong_format(written: str) -> str:
    """Return what is wrong with a date format; empty when nothing is."""
    codes = _CODE.findall(written)
    strange = [f"%{code}" for code in codes if code not in _DAY | _MONTH | _YEAR | _TIME]
    if strange:
        return f"{', '.join(dict.fromkeys(strange))} is not understood in a date format"
    for part, ways in (("day (%d)", _DAY), ("month (%m)", _MONTH), ("year (%Y)", _YEAR)):
        times = sum(code in ways for code in codes)
        if times != 1:
            return f"the format has {'no' if times == 0 else 'more than one'} code for the {part}"
    return ""


def _translated(written: str) -> str | None:
    """Return a format as spreadsheets write it, dd/mm/yyyy, in strptime codes."""
    codes = {"d": "%d", "m": "%m", "y": "%Y"}

    def code(found: re.Match[str]) -> str:
        word = found[0].casefold()
        if word == "yy":
            return "%y"
        return {"mmm": "%b", "mmmm": "%B"}.get(word, codes[word[0]])

    meant = _SPREADSHEET.sub(code, written) if "%" not in written else written
    return meant if not wrong_format(meant) else None


def _codes(draft: Draft, path: Path, column: Column) -> Iterator[Fault]:
    words = {word.casefold() for word in (*SEX_WORDS, *MISSING_REASONS)}
    for code, meant in (column.codes or {}).items():
        if meant.strip().casefold() not in words:
            message = "a code of sex stands for F, M or X, or for a missing reason"
            fix = f"write F, M, X or one of: {', '.join(MISSING_REASONS)}"
            yield draft.fault("C104", (*path, "codes", code), message, fix)
