"""Where the gaps come from: the stage that lost each group most, and the field that costs it."""

from collections.abc import Iterator, Sequence

from quality import measures
from quality.estimate import Estimate
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import Cell, percent, words
from quality.report.page import Column, Part, Section, Table, anchor
from quality.report.sections.approvals import approval_parts
from quality.report.sections.estimate_cells import (
    LIMITS,
    assumptions_part,
    figure_cell,
    finding_cell,
    grade_words,
    interval_words,
    limit_cells,
    told,
    untold,
    with_limits,
)
from quality.report.sections.fields import field_parts
from quality.report.sections.rates import all_suppressed
from quality.report.wording import listed, sentence, title

MEANING = (
    "A match is lost at the first stage that lost it: no blocking rule brought the two records "
    "together, the record was linked to a wrong partner, or no candidate was above the threshold. "
    "What helps differs by stage. Shares are rounded one by one, so the three may not add up "
    "exactly to the missed matches."
)
_LOSSES = {
    measures.BLOCKING_LOSS: "At blocking (interval)",
    measures.THRESHOLD_LOSS: "At the threshold (interval)",
    measures.ASSIGNMENT_LOSS: "To a wrong partner (interval)",
}

ACTIONS = {
    "blocking": "Add a blocking rule on other fields",
    "threshold": "Try a lower threshold, or comparisons with a level for the error",
    "assignment": "Look at links to a wrong partner: which field would tell them apart",
}
"""What to do about the stage that lost most of a group's matches."""

STAGES = {"blocking": "blocking", "threshold": "threshold", "assignment": "wrong partner"}
"""What the stages are called where one of them is named."""

_NO_STAGE = "no stage more than another"
_TO_TRY = (
    "link what-if decides this run anew, with another threshold, fewer rules, m by group or "
    "thresholds by group, and shows accuracy and gaps side by side. Nothing is changed by it."
)


def causes_section(lookup: Lookup) -> Section:
    """Return what was approved, what cannot be said of the stages, and what can be tried."""
    parts = [*approval_parts(lookup), *_not_identified(lookup)]
    if not parts and not lookup.of(measures.MAIN_LOSS) and not lookup.of(measures.FIELD_COST_GAP):
        parts = [Part(paragraphs=("Nothing in this run says where gaps come from.",))]
    rows = lookup.of(measures.FIELD_COST_GAP)
    return Section(
        "causes",
        "What could close the gaps",
        (*parts, Part(paragraphs=(_TO_TRY,)), *assumptions_part(rows)),
    )


def cause_parts(lookup: Lookup, characteristic: str) -> Iterator[Part]:
    """Yield where matches of the groups of a characteristic are lost, and by which field."""
    for source, other in lookup.pairs(measures.MAIN_LOSS):
        rows = lookup.by_group(measures.MAIN_LOSS, source, other, characteristic)
        identified = [row for row in rows if row.status != "not_identified"]
        if identified:
            overall = lookup.overall(measures.MAIN_LOSS, source, other)
            every = (*filter(None, [overall]), *identified)
            yield _main(lookup, every, characteristic)
    yield from field_parts(lookup, characteristic)


def _not_identified(lookup: Lookup) -> Iterator[Part]:
    rows = lookup.of(measures.MAIN_LOSS)
    if all(row.status == "not_identified" for row in rows):
        reasons = dict.fromkeys(sentence(text) for row in rows for text in row.assumptions)
        if reasons:
            yield Part(heading="By stage: not identified", paragraphs=tuple(reasons))


def _main(lookup: Lookup, rows: Sequence[Estimate], characteristic: str) -> Part:
    of = rows[-1]
    label = lookup.characteristic_label(characteristic)
    name = f"Where matches are lost, by {label}"
    kept = told(rows)
    if not kept:
        return all_suppressed(name, len(rows))
    lost = [row for row in kept if row.finding != measures.NOTHING_LOST]
    stages = [measure for measure in _LOSSES if any(_loss(lookup, row, measure) for row in kept)]
    table = Table(
        id=anchor("main-loss", of.source, of.other, characteristic),
        caption=f"{name}, as a share of the group's matches",
        detail=f"{grade_words(kept)} {interval_words(kept)}",
        columns=(
            Column("group", title(label)),
            Column("stage", "Most are lost at"),
            *(
                (Column(measure, _LOSSES[measure]) for measure in stages)
                if stages
                else (Column("lost", "Lost there", numeric=True), *LIMITS)
            ),
        ),
        rows=tuple(_main_row(lookup, row, stages) for row in lost),
        notes=(*_unharmed(kept), *untold(row_label(row) for row in rows if row not in kept)),
    )
    return Part(heading="Where matches are lost", bullets=tuple(_actions(kept)), table=table)


def _unharmed(rows: Sequence[Estimate]) -> Iterator[str]:
    """Yield which groups have no row because no match of theirs was seen lost."""
    names = [row_label(row) for row in rows if row.finding == measures.NOTHING_LOST]
    if names:
        yield f"No match was seen lost, with limits in tables/errors.csv: {listed(names)}."


def _loss(lookup: Lookup, row: Estimate, measure: str) -> Estimate | None:
    place = row.source, row.other, row.characteristic, row.group
    return lookup.by_method(*measures.MEASURED).of_group(measure, *place)


def _main_row(lookup: Lookup, row: Estimate, stages: Sequence[str]) -> tuple[Cell, ...]:
    if stages:
        lost = tuple(with_limits(_loss(lookup, row, measure), percent) for measure in stages)
    else:
        lost = (figure_cell(row, percent), *limit_cells(row, percent))
    return (Cell(row_label(row)), _most(row, lost), *lost)


def _most(row: Estimate, lost: Sequence[Cell]) -> Cell:
    """Return the stage that lost most; where another one's figure reads alike, that none does."""
    finding = finding_cell(row)
    if row.status == "suppressed" or row.finding is None:
        return finding
    first, *others = sorted((cell.value or 0.0 for cell in lost), reverse=True)
    if row.finding.startswith(measures.PERHAPS) and others[:1] == [first]:
        return words(_NO_STAGE)
    return words(finding.text.replace("assignment", STAGES["assignment"]))


def _actions(rows: Sequence[Estimate]) -> Iterator[str]:
    """Yield what to do about each stage at which a group surely loses most, and which groups."""
    for stage, action in ACTIONS.items():
        found = [row for row in rows if row.finding == stage]
        groups = [row_label(row) for row in found if row.group or len(found) == 1]
        if groups:
            yield f"{title(STAGES[stage])} ({listed(groups)}): {action[:1].lower()}{action[1:]}."
