"""Calibration on the page: do the model's probabilities hold what they promise?"""

from collections.abc import Collection, Iterator, Sequence

from linkage.disclosure.rounding import to_base
from quality.proportion import Interval
from quality.report.figures.calibration import Point, calibration_plot
from quality.report.lookup import Lookup
from quality.report.numbers import (
    NOT_AVAILABLE,
    SUPPRESSED,
    SUPPRESSED_LIMIT,
    Cell,
    count,
    percent,
    words,
)
from quality.report.page import Column, Part, Table
from quality.report.wording import group_label
from quality.uncertainty.accuracy import Bin
from quality.uncertainty.calibration import LEAST, Accuracy, Calibration

METHODS = {
    "none": f"not calibrated: that takes {LEAST} reviewed records, 20 of them right and 20 wrong",
    "platt": "a line in the log odds (Platt), drawn towards what the model said",
    "platt_by_group": "a line in the log odds (Platt) with a shift for each group",
    "isotonic": "the rising curve that fits best (isotonic)",
    "beta": "a curve of three parameters (beta calibration)",
}
"""What each method is called on the page."""

_MEANING = (
    "Each record's best candidate has a probability that it is the match. Of all records given "
    "90%, 90% should be matches; the review says how many are. A slope below 1 is over-confidence: "
    "probabilities lie too near to 0 and 1. Expected to found, above 1: the model counts more "
    "matches than there are. The calibration error is how far the two lie apart on average where "
    "the model is in doubt; chance alone lifts it above 0."
)


_NO_WIDTH = 1e-9
_OFF = 0.01
"""A group has a row where models count so much more, or fewer, matches than were found."""


def calibration_parts(
    lookup: Lookup, calibration: Calibration, threshold: int, rounding: int
) -> tuple[Part, ...]:
    """Return the calibration plot with its table, and a table overall and by group.

    Parameters
    ----------
    calibration
        As the estimate stage wrote it: exact.
    threshold, rounding
        Those of disclosure control: bins and groups of fewer labels are not shown, numbers of
        labels are rounded.
    """
    shown = [each for each in calibration.bins if each.n_labels >= threshold]
    name = "Probability of the best candidate against what reviewers found"
    points = [Point(b.p, b.share.value, b.share.lower, b.share.upper) for b in shown]
    plot = calibration_plot("calibration-plot", name, points, calibration.curve) if shown else None
    bins = Part(
        heading="Are the model's probabilities right?",
        paragraphs=(_MEANING, f"How the probabilities were put right: {_how(calibration)}."),
        figure=plot,
        table=_bins_table(calibration, name, threshold, rounding),
    )
    return bins, Part(table=_accuracy_table(lookup, calibration, threshold, rounding))


def _how(calibration: Calibration) -> str:
    text = METHODS[calibration.method]
    if calibration.method == "none":
        return text
    before, after = calibration.losses["scored"], calibration.losses[calibration.method]
    unseen = f"{text}. On labels that the map had not seen"
    if after >= before:
        return f"{unseen} it did no better than the model, so little is gained by it"
    return f"{unseen}, the mean surprise (log loss) fell from {before:.3f} to {after:.3f}"


def _bins_table(calibration: Calibration, name: str, threshold: int, rounding: int) -> Table:
    level = calibration.bins[0].share.level if calibration.bins else 0.95
    return Table(
        id="calibration-table",
        caption=name,
        detail=f"{level:.0%} intervals of the share found; they cover chance in sampling only. "
        "Shares and means are weighted to stand for all records.",
        columns=(
            Column("range", "Probability"),
            Column("labels", "Reviewed records", numeric=True),
            Column("scored", "Mean as scored", numeric=True),
            Column("found", "Matches found", numeric=True),
            Column("lower", "Lower limit", numeric=True),
            Column("upper", "Upper limit", numeric=True),
            Column("calibrated", "Mean calibrated", numeric=True),
        ),
        rows=tuple(_bin_row(each, threshold, rounding) for each in calibration.bins),
        notes=(
            "The calibrated mean of a record comes from a map that its own label did not fit.",
            "The plot begins at 0.001: lower probabilities stand on its edge, and the curve for "
            "them is not drawn.",
        ),
    )


