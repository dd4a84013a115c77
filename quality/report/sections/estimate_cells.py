"""An estimate as cells: the figure, its limits, its base, its grade and what became of it."""

from collections.abc import Callable, Iterable

from quality import measures
from quality.estimate import Estimate
from quality.report.numbers import (
    NOT_AVAILABLE,
    SUPPRESSED,
    SUPPRESSED_LIMIT,
    TOO_FEW,
    Cell,
    count,
    too_few,
    words,
)
from quality.report.page import Column, Part
from quality.report.wording import COVERS, GRADES, REVIEW_COVERS, STATUSES, listed, plain, sentence

Writer = Callable[[float], Cell]

LIMITS = (
    Column("lower", "Lower limit", numeric=True),
    Column("upper", "Upper limit", numeric=True),
)
QUALITY = (Column("grade", "Grade", short=True), Column("status", "Status", short=True))
BASE = Column("base", "Base (records)", numeric=True)


def figure_cell(estimate: Estimate, write: Writer) -> Cell:
    """Return the figure, marked where it is not to be read alone, or the mark in its place."""
    if estimate.status == "suppressed":
        return SUPPRESSED
    wide = estimate.status == "too_few_to_tell"
    if estimate.estimate is None:
        return TOO_FEW if wide else NOT_AVAILABLE
    figure = write(estimate.estimate)
    return too_few(figure) if wide else figure


def limit_cells(estimate: Estimate, write: Writer) -> tuple[Cell, Cell]:
    """Return both limits of the interval."""
    if estimate.status == "suppressed":
        return SUPPRESSED_LIMIT, SUPPRESSED_LIMIT
    lower, upper = (
        NOT_AVAILABLE if limit is None else write(limit)
        for limit in (estimate.lower, estimate.upper)
    )
    return lower, upper


def with_limits(estimate: Estimate | None, write: Writer) -> Cell:
    """Return a figure and its limits in one cell."""
    if estimate is None:
        return NOT_AVAILABLE
    figure = figure_cell(estimate, write)
    if estimate.status == "suppressed" or estimate.lower is None:
        return figure
    lower, upper = limit_cells(estimate, write)
    return Cell(f"{figure.text} ({lower.text} to {upper.text})", figure.value, figure.mark)


def base_cell(estimate: Estimate) -> Cell:
    """Return the number of records that the figure rests on."""
    if estimate.n_records is None:
        return SUPPRESSED_LIMIT if estimate.status == "suppressed" else NOT_AVAILABLE
    return count(estimate.n_records)


def quality_cells(estimate: Estimate) -> tuple[Cell, Cell]:
    """Return the grade and the status in words."""
    return words(GRADES[estimate.grade]), words(STATUSES[estimate.status])


def p_cell(estimate: Estimate) -> Cell:
    """Return the adjusted p-value, no finer than a thousandth."""
    if estimate.status == "suppressed":
        return SUPPRESSED_LIMIT
    if estimate.p_adjusted is None:
        return NOT_AVAILABLE
    if estimate.p_adjusted < 0.001:
        return Cell("under 0.001", 0.001)
    return Cell(f"{estimate.p_adjusted:.3f}", round(estimate.p_adjusted, 3))


def finding_cell(estimate: Estimate) -> Cell:
    """Return what the gap amounts to, in words."""
    if estimate.status == "suppressed":
        return SUPPRESSED_LIMIT
    return NOT_AVAILABLE if estimate.finding is None else words(plain(estimate.finding))


def told(rows: Iterable[Estimate]) -> list[Estimate]:
    """Return the rows that are not suppressed: the others are named once, by :func:`untold`."""
    return [row for row in rows if row.status != "suppressed"]


def untold(labels: Iterable[str]) -> tuple[str, ...]:
    """Return the line that names the groups without a row, where there are any."""
    names = [*dict.fromkeys(labels)]
    return (f"Suppressed [c]: {listed(names)}.",) if names else ()


def grade_words(rows: Iterable[Estimate]) -> str:
    """Return the grades of a table without a column of them."""
    grades = sorted({GRADES[row.grade] for row in rows})
    return f"Grade {listed(grades)}." if grades else ""


def interval_words(estimates: Iterable[Estimate]) -> str:
    """Return what the intervals of a table are and cover, for its caption."""
    with_interval = [each for each in estimates if each.level is not None]
    if not with_interval:
        return "No interval is given."
    what = sorted({_covered(each) for each in with_interval})
    by_row = ", depending on the row," if len(what) > 1 else ""
    return f"{with_interval[0].level:.0%} intervals; they cover{by_row} {'; or '.join(what)}."


def _covered(estimate: Estimate) -> str:
    known = estimate.method == measures.TRUTH or estimate.measure.startswith("missing_")
    if known and estimate.interval_covers == measures.SAMPLING_ONLY:
        return "chance in sampling only"  # no link that may be wrong bears on it
    covers = REVIEW_COVERS if estimate.method == measures.REVIEW else COVERS
    return covers.get(estimate.interval_covers or "", "what is not stated")


def assumptions_part(estimates: Iterable[Estimate]) -> tuple[Part, ...]:
    """Return what the figures of a section assume, each assumption once."""
    found = dict.fromkeys(sentence(text) for each in estimates for text in each.assumptions)
    return (Part(heading="What these figures assume", bullets=tuple(found)),) if found else ()
