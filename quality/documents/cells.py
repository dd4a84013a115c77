"""What a cell of the workbook shows: a number, words, or shorthand; never nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from quality.release.files import FORMULA
from quality.report.numbers import SHORTHAND
from quality.report.wording import GRADES, METHODS, STATUSES, title


@dataclass(frozen=True)
class Column:
    """A column: its heading, what it means, and whether it holds numbers."""

    label: str
    means: str
    numeric: bool = False


COLUMNS: Mapping[str, Column] = {
    "measure": Column("Measure", "What the figure is."),
    "method": Column("Method", "How the figure was made."),
    "source": Column("Source", "The source whose records the figure is about."),
    "other": Column("Other source", "The source they were linked to."),
    "characteristic": Column("Characteristic", "By what people are grouped."),
    "group": Column("Group", "The group of people."),
    "variable": Column("Variable", "The column or variable the figure is about."),
    "stage": Column("Stage", "The stage of the linkage, the reason, or what the figure is by."),
    "reference": Column("Reference", "The group compared with."),
    "estimate": Column("Estimate", "The figure. A share lies between 0 and 1.", numeric=True),
    "lower": Column("Lower limit", "The lower limit of the figure.", numeric=True),
    "upper": Column("Upper limit", "The upper limit of the figure.", numeric=True),
    "level": Column("Level", "The level of the interval.", numeric=True),
    "interval_covers": Column("Limits cover", "What the limits leave room for, and what not."),
    "n": Column("Records in all", "The number of records, rounded.", numeric=True),
    "k": Column("Records counted", "How many of them the measure counts, rounded.", numeric=True),
    "base": Column("Rounded to", "Counts are multiples of this.", numeric=True),
    "n_records": Column("Records", "The number of records, rounded.", numeric=True),
    "n_reviewed": Column("Reviewed", "The number of records reviewed, rounded.", numeric=True),
    "n_effective": Column(
        "Effective records", "The number of records that weights leave.", numeric=True
    ),
    "p_adjusted": Column(
        "Adjusted p", "The p-value, adjusted for the number of groups.", numeric=True
    ),
    "n_tests": Column("Tests", "The number of groups adjusted for.", numeric=True),
    "finding": Column("Finding", "Whether a difference stands out from chance."),
    "grade": Column("Grade", "How far the figure was measured, from A to E."),
    "status": Column("Status", "Whether the figure is shown, and if not, why."),
    "assumptions": Column("Assumptions", "What the figure takes for granted."),
}
"""The columns of every table, in the order of the notes."""

MARKS: Mapping[str, str] = {
    **{str(mark): meaning for mark, meaning in SHORTHAND.items()},
    "z": "does not apply: there is no such figure, or the figure is of all records",
}
"""The shorthand of the workbook: that of the report, and one for what does not apply."""

_WORDS: Mapping[str, Mapping[str, str]] = {"grade": GRADES, "status": STATUSES, "method": METHODS}
_CODES = frozenset({"measure", "method", "finding"})
_ALL = {"characteristic": "all records", "group": "all records"}
_NOT_SHOWN = {"suppressed": "[c]", "not_identified": "[x]"}


def label(name: str) -> str:
    """Return the heading of a column, or a name in words."""
    return COLUMNS[name].label if name in COLUMNS else title(name)


def cell(column: str, row: Mapping[str, str]) -> str | float:
    """Return what stands in a cell for the text of a CSV file, which is empty where there is none.

    A CSV file puts an apostrophe before text that a spreadsheet takes for a formula; here text is
    text, and the apostrophe goes.
    """
    text = row[column]
    if not text:
        return _nothing(column, row.get("status", ""))
    if column in COLUMNS and COLUMNS[column].numeric:
        return float(text)
    if text[0] == "'" and text[1:2] in FORMULA:
        text = text[1:]
    known = _WORDS.get(column, {}).get(text)
    return known or (title(text) if column in _CODES else text)


def _nothing(column: str, status: str) -> str:
    if column in _ALL:
        return _ALL[column]
    if column not in COLUMNS or not COLUMNS[column].numeric:
        return "[z]"
    if column == "estimate" and status == "too_few_to_tell":
        return "[u]"
    return _NOT_SHOWN.get(status, "[z]")


def width(heading: str, values: Iterable[str | float]) -> int:
    """Return how wide a column is, in characters: the widest cell, within reason."""
    widest = max((len(value) if isinstance(value, str) else 9 for value in values), default=0)
    return min(max(widest, len(heading) + 4), _WIDEST)


_WIDEST = 60
