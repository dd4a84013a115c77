"""Who approved the linkage, for whom and until when, and how duties are separated."""

from collections.abc import Iterator
from datetime import date

from linkage.config.schema import Approval, Config, Roles
from linkage.governance.standing import standing
from linkage.runs.events import today
from quality.report.lookup import Lookup
from quality.report.numbers import Cell, count, words
from quality.report.page import Column, Fact, Part, Section, Table

_COLUMNS = (
    Column("sources", "Sources"),
    Column("by", "Approved by"),
    Column("holder", "For"),
    Column("on", "From"),
    Column("until", "Until"),
    Column("reason", "Why"),
)


def governance_sections(lookup: Lookup, started: str | None) -> tuple[Section, ...]:
    """Return who approved what and who may do what; nothing where the linkage is not governed."""
    config = lookup.config
    if not config.governed:
        return ()
    day = today() if started is None else date.fromisoformat(started[:10])
    facts = Part(facts=tuple(_facts(config, day)))
    return (Section("governance", "Governance", (facts, _approvals(lookup, day))),)


def _facts(config: Config, day: date) -> Iterator[Fact]:
    until = standing(config, day).until
    yield Fact("purpose", "Purpose", words(config.purpose))
    yield Fact("law", "Legal gateway", words(config.documentation.legal_gateway or "not said"))
    yield Fact("until", "Approved until", _day(until))
    if config.governance.retention_days is not None:
        kept = words(f"{config.governance.retention_days} days after the run")
        yield Fact("retention", "Records are held for at most", kept)
    yield from _duties(config.governance.roles)


def _duties(roles: Roles | None) -> Iterator[Fact]:
    """Yield how many users have each role: who they are is no reader's business."""
    if roles is None:
        yield Fact(
            "roles", "Roles", words("not separated: any other user than the runner releases")
        )
        return
    yield Fact("identifiers", "Users who may see identifiers", count(len(roles.see_identifiers)))
    if roles.set_threshold:
        yield Fact("threshold", "Users who settle the threshold", count(len(roles.set_threshold)))
    if roles.release:
        label = "Users who release, none of them with another role"
        yield Fact("release", label, count(len(roles.release)))


def _approvals(lookup: Lookup, day: date) -> Part:
    given = lookup.config.governance.approvals
    used = [given[i] for i in standing(lookup.config, day).approvals]
    table = Table(
        id="approvals",
        caption="The approvals that this run rests on",
        detail="",
        columns=_COLUMNS,
        rows=tuple(_row(lookup, each) for each in used if each.what == "linkage"),
    )
    return Part(table=table)


def _row(lookup: Lookup, said: Approval) -> tuple[Cell, ...]:
    return (
        words(", ".join(lookup.source_label(name) for name in said.sources)),
        words(f"{said.by}, {said.role}"),
        words(said.holder or ""),
        _day(said.on),
        _day(said.until),
        words(said.reason),
    )


def _day(day: date | None) -> Cell:
    return words("no day is set" if day is None else f"{day:%-d %B %Y}")
