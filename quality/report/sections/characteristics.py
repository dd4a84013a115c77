"""By which characteristics of people results are shown: their lists, and who said so of whom."""

from collections.abc import Iterator

from linkage.characteristics.equality_act import NINE, Protected, protected_of
from linkage.characteristics.standards import standard
from linkage.config.schema import Group
from quality.report.lookup import Lookup
from quality.report.numbers import Cell, words
from quality.report.page import Column, Part, Section, Table
from quality.report.sections.rates import NO_GROUPS
from quality.report.wording import listed, plain, title

_NOT_STATED = "not stated"
_CONFIDENCE = {
    "found": "read where it was published",
    "found_partial": "read in part where it was published: check",
    "our_advice": "our own list",
    "unsure": "list unsure: check",
}
_COLLECTED = {
    "self_reported": "self-reported",
    "proxy": "by someone else for the person (proxy)",
    "administrative": "by an administration",
    "derived": "derived",
    None: _NOT_STATED,
}
_NO_LIST = (
    "There is no harmonised list of pregnancy and maternity: what its values mean is for whoever "
    "holds it to say."
)


def characteristics_section(lookup: Lookup) -> Section:
    """Return the characteristics of the run, and which of the nine of the Act are not in it."""
    groups = lookup.config.groups
    parts = [Part(paragraphs=(NO_GROUPS,))] if not groups else [Part(table=_table(lookup))]
    if reasons := tuple(_reasons(lookup)):
        heading = "Why ethnic groups are put together"
        parts.append(Part(heading=heading, bullets=reasons))
    parts.append(Part(paragraphs=(_the_nine(lookup),)))
    return Section("characteristics", "Characteristics, and where they come from", tuple(parts))


def _table(lookup: Lookup) -> Table:
    return Table(
        id="characteristics-table",
        caption="The characteristics by which results are shown",
        detail="There is no figure in this table.",
        columns=(
            Column("characteristic", "Characteristic"),
            Column("protected", "Equality Act 2010"),
            Column("holder", "Held by"),
            Column("collected", "Collected"),
            Column("list", "List of groups"),
            Column("small", "Where groups are small"),
        ),
        rows=tuple(row for name in lookup.config.groups for row in _rows(lookup, name)),
        notes=tuple(_published(lookup)),
    )


def _rows(lookup: Lookup, name: str) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each holder of a characteristic, the first one first."""
    group = lookup.config.groups[name]
    found = _protected(name, group)
    for source in (group.source, *(other.source for other in group.also)):
        held = group.held_in(source) or group
        yield (
            words(title(lookup.characteristic_label(name))),
            words("beyond the Act" if found is None else plain(found)),
            words(f"{lookup.source_label(source)}: {_made_of(held)}"),
            words(f"{_COLLECTED[_collected(held)]}; mode {held.mode or _NOT_STATED}"),
            words(_list(group)),
            words(_roll_up(group)),
        )


def _protected(name: str, group: Group) -> Protected | None:
    return group.protected or protected_of(name, group.harmonised)


def _collected(group: Group) -> str | None:
    """Return how it was collected; what is made of other columns is derived."""
    made = group.from_ is not None or group.lookup is not None
    return group.collected or ("derived" if made else None)


def _made_of(group: Group) -> str:
    on = "" if group.on is None else f" on {group.on.isoformat()}"
    if group.from_ == "date_of_birth":
        return f"age{on}, from the date of birth"
    if group.from_ == "address":
        return "whether there is a fixed abode, from the address"
    if group.from_ == "household":
        ages = "" if group.on is None else f" and their ages{on}"
        return f"who shares the column {group.column}{ages}"
    looked_up = "" if group.lookup is None else f", looked up in {group.lookup.path.name}"
    return f"column {group.column}{looked_up}"


def _list(group: Group) -> str:
    if group.harmonised is None:
        return "none: the values of the column"
    return f"{group.harmonised}, {_CONFIDENCE[standard(group.harmonised).confidence]}"


def _published(lookup: Lookup) -> Iterator[str]:
    """Yield where each of the lists was published."""
    lists = (group.harmonised for group in lookup.config.groups.values())
    for name in dict.fromkeys(each for each in lists if each is not None):
        if source := standard(name).source:
            yield f"{name}: {source}"


def _roll_up(group: Group) -> str:
    headed = group.harmonised is not None and standard(group.harmonised).headings
    if not headed:
        return "no headings to roll up to"
    if group.roll_up == "never":
        return "never rolled up"
    return "the list's headings stand beside them"


def _reasons(lookup: Lookup) -> Iterator[str]:
    for name, group in lookup.config.groups.items():
        if group.allow_binary is not None:
            yield f"{title(lookup.characteristic_label(name))}: {group.allow_binary}"


def _the_nine(lookup: Lookup) -> str:
    held = {_protected(name, group) for name, group in lookup.config.groups.items()}
    without = [plain(each) for each in NINE if each not in held]
    if not without:
        return "All nine protected characteristics of the Equality Act 2010 are in this run."
    text = (
        "Of the nine protected characteristics of the Equality Act 2010 nothing is said here by "
        f"{listed(without)}: the configuration names no column that holds "
        f"{'it' if len(without) == 1 else 'them'}."
    )
    return f"{text} {_NO_LIST}" if "pregnancy and maternity" in without else text
