"""What each stage lost: records read, left out, compared with anything, and linked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from linkage.config.schema import Disclosure
from linkage.disclosure import to_base
from quality import measures
from quality.estimate import Estimate
from quality.report.figures.flow import Step, flow
from quality.report.lookup import Lookup
from quality.report.numbers import NOT_AVAILABLE, SUPPRESSED, Cell, count, words
from quality.report.page import Column, Part, Section, Table, anchor

_MEANING = (
    "Each box is what was left after a step; to the right stands what the step lost. They are "
    "counts, not estimates: they have no interval."
)
_ROUNDED = "Counts are rounded, so they may not add up."
_FILTERS = {
    "keep": "left out: outside the values to keep",
    "drop": "left out: among the values to drop",
}


@dataclass(frozen=True)
class _Loss:
    """A step with the records it left, and the words and number of what it lost."""

    step: str
    left: Cell
    lost: tuple[tuple[str, Cell], ...] = ()


def losses_section(lookup: Lookup) -> Section:
    """Return the flow of every source's records."""
    parts = [part for source in lookup.config.sources for part in _source(lookup, source)]
    if parts:
        rounded = (_ROUNDED,) if lookup.config.disclosure.rounding > 1 else ()
        parts.insert(0, Part(paragraphs=(_MEANING, *rounded)))
    else:
        parts = [Part(paragraphs=("No count of records was kept in this run.",))]
    return Section("flow", "What each stage lost", tuple(parts))


def _source(lookup: Lookup, source: str) -> Iterator[Part]:
    losses = [*_ingest(lookup, source)]
    if not losses:
        return
    for other, found in _decided(lookup, source):
        towards = "" if other in {None, source} else f" to {lookup.source_label(other)}"
        yield _part(anchor("flow", source, other), lookup, source, towards, [*losses, *found])
    if not _decided(lookup, source):
        yield _part(anchor("flow", source), lookup, source, "", losses)


def _part(identity: str, lookup: Lookup, source: str, towards: str, losses: list[_Loss]) -> Part:
    name = f"Flow of {lookup.source_label(source)}{towards}"
    steps = [
        Step(
            f"{loss.step}\n{loss.left.text}",
            "\n".join(f"{reason}: {cell.text}" for reason, cell in loss.lost) or None,
        )
        for loss in losses
    ]
    return Part(
        heading=name,
        figure=flow(f"{identity}-plot", name, steps),
        table=_table(identity, name, losses),
    )


def _ingest(lookup: Lookup, source: str) -> Iterator[_Loss]:
    read = lookup.overall(measures.RECORDS_READ, source, None)
    kept = lookup.overall(measures.RECORDS, source, None)
    if read is not None:
        yield _Loss("Rows read", count_cell(read))
    if kept is not None:
        dropped = [
            (_FILTERS.get(each.variable or "", "left out"), count_cell(each))
            for each in lookup.of(measures.RECORDS_DROPPED)
            if each.source == source
        ]
        yield _Loss("Records to be linked", count_cell(kept), tuple(dropped))


def _decided(lookup: Lookup, source: str) -> list[tuple[str | None, list[_Loss]]]:
    """Return the steps after blocking and decision, for each source linked to."""
    kept = lookup.overall(measures.RECORDS, source, None)
    found = []
    for other in _others(lookup, source):
        candidate = lookup.overall(measures.WITH_CANDIDATE, source, other)
        steps = []
        if candidate is not None:
            lost = (("no candidate above the floor", _difference(lookup, kept, candidate)),)
            steps.append(_Loss("Records with a candidate", count_cell(candidate), lost))
        for measure, step in (
            (measures.LINKED, "Linked records"),
            (measures.WITH_DUPLICATE, "Records with a duplicate"),
        ):
            decided = lookup.overall(measure, source, other)
            if decided is not None:
                lost = (("candidates, but no link", _difference(lookup, candidate, decided)),)
                steps.append(_Loss(step, count_cell(decided), lost))
        found.append((other, steps))
    return found


def _others(lookup: Lookup, source: str) -> Iterable[str | None]:
    pairs = (
        pair
        for measure in (measures.LINKED, measures.WITH_DUPLICATE)
        for pair in lookup.pairs(measure)
        if pair[0] == source
    )
    return dict.fromkeys(other for _, other in pairs)


def count_cell(estimate: Estimate) -> Cell:
    """Return a count that passed disclosure control, or the word that stands in its place."""
    if estimate.status == "suppressed":
        return SUPPRESSED
    return NOT_AVAILABLE if estimate.estimate is None else count(estimate.estimate)


def people_cell(n: int, rules: Disclosure) -> Cell:
    """Return a count of people that is tied to no other figure, controlled by itself."""
    if n < rules.threshold:
        return words(f"fewer than {rules.threshold}")
    return count(to_base(n, rules.rounding))


def _difference(lookup: Lookup, before: Estimate | None, after: Estimate) -> Cell:
    """Return what was lost, from counts that are rounded already; or why not."""
    if "suppressed" in {after.status, before and before.status}:
        return SUPPRESSED
    if before is None or before.estimate is None or after.estimate is None:
        return NOT_AVAILABLE
    lost = before.estimate - after.estimate
    threshold = lookup.config.disclosure.threshold
    return words(f"fewer than {threshold}") if lost < threshold else count(lost)


def _table(identity: str, name: str, losses: list[_Loss]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for loss in losses:
        rows += [
            (words(reason[:1].upper() + reason[1:]), cell, words("lost"))
            for reason, cell in loss.lost
        ]
        rows.append((words(loss.step), loss.left, words("left")))
    return Table(
        id=identity,
        caption=name,
        detail="Counts of records: they have no interval.",
        columns=(
            Column("step", "Step"),
            Column("records", "Records", numeric=True),
            Column("what", "Lost or left"),
        ),
        rows=tuple(rows),
    )
