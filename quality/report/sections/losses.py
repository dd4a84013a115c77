"""What each stage lost: records read, left out, compared with anything, and linked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from linkage.config.schema import Disclosure
from linkage.disclosure import to_base
from quality import measures
from quality.estimate import Estimate
from quality.report.figures.flow import Step, flow
from quality.report.lookup import Lookup
from quality.report.numbers import NOT_AVAILABLE, SUPPRESSED, Cell, count, percent, words
from quality.report.page import Column, Part, Section, Table, anchor
from quality.report.sections.headline import with_interval
from quality.report.wording import METHODS, title

_MEANING = (
    "Each box is what was left after a step; to the right stands who went no further, and why. "
    "They are counts, not estimates: they have no interval."
)
_NOT_ALL_LOST = (
    "A record without a candidate or a link need not be a missed match: {other} may not hold its "
    "person."
)
_LEFT_OVER = "in no link"
_WITHOUT = ("no candidate", "candidates, but no link", _LEFT_OVER)
_LOST = {
    measures.BLOCKING_LOSS: "were lost at blocking",
    measures.THRESHOLD_LOSS: "at the threshold",
    measures.ASSIGNMENT_LOSS: "to a wrong partner",
}
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
    decided = _decided(lookup, source)
    for other, found in decided:
        towards = "" if other in {None, source} else f" to {lookup.source_label(other)}"
        said = tuple(_without_a_link(lookup, source, other)) if towards else ()
        identity = anchor("flow", source, other)
        yield _part(identity, lookup, source, towards, [*losses, *found], said)
    if not decided:
        found = [*_taken(lookup, source)]
        yield _part(anchor("flow", source), lookup, source, "", [*losses, *found])


def _without_a_link(lookup: Lookup, source: str, other: str | None) -> Iterator[str]:
    """Yield what a record without a link may be, and what of the matches was lost, if measured."""
    yield _NOT_ALL_LOST.format(other=lookup.source_label(other))
    for method in measures.MEASURED:
        found = lookup.by_method(method)
        lost = [
            f"{with_interval(row, percent)} {words_}"
            for measure, words_ in _LOST.items()
            if (row := found.overall(measure, source, other)) is not None and row.status == "ok"
        ]
        if lost:
            yield f"Of all matches, by {METHODS[method].lower()}: {'; '.join(lost)}."


def _taken(lookup: Lookup, source: str) -> Iterator[_Loss]:
    """Yield how many records of a source are in a link, where each link takes one of them."""
    focal = lookup.config.focal
    linked = lookup.overall(measures.LINKED, focal, source)
    if linked is not None and lookup.config.assignment == "one_to_one":
        kept = lookup.overall(measures.RECORDS, source, None)
        lost = ((_LEFT_OVER, _difference(lookup, kept, linked)),)
        yield _Loss(f"Linked from {lookup.source_label(focal)}", count_cell(linked), lost)


def _part(
    identity: str,
    lookup: Lookup,
    source: str,
    towards: str,
    losses: list[_Loss],
    said: tuple[str, ...] = (),
) -> Part:
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
        paragraphs=said,
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
            lost = (("no candidate", _difference(lookup, kept, candidate)),)
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
            (words(title(reason)), cell, words("not linked" if reason in _WITHOUT else "left out"))
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
