"""A table that was asked for by itself: its columns, and whether the rules are kept in every row.

Its counts are perturbed, not rounded, and its first columns are the characteristics asked for.
"""

from collections.abc import Iterator, Mapping, Sequence

from quality.release.manifest import SUPPRESSED

ASKED = "table.csv"
"""The one file of such a release beside its manifest."""

OF = ("measure", "source", "other")
"""Columns that say what is counted, after those of the characteristics."""

STATUS = "status"
_COUNTS = ("records", "linked", "unlinked", "missing")
_LIMITS = ("lower", "upper")
_RATES = {"link_rate": ("records", "linked"), "share": ("records", "missing")}
RESERVED = frozenset({*OF, *_COUNTS, *_RATES, *_LIMITS, STATUS})
_HALF_A_STEP = 0.00005 + 1e-9

Row = Mapping[str, str]


def figures_of(measure: str) -> tuple[str, ...]:
    """Return the columns of figures of a table of ``measure``."""
    if measure == "link_rate":
        return (*_RATES["link_rate"], "link_rate", *_LIMITS)
    if measure.startswith("missing_"):
        return (*_RATES["share"], "share", *_LIMITS)
    return (measure,)


def asked(header: Sequence[str], rows: Sequence[Row], threshold: int) -> Iterator[str]:
    """Yield what is wrong in the table, with the line of the file and never a value from it."""
    measures = {row.get("measure") or "" for row in rows}
    figures = figures_of(measures.pop()) if len(measures) == 1 else ()
    at = next((at for at, name in enumerate(header) if name in RESERVED), len(header))
    if not at or tuple(header[at:]) != (*OF, *figures, STATUS) or not set(figures) <= RESERVED:
        yield "has not the columns of a table that was asked for"
        return
    for line, row in enumerate(rows, start=2):
        shown = [row[name] for name in figures if row[name]]
        if row[STATUS] not in {"ok", SUPPRESSED}:
            yield f"line {line} has a status that there is not"
        elif row[STATUS] == SUPPRESSED and shown:
            yield f"line {line} is held back and shows a figure"
        elif row[STATUS] == "ok":
            yield from (f"line {line}: {what}" for what in _figures(row, figures, threshold))


def _figures(row: Row, figures: Sequence[str], threshold: int) -> Iterator[str]:
    counts = {name: row[name] for name in figures if name in _COUNTS}
    if not all(count.isdecimal() for count in counts.values()):
        yield "a count is no whole number"
        return
    yield from (f"{name} is under the threshold" for name in counts if int(row[name]) < threshold)
    for rate, (whole, part) in _RATES.items():
        if rate in figures:
            try:
                lower, made, upper = (float(row[name]) for name in ("lower", rate, "upper"))
            except ValueError:
                yield "a rate or a limit is no number"
                return
            n = int(row[whole])
            if not abs(made - min(int(row[part]), n) / n) <= _HALF_A_STEP:
                yield "the rate is not made of the counts beside it"
            elif not lower <= made <= upper:
                yield "the rate does not lie between its limits"
