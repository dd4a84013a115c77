"""The audit of sources as lines of text, to be read in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cli.columns import columns
from quality.audit.audit import (
    Audit,
    CharacteristicAudit,
    Holding,
    SourceAudit,
)
from quality.audit.completeness import Completeness, LeastComplete, Share
from quality.report.wording import REASONS, group_label, listed, plain


def lines(audit: Audit) -> Iterator[str]:
    """Yield the lines of the audit: sources by identifiers, then characteristics by source."""
    yield f"Audit of the sources of {audit.name}"
    yield "Exact figures, for those who may see the records: not for release"
    yield f"{audit.level:.0%} intervals in brackets: chance alone"
    for source in audit.sources:
        yield from _source(source, audit)
    yield ""
    yield "Characteristics: the nine of the Equality Act 2010"
    yield from _characteristics([each for each in audit.characteristics if each.protected])
    if beyond := [each for each in audit.characteristics if not each.protected]:
        yield ""
        yield "Characteristics beyond the Act"
        yield from _characteristics(beyond)


def _source(source: SourceAudit, audit: Audit) -> Iterator[str]:
    yield ""
    yield f"{source.name}: {source.file}, {source.kind}, {source.records:,} records"
    shown = [
        (_named(each.column), _percent(each.present), _why(each)) for each in source.identifiers
    ]
    shown += [(_named(role), "not held", "") for role in source.not_held]
    yield from columns([("identifier", "present", "missing because"), *shown])
    if source.linkable is None:
        yield "  no blocking rule: no record could be linked"
    else:
        n = len(audit.rules)
        rules = "the one blocking rule" if n == 1 else f"at least one of {n} blocking rules"
        yield f"  {_figure(source.linkable)} could be found by {rules}: all it asks for is there"
    yield f"  {_figure(source.bare)} hold no identifier that few people share"
    yield from _least(source.least_complete, "identifiers", "  ")


def _characteristics(found: Sequence[CharacteristicAudit]) -> Iterator[str]:
    for each in found:
        yield from _characteristic(each)


def _characteristic(found: CharacteristicAudit) -> Iterator[str]:
    label = plain(found.label)
    of_act = plain(found.protected or found.label)
    name = of_act if of_act == label else f"{of_act}, as {label}"
    if not found.holdings:
        yield f"  {name}: held by no source, as far as the configuration says"
    else:
        yield f"  {name}"
        for each in found.holdings:
            yield from _holding(each)
        if found.not_held_by:
            yield f"    not held by {listed(list(found.not_held_by))}"
    for possible in found.could_hold:
        what = "identifier" if possible.is_identifier else "column, not used,"
        yield f"    {possible.source}: its {what} {possible.column} may give it"


def _holding(held: Holding) -> Iterator[str]:
    mode = "" if held.mode is None else f" ({held.mode})"
    yield f"    {held.source}: {held.made_of}"
    yield f"      collected: {held.collected}{mode}"
    yield f"      list: {held.listed_by}"
    why = _why(held.completeness)
    yield f"      complete: {_percent(held.completeness.present)}{f'; {why}' if why else ''}"
    if held.least_complete:
        yield from _least(held.least_complete, "values", "      ")


def _least(found: Sequence[LeastComplete], of_what: str, indent: str) -> Iterator[str]:
    if not found:
        yield f"{indent}no group surely holds fewer {of_what} than all records"
        return
    yield f"{indent}fewest {of_what}, of the groups that surely hold fewer than all records:"
    rows = [
        (
            f"{plain(each.characteristic)}: {group_label(each.group)}",
            "" if each.column.startswith("group_") else _named(each.column),
            _figure(each.present),
            f"{each.of_all:.1%} of all",
        )
        for each in found
    ]
    yield from columns(rows, indent)


def _why(found: Completeness) -> str:
    """Return why values are missing, the commonest reason first."""
    ordered = sorted(found.reasons.items(), key=lambda each: -each[1])
    return ", ".join(f"{REASONS[why]} {_share(n / found.present.n)}" for why, n in ordered)


def _named(column: str) -> str:
    return plain(column)


def _figure(found: Share) -> str:
    between = f"[{_share(found.interval.lower)}, {_share(found.interval.upper)}]"
    return f"{_percent(found)} {between} of {found.n:,} records"


def _percent(found: Share) -> str:
    return _share(found.k / found.n)


def _share(value: float) -> str:
    """Return a percentage, never rounded to a false 0 or 100."""
    if 0 < value < 0.0005:
        return "under 0.1%"
    return "over 99.9%" if 0.9995 <= value < 1 else f"{value:.1%}"
