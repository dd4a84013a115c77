"""A comparison as a CSV file: every figure of either run, a row each."""

import csv
import io

from linkage.tables import ESTIMATES
from quality.compare.pairing import Pair
from quality.release.files import written

COLUMNS = (
    *ESTIMATES.key,
    *("before", "before_lower", "before_upper", "after", "after_lower", "after_upper"),
    *("difference", "lower", "upper", "level", "p_adjusted", "n_tests", "status"),
)


def as_csv(found: tuple[Pair, ...]) -> bytes:
    """Return the comparison as CSV, its names safe from spreadsheets that look for formulas."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for pair in found:
        writer.writerow([written(value) for value in _row(pair)])
    return text.getvalue().encode()


def as_record(pair: Pair) -> dict[str, object]:
    """Return a pair as plain values, for ``--json``."""
    return dict(zip(COLUMNS, _row(pair), strict=True))


def _row(pair: Pair) -> list[object]:
    ends: list[object] = []
    for side in (pair.before, pair.after):
        ends += [None] * 3 if side is None else [side.estimate, side.lower, side.upper]
    change = pair.change
    limits = [None] * 3 if change is None else [change.lower, change.upper, change.level]
    tested = [pair.p_adjusted, pair.n_tests, pair.status]
    return [*pair.key, *ends, pair.difference, *limits, *tested]
