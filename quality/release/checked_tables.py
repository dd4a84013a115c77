"""The tables of a release by themselves: are the rules kept in every row that a reader sees.

Each function yields what is wrong in words, with the line of the file and never a value from it.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite

from linkage.disclosure import to_base
from quality.bias.group_rates import RATES
from quality.measures import LINK_PATTERN, MISSING_MEASURES, MISSING_PATTERN
from quality.release.contract import COUNTS_OF_PEOPLE, FIGURES, columns_of
from quality.release.manifest import SUPPRESSED

Row = Mapping[str, str]

_KEY = ("source", "other", "variable", "characteristic", "group")
_SAME_NAME = (*MISSING_MEASURES, MISSING_PATTERN, LINK_PATTERN)
_OF_COUNTS: Mapping[str, str] = {
    **{counted: rate.measure for counted, rate in RATES.items()},
    **{measure: measure for measure in _SAME_NAME},
}
"""The measure of a rate, by that of the counts it is made of."""

_STATUSES = frozenset({"ok", "too_few_to_tell", SUPPRESSED, "not_identified"})
_HALF_A_POINT = 0.0005 + 1e-9  # rates may be shown to three decimals


def columns(table: str, header: Sequence[str]) -> Iterator[str]:
    """Yield what stands in the header of a table that may not, or is not known at all."""
    allowed = columns_of(table)
    if allowed is None:
        yield "is no table that a release may hold"
        return
    unknown = [name for name in header if name not in allowed]
    if unknown:
        yield f"{len(unknown)} of its columns are not in the contract of that table"
    if not {"measure", "status"} <= set(header):
        yield "has no column that says what was held back"


def ragged(rows: Sequence[Row]) -> Iterator[str]:
    """Yield every row that has not one value for each column of the header."""
    for line, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            yield f"line {line} has not as many values as the header"


def kept(rows: Sequence[Row], threshold: int, rounding: int) -> Iterator[str]:
    """Yield every row whose counts or figures break the rules, by its line in the file.

    Parameters
    ----------
    threshold, rounding
        The rules of the release: no count under the first, every count a multiple of the second.
    """
    least = to_base(threshold, rounding)
    for line, row in enumerate(rows, start=2):
        if row["status"] not in _STATUSES:
            yield f"line {line} has a status that there is not"
        elif row["status"] == SUPPRESSED and any(row.get(name) for name in FIGURES):
            yield f"line {line} is held back and shows a figure"
        else:
            yield from (f"line {line}: {what}" for what in _counts(row, least, rounding))
            yield from (f"line {line}: {what}" for what in _limits(row))


def agree(counts: Sequence[Row], estimates: Sequence[Row]) -> Iterator[str]:
    """Yield every rate that is not made of the rounded counts beside it.

    Parameters
    ----------
    counts, estimates
        The rows of ``tables/counts.csv`` and of ``estimates.csv``.
    """
    counted = {
        _place(_OF_COUNTS[row["measure"]], row): row
        for row in counts
        if row["measure"] in _OF_COUNTS
    }
    for line, row in enumerate(estimates, start=2):
        of = counted.get(_place(row["measure"], row))
        if of is None or not row.get("estimate"):
            continue
        if of["status"] == SUPPRESSED or not of.get("k") or not of.get("n"):
            yield f"line {line} shows a rate whose counts are held back"
        elif abs(_number(row["estimate"]) - _number(of["k"]) / _number(of["n"])) > _HALF_A_POINT:
            yield f"line {line} shows a rate that is not made of the rounded counts"


def repeated(rows: Sequence[Row], estimates: Sequence[Row]) -> Iterator[str]:
    """Yield every row of a table by subject that is not a row of ``estimates.csv``."""
    if not rows:
        return
    known = {tuple(row.get(name) for name in rows[0]) for row in estimates}
    for line, row in enumerate(rows, start=2):
        if tuple(row.values()) not in known:
            yield f"line {line} is not what estimates.csv says"


def _place(measure: str, row: Row) -> tuple[str | None, ...]:
    """Return what a rate is of; where links are counted, the stage is no part of its name."""
    stage = row.get("stage") if measure in _SAME_NAME else None
    return (measure, stage, *(row.get(name) for name in _KEY))


def _counts(row: Row, least: int, rounding: int) -> Iterator[str]:
    base = max(rounding, int(_number(row.get("base") or "0")))
    named = [*COUNTS_OF_PEOPLE, *(["estimate"] if row.get("method") == "count" else [])]
    for name in named:
        if value := row.get(name):
            number = _number(value)
            if not number % base == 0:
                yield f"{name} is no multiple of the rounding base"
            elif number < least:
                yield f"{name} is under the threshold"


def _limits(row: Row) -> Iterator[str]:
    lower, estimate, upper = (row.get(name) or "" for name in ("lower", "estimate", "upper"))
    numbers = [_number(each) for each in (lower, estimate, upper) if each]
    if not all(map(isfinite, numbers)):
        yield "a figure is not a number"
    elif lower and upper and numbers != sorted(numbers):
        yield "the figure does not lie between its limits"


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
