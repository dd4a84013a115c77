"""Where the gaps come from: the stage that lost each group most, and the field that costs it."""

from collections.abc import Iterator

from quality import measures
from quality.estimate import Estimate
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import MINUS, NOT_AVAILABLE, Cell, percent, points, words
from quality.report.page import Column, Part, Section, Table, anchor
from quality.report.sections.approvals import approval_parts
from quality.report.sections.estimate_cells import (
    BASE,
    LIMITS,
    QUALITY,
    base_cell,
    figure_cell,
    finding_cell,
    interval_words,
    limit_cells,
    quality_cells,
)
from quality.report.sections.fields import field_parts
from quality.report.wording import group_label, sentence, title

_MEANING = (
    "A match is lost at the first stage that lost it: no blocking rule brought the two records "
    "together, the record was linked to a wrong partner, or no candidate was above the threshold. "
    "What helps differs by stage, so the stage that lost each group most is named first."
)
_GAPS = (
    "Points of a group's matches lost at a stage, less those of the reference. Above zero, the "
    "stage costs the group more. The three add up to the gap in recall with its sign turned; the "
    "part of that gap is given where there surely is one of a point or more."
)

_LEFT_OUT = "Groups that are suppressed to protect confidentiality are left out of this table."

ACTIONS = {
    "blocking": "Add a blocking rule on other fields",
    "threshold": "Compare with levels that know the error, or ask what a lower threshold costs",
    "assignment": "Look at links to a wrong partner: which field would tell them apart",
}
"""What to do about the stage that lost most of a group's matches."""
_TO_TRY = (
    "link what-if decides this run anew, with another threshold, fewer rules, m by group or "
    "thresholds by group, and shows accuracy and gaps side by side. Nothing is changed by it."
)


def causes_section(lookup: Lookup) -> Section:
    """Return the losses by stage and by field, what to do about them, and what was approved."""
    parts = [*approval_parts(lookup), *_stages(lookup.uncrossed()), *field_parts(lookup)]
    if not parts:
        parts = [Part(paragraphs=("Nothing in this run says where gaps come from.",))]
    return Section("causes", "Where the gaps come from", (*parts, Part(paragraphs=(_TO_TRY,))))


def _stages(lookup: Lookup) -> Iterator[Part]:
    rows = lookup.of(measures.MAIN_LOSS)
    measured = [row for row in rows if row.status != "not_identified"]
    if not measured:
        reasons = dict.fromkeys(sentence(text) for row in rows for text in row.assumptions)
        if reasons:
            yield Part(heading="By stage: not identified", paragraphs=tuple(reasons))
        return
    yield Part(paragraphs=(_MEANING,))
    for source, other in lookup.pairs(measures.MAIN_LOSS):
        for characteristic in lookup.characteristics(measures.MAIN_LOSS):
            main = lookup.by_group(measures.MAIN_LOSS, source, other, characteristic)
            if main:
                overall = lookup.overall(measures.MAIN_LOSS, source, other)
                yield _main(lookup, main if overall is None else (overall, *main))
            gaps = [
                row
                for measure in measures.STAGE_GAPS
                for row in lookup.by_group(measure, source, other, characteristic)
            ]
            shown = [row for row in gaps if row.status != "suppressed"]
            if shown:
                yield _gaps(lookup, shown, len(gaps) - len(shown))


def _main(lookup: Lookup, rows: tuple[Estimate, ...]) -> Part:
    of = rows[-1]
    label = lookup.characteristic_label(of.characteristic or "")
    name = f"Where matches are lost most, by {label}"
    table = Table(
        id=anchor("main-loss", of.source, of.other, of.characteristic),
        caption=f"{name}, as a share of the group's matches",
        detail=interval_words(rows),
        columns=(
            Column("group", title(label)),
            BASE,
            Column("lost", "Lost there", numeric=True),
            *LIMITS,
            Column("stage", "Stage"),
            Column("action", "What to do"),
            *QUALITY,
        ),
        rows=tuple(_main_row(row) for row in rows),
    )
    return Part(heading=name, table=table)


def _main_row(row: Estimate) -> tuple[Cell, ...]:
    action = ACTIONS.get((row.finding or "").removeprefix(measures.PERHAPS))
    return (
        Cell(row_label(row)),
        base_cell(row),
        figure_cell(row, percent),
        *limit_cells(row, percent),
        finding_cell(row),
        NOT_AVAILABLE if action is None else words(action),
        *quality_cells(row),
    )


def _gaps(lookup: Lookup, rows: list[Estimate], n_suppressed: int) -> Part:
    first = rows[0]
    label = lookup.characteristic_label(first.characteristic or "")
    reference = next((row.reference for row in rows if row.reference), None) or ""
    name = f"What each stage costs, by {label}, against {group_label(reference)}"
    shares = {
        (row.other, row.characteristic, row.group, row.stage): row
        for row in lookup.of(measures.RECALL_GAP_SHARE)
    }
    place = lookup.group_places(first.characteristic or "", (row.group or "" for row in rows))
    ordered = sorted(rows, key=lambda row: place[row.group or ""])
    table = Table(
        id=anchor("stage-gaps", first.source, first.other, first.characteristic),
        caption=f"{name}, in percentage points",
        detail=interval_words(rows),
        columns=(
            Column("group", title(label)),
            Column("stage", "Stage"),
            BASE,
            Column("gap", "Costs more (points)", numeric=True),
            *LIMITS,
            Column("part", "Part of the gap in recall"),
            *QUALITY,
        ),
        rows=tuple(
            _gap_row(row, shares.get((row.other, row.characteristic, row.group, row.stage)))
            for row in ordered
        ),
        notes=(_LEFT_OUT,) if n_suppressed else (),
        headers=2,
    )
    return Part(heading=name, paragraphs=(_GAPS,), table=table)


def _gap_row(row: Estimate, share: Estimate | None) -> tuple[Cell, ...]:
    return (
        Cell(row_label(row)),
        words(title(row.stage or "")),
        base_cell(row),
        figure_cell(row, points),
        *limit_cells(row, points),
        _part(share),
        *quality_cells(row),
    )


def _part(share: Estimate | None) -> Cell:
    if share is None or share.estimate is None or share.lower is None or share.upper is None:
        return NOT_AVAILABLE
    text = f"{share.estimate:.0%} ({share.lower:.0%} to {share.upper:.0%})"
    return words(text.replace("-", MINUS))
