"""Can a count that was held back be had from the total and the other groups beside it.

An audit of single margins from the published counts alone, apart from the one of the run, which
knows the exact counts and ties all margins together: simpler, and made without them.
"""

from collections.abc import Iterator, Mapping, Sequence

from quality.release.cells import OF_RECORDS
from quality.release.manifest import SUPPRESSED

Row = Mapping[str, str]
Range = tuple[float, float]
"""The least and the greatest count that a published one may stand for."""

_FAMILY = ("measure", "source", "other", "variable", "stage")


def told(counts: Sequence[Row], threshold: int, rounding: int) -> Iterator[str]:
    """Yield every margin of ``tables/counts.csv`` that tells a small count it holds back.

    *Formula*: with the total in [T-, T+] and the shown groups in [x-, x+], the sum of those held
    back lies in [T- - sum x+, T+ - sum x-]. That may not lie below the threshold; and if it is one
    count, and may be small, the range has to be as wide as the threshold.

    Parameters
    ----------
    counts
        The rows of the table: the groups of a characteristic add up to the row without one.
    threshold, rounding
        The rules of the release.
    """
    totals: dict[tuple[str, ...], Row] = {}
    margins: dict[tuple[str, ...], list[Row]] = {}
    for row in counts:
        family = tuple(row.get(name, "") for name in _FAMILY)
        if row.get("characteristic"):
            margins.setdefault((*family, row["characteristic"]), []).append(row)
        else:
            totals[family] = row
    for (*of, characteristic), groups in margins.items():
        total, measure = totals.get(tuple(of)), of[0]
        # records as such have no rest: n and k are one count
        for column in ("n", "k") if measure in OF_RECORDS else ("n", "k", "rest"):
            if total is not None and _tells(total, groups, column, threshold, rounding):
                what = "n - k" if column == "rest" else column
                yield f"{measure} by {characteristic}: {what} of a group can be worked out"


def _tells(total: Row, groups: Sequence[Row], column: str, threshold: int, rounding: int) -> bool:
    whole = _range(total, column, rounding)
    parts = [_range(row, column, rounding) for row in groups]
    hidden = sum(part is None for part in parts)
    if whole is None or not hidden:
        return False
    shown = [part for part in parts if part is not None]
    low = max(0.0, whole[0] - sum(high for _, high in shown))
    high = whole[1] - sum(low for low, _ in shown)
    if high < 0:  # no partition of the total: groups may overlap
        return False
    return high < threshold or (hidden == 1 and low < threshold and high - low < threshold)


def _range(row: Row, column: str, rounding: int) -> Range | None:
    """Return what a published count may stand for, None where it is held back."""
    if column == "rest":
        n, k = _range(row, "n", rounding), _range(row, "k", rounding)
        return None if n is None or k is None else (max(0, n[0] - k[1]), n[1] - k[0])
    if not row.get(column) or (column == "k" and row["status"] == SUPPRESSED):
        return None
    base, count = max(rounding, int(row.get("base") or 0)), float(row[column])
    return (count - base // 2, count + (base - 1) // 2) if base > 1 else (count, count)
