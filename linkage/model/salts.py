"""Whether two salted encodings can be compared at all: only where both were salted alike.

A name salted by year of birth and sex has one encoding a year and sex. That two encodings differ
says nothing of the names then, unless the salts are known to agree.
"""

from collections.abc import Mapping

from linkage.config.source_settings import Column
from linkage.model.comparisons import differ, missing

DATE, SWAPPED = "date_of_birth_text", "date_of_birth_swapped"
OF_THE_YEAR = ("birth_year_month", "birth_year_day")
"""Tokens that agree only in one year of birth."""


def unknown(column: str, columns: Mapping[str, Column]) -> tuple[str, tuple[str, ...]]:
    """Return the condition that a pair tells nothing of ``column``, and the columns it reads.

    A value is missing, or the salts may differ. Sexes tell it outright. Years agree where the
    dates do, or two parts of them of which the year is one; where none of these agrees they may
    not. Agreement counts no more than difference there: so that among the pairs which are compared,
    values agree by chance as often as values do.
    """
    plainly = missing(column).sql
    apart, read = _salts_apart(columns[column].salt, columns)
    return " OR ".join([plainly, *apart]), read


def _salts_apart(
    salt: tuple[str, ...], columns: Mapping[str, Column]
) -> tuple[list[str], tuple[str, ...]]:
    apart: list[str] = []
    read: list[str] = []
    if "sex" in salt and "sex" in columns:
        apart.append(differ("sex", "sex"))
        read.append("sex")
    if "birth_year" in salt and DATE in columns:
        agreeing = [(DATE, DATE), (DATE, SWAPPED), *((each, each) for each in OF_THE_YEAR)]
        held = [(a, b) for a, b in agreeing if a in columns and b in columns]
        apart.append(f"({' AND '.join(differ(a, b) for a, b in held)})")
        read += [each for both in held for each in both]
    return apart, tuple(dict.fromkeys(read))
