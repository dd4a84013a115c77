"""What models say of groups whose error rates were measured: where they did not see the truth."""

from collections.abc import Iterator
from dataclasses import dataclass

from quality import measures
from quality.estimate import Estimate
from quality.gates import Pair
from quality.report.lookup import Lookup, row_label
from quality.report.measured import SHOWN
from quality.report.numbers import Cell, percent, words
from quality.report.page import Column, Part, Table, anchor
from quality.report.sections.estimate_cells import figure_cell, limit_cells
from quality.report.wording import MEASURES, METHODS, MODELLED, listed, title

_RATES = (measures.RECALL, measures.PRECISION, measures.BLOCKING_LOSS)
_RANGES = (measures.MODEL_RANGE, measures.CAPTURE_RECAPTURE)
_APART = 0.005
_HEADING = "What models say, and did not see"
_AGREED = (
    "Of these groups, no measured interval lies half a point or more outside what models say. That "
    "is no reason to trust models where nothing was measured."
)


@dataclass(frozen=True)
class Contrast:
    """A figure that was measured, and the range that models give of the same records."""

    measured: Estimate
    modelled: Estimate

    @property
    def is_outside(self) -> bool:
        """Whether the measured interval and the range lie half a point or more apart."""
        known, said = self.measured, self.modelled
        if known.lower is None or known.upper is None or said.lower is None or said.upper is None:
            return False
        return max(said.lower - known.upper, known.lower - said.upper) >= _APART


def contrasts(lookup: Lookup, pair: Pair, characteristic: str | None) -> tuple[Contrast, ...]:
    """Return every figure that was both measured and modelled, all records or groups of one."""
    return tuple(
        Contrast(row, said)
        for method in measures.MEASURED
        for measure in _RATES
        for row in _rows(lookup.by_method(method), measure, pair, characteristic)
        if row.status in SHOWN
        for said in _said(lookup, row)
    )


def contrast_parts(lookup: Lookup, pair: Pair, characteristic: str) -> Iterator[Part]:
    """Yield the figures of groups that models did not see, or the sentence that there are none."""
    found = contrasts(lookup, pair, characteristic)
    missed = [each for each in found if each.is_outside]
    if not found:
        return
    by = lookup.characteristic_label(characteristic)
    source, other = pair
    towards = "" if other is None else f" to {lookup.source_label(other)}"
    name = f"What models say of {lookup.source_label(source)}{towards} by {by}: {MODELLED}"
    if not missed:
        yield Part(heading=_HEADING, paragraphs=(_AGREED,))
        return
    yield Part(
        heading=_HEADING,
        paragraphs=(
            f"Models miss what was measured of {_named(missed)}: it lies outside what they say."
            " Their ranges for every group stand in tables/errors.csv.",
        ),
        table=Table(
            id=anchor("contrast", source, other, characteristic),
            caption=name,
            detail="Rows whose measured interval lies half a point or more outside the range.",
            columns=(
                Column("group", title(by)),
                Column("figure", "Figure"),
                Column("lowest", "Models say, lowest", numeric=True),
                Column("highest", "Models say, highest", numeric=True),
                Column("measured", "Measured", numeric=True),
                Column("lower", "Lower limit", numeric=True),
                Column("upper", "Upper limit", numeric=True),
            ),
            rows=tuple(_row(each) for each in missed),
            headers=2,
        ),
    )


def unseen(lookup: Lookup, pair: Pair) -> Iterator[str]:
    """Yield a sentence for each figure of all records that models did not see."""
    for each in contrasts(lookup, pair, None):
        if each.is_outside:
            row = each.measured
            ends = " to ".join(cell.text for cell in limit_cells(row, percent))
            said = " to ".join(cell.text for cell in limit_cells(each.modelled, percent))
            yield (
                f"Models miss what was measured: {MEASURES[row.measure].lower()} of all records is "
                f"{figure_cell(row, percent).text} ({ends}) by {METHODS[row.method].lower()}, and "
                f"the models say {said}."
            )


def _rows(
    lookup: Lookup, measure: str, pair: Pair, characteristic: str | None
) -> tuple[Estimate, ...]:
    if characteristic is not None:
        return lookup.by_group(measure, *pair, characteristic)
    overall = lookup.overall(measure, *pair)
    return () if overall is None else (overall,)


def _said(lookup: Lookup, row: Estimate) -> Iterator[Estimate]:
    """Yield the first range of the same figure, where it is shown."""
    place = row.source, row.other, row.characteristic, row.group
    for method in _RANGES:
        found = lookup.by_method(method).of_group(row.measure, *place)
        if found is not None and found.status in SHOWN and found.lower is not None:
            yield found
            return


def _named(missed: list[Contrast]) -> str:
    return listed([*dict.fromkeys(row_label(each.measured) for each in missed)])


def _row(each: Contrast) -> tuple[Cell, ...]:
    return (
        words(row_label(each.measured)),
        words(MEASURES[each.measured.measure]),
        *limit_cells(each.modelled, percent),
        figure_cell(each.measured, percent),
        *limit_cells(each.measured, percent),
    )
