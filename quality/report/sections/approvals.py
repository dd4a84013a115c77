"""What treats groups differently in a run: who approved it, and what it buys and costs."""

from collections.abc import Iterator

from linkage.config.linkage_settings import ThresholdByGroup
from quality import measures
from quality.estimate import Estimate
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import NOT_AVAILABLE, Cell, percent
from quality.report.page import Column, Part, Table, anchor
from quality.report.sections.estimate_cells import (
    BASE,
    base_cell,
    figure_cell,
    interval_words,
    limit_cells,
)
from quality.report.wording import METHODS, group_label, sentence, title

_SHOWN = (
    (measures.PRECISION, measures.PRECISION_COMMON),
    (measures.RECALL, measures.RECALL_COMMON),
)
_UNMEASURED = (
    "Nothing in this run measures what they buy and cost: review links, or supply truth, and it is "
    "shown here."
)


def approval_parts(lookup: Lookup) -> Iterator[Part]:
    """Yield what treats groups differently, who approved it, and the trade-off by group."""
    said = lookup.config.linkage.decide.threshold_by_group
    if said is None:
        return
    yield _approved(lookup, said)
    tables = [
        _traded(lookup, said, method, measure, common)
        for method in (measures.REVIEW, measures.TRUTH)
        for measure, common in _SHOWN
    ]
    found = [each for each in tables if each is not None]
    yield from found or [Part(paragraphs=(_UNMEASURED,))]


def _approved(lookup: Lookup, said: ThresholdByGroup) -> Part:
    label = lookup.characteristic_label(said.characteristic)
    place = lookup.group_places(said.characteristic, said.thresholds)
    groups = sorted(said.thresholds, key=lambda group: place[group])
    return Part(
        heading="Groups are treated differently in this run",
        paragraphs=(
            f"Groups by {label} have thresholds of their own. A lower threshold finds more of a "
            "group's matches, and makes more false links among them.",
            *(
                f"Approved by {each.by}, {each.role}, on {each.on:%-d %B %Y}: "
                f"{sentence(each.reason)}"
                for each in lookup.config.governance.approvals
                if each.what == "threshold_by_group"
            ),
        ),
        bullets=tuple(f"{group_label(each)}: {said.thresholds[each]:g}" for each in groups),
    )


def _traded(
    lookup: Lookup, said: ThresholdByGroup, method: str, measure: str, common: str
) -> Part | None:
    """Return a rate as it is and had every group the common threshold; None where not measured."""
    shown = lookup.by_method(method)
    if not shown.of(common):
        return None
    (source, other), *_ = shown.pairs(common)
    own = {each.group: each for each in shown.by_group(measure, source, other, said.characteristic)}
    rows = shown.by_group(common, source, other, said.characteristic)
    label = lookup.characteristic_label(said.characteristic)
    name = f"{title(measure)} with thresholds of their own, and with the common one, by {label}"
    table = Table(
        id=anchor(common, method, said.characteristic),
        caption=f"{name} ({METHODS[method].lower()})",
        detail=interval_words(rows),
        columns=(
            Column("group", title(label)),
            BASE,
            Column("own", "Own thresholds", numeric=True),
            Column("own_lower", "Lower limit", numeric=True),
            Column("own_upper", "Upper limit", numeric=True),
            Column("common", "Common threshold", numeric=True),
            Column("common_lower", "Lower limit", numeric=True),
            Column("common_upper", "Upper limit", numeric=True),
        ),
        rows=tuple(_row(row, own.get(row.group)) for row in rows),
    )
    return Part(heading=name, table=table)


def _row(common: Estimate, own: Estimate | None) -> tuple[Cell, ...]:
    missing = (NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE)
    return (
        Cell(row_label(common)),
        base_cell(common),
        *(missing if own is None else _figures(own)),
        *_figures(common),
    )


def _figures(row: Estimate) -> tuple[Cell, ...]:
    return figure_cell(row, percent), *limit_cells(row, percent)
