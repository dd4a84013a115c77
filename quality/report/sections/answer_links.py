"""Where each answer of the first screen leads: to the table that it is read from."""

from collections.abc import Iterator, Sequence

from quality.estimate import Estimate
from quality.report.lookup import Lookup
from quality.report.measured import measured_rates
from quality.report.page import Link, anchor, caption_of
from quality.report.sections.missed import likely_missed, missed_more, recall_gaps


def groups_link(lookup: Lookup) -> Link:
    """Return the link to the table of the worst group's characteristic, else of the first one."""
    rows = (missed_more(lookup) or likely_missed(lookup) or recall_gaps(lookup))[:1]
    to = [caption_of(anchor("summary", *_place(row))) for row in rows]
    by = [anchor("by", row.characteristic) for row in rows]
    return Link("group by group", (*to, *by, "groups"))


def measured_links(lookup: Lookup) -> Iterator[Link]:
    """Yield links to the rates of all records, to what they rest on and to the words."""
    for row in measured_rates(lookup)[:1]:
        yield Link("every rate", (caption_of(anchor("errors", row.source, row.other)), "errors"))
    yield Link("what it rests on", ("limitations",))
    yield Link("words used here", ("glossary",))


def missed_links(lookup: Lookup) -> Iterator[Link]:
    """Yield the link to the gaps of the characteristic of the group missed most."""
    for row in (missed_more(lookup) or likely_missed(lookup))[:1]:
        to = caption_of(anchor(row.measure, *_place(row)))
        yield Link("gaps of every group", (to, anchor("by", row.characteristic)))
        return
    yield Link("gaps of every group", ("groups",))


def change_links(worst: Sequence[Estimate]) -> Iterator[Link]:
    """Yield the link to the losses by stage of the group missed most."""
    for row in worst:
        to = caption_of(anchor("main-loss", row.source, row.other, row.characteristic))
        yield Link("losses by stage", (to, "causes"))


def _place(row: Estimate) -> tuple[str | None, ...]:
    return row.method, row.source, row.other, row.characteristic