def _bin_row(one: Bin, threshold: int, rounding: int) -> tuple[Cell, ...]:
    place = words(f"{one.low:g} to {'under ' if one.high < 1 else ''}{one.high:g}")
    if one.n_labels < threshold:
        return (place, SUPPRESSED, *[SUPPRESSED_LIMIT] * 5)
    return (
        place,
        count(to_base(one.n_labels, rounding)),
        percent(one.p),
        percent(one.share.value),
        percent(one.share.lower),
        percent(one.share.upper),
        NOT_AVAILABLE if one.q is None else percent(one.q),
    )


def _accuracy_table(
    lookup: Lookup, calibration: Calibration, threshold: int, rounding: int
) -> Table:
    off = [
        name
        for name in _in_order(lookup, calibration.groups)
        if _is_off(calibration.groups[name], threshold)
    ]
    return Table(
        id="calibration-groups-table",
        caption="How far the probabilities can be trusted, overall and by group",
        detail="Each figure with its interval; intervals cover chance in sampling only. Reviewed "
        "records are those whose best candidate reviewers were sure of.",
        columns=(
            Column("group", "Group"),
            Column("labels", "Reviewed records", numeric=True),
            Column("slope", "Slope"),
            Column("in_the_large", "Expected to found"),
            Column("calibrated", "Expected to found, calibrated"),
            Column("error", "Calibration error"),
            Column("brier", "Brier score"),
        ),
        rows=tuple(_rows(off, calibration, threshold, rounding)),
        notes=(
            *_right(off, calibration),
            f"A slope takes {LEAST} reviewed records, 20 of them right and 20 wrong.",
            "Expected to found: matches that the probabilities add up to, divided by those found.",
            "No interval: the reviewed records in doubt were too few or too alike to give one.",
        ),
    )


def _is_off(one: Accuracy, threshold: int) -> bool:
    """Say whether probabilities of a group add up to other numbers of matches than were found.

    A group of which too little was reviewed to tell has a row that says so.
    """
    found = one.scored.get("in_the_large")
    if one.n_labels < threshold or found is None:
        return True
    return abs(found.value - 1) >= _OFF


def _right(off: Sequence[str], calibration: Calibration) -> tuple[str, ...]:
    n = len(calibration.groups) - len(off)
    if not n:
        return ()
    groups = "1 group has" if n == 1 else f"{n} groups have"
    return (
        f"{groups} no row: their probabilities add up to the matches found, within a hundredth.",
    )


def _rows(
    off: Sequence[str], calibration: Calibration, threshold: int, rounding: int
) -> Iterator[tuple[Cell, ...]]:
    yield _accuracy_row("All records", calibration.overall, threshold, rounding)
    for name in off:
        yield _accuracy_row(group_label(name), calibration.groups[name], threshold, rounding)


def _in_order(lookup: Lookup, groups: Collection[str]) -> list[str]:
    """Return groups in the order of their list, as in every other table."""
    for characteristic in lookup.every_characteristic():
        rows = (row for row in lookup.estimates if row.characteristic == characteristic)
        if {row.group for row in rows}.issuperset(groups):
            return sorted(groups, key=lookup.group_places(characteristic, groups).__getitem__)
    return sorted(groups)


def _accuracy_row(name: str, one: Accuracy, threshold: int, rounding: int) -> tuple[Cell, ...]:
    if one.n_labels < threshold:
        return (words(name), SUPPRESSED, *[SUPPRESSED_LIMIT] * 5)
    return (
        words(name),
        count(to_base(one.n_labels, rounding)),
        _ratio(one.scored.get("slope")),
        _ratio(one.scored.get("in_the_large")),
        _ratio(one.calibrated.get("in_the_large")),
        _share(one.scored.get("calibration_error")),
        _share(one.scored.get("brier")),
    )


def _ratio(interval: Interval | None) -> Cell:
    return _between(interval, 2)


def _share(interval: Interval | None) -> Cell:
    return _between(interval, 3)


def _between(interval: Interval | None, places: int) -> Cell:
    """Return a figure with its limits, to as many places as its text.

    Drawing the same few records anew gives limits without width: that is no interval.
    """
    if interval is None:
        return NOT_AVAILABLE
    value, lower, upper = (
        f"{each:.{places}f}" for each in (interval.value, interval.lower, interval.upper)
    )
    if interval.upper - interval.lower < _NO_WIDTH:
        return Cell(f"{value} (no interval)", float(value))
    return Cell(f"{value} ({lower} to {upper})", float(value))
