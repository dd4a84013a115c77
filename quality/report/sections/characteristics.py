"""By which characteristics of people results are shown: their lists, and who said so of whom."""

from collections.abc import Iterator

from linkage.characteristics.standards import standard
from linkage.config.group_names import ROLLED_UP
from linkage.config.schema import Group
from quality.holders import NOT_STATED, collected, holders, listed_by, made_of, not_held, protected
from quality.measures import MISSING_GROUP
from quality.report.lookup import Lookup
from quality.report.numbers import NOT_AVAILABLE, Cell, percent, words
from quality.report.page import Column, Part, Section, Table
from quality.report.sections.estimate_cells import figure_cell
from quality.report.sections.rates import NO_GROUPS
from quality.report.wording import listed, plain, title

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
        detail="Missing: the share of the source's records without a group; no interval is given.",
        columns=(
            Column("characteristic", "Characteristic"),
            Column("protected", "Equality Act 2010"),
            Column("holder", "Held by"),
            Column("collected", "Collected"),
            Column("list", "List of groups"),
            Column("missing", "Missing", numeric=True),
            Column("small", "Where groups are small"),
        ),
        rows=tuple(row for name in lookup.config.groups for row in _rows(lookup, name)),
        notes=tuple(_published(lookup)),
    )


def _rows(lookup: Lookup, name: str) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each holder of a characteristic, the first one first."""
    group = lookup.config.groups[name]
    found = protected(name, group)
    for held in holders(group):
        yield (
            words(title(lookup.characteristic_label(name))),
            words("beyond the Act" if found is None else plain(found)),
            words(f"{lookup.source_label(held.source)}: {made_of(held)}"),
            words(f"{collected(held)}; mode {held.mode or NOT_STATED}"),
            words(listed_by(group)),
            _missing(lookup, held.source, name),
            words(_roll_up(lookup, name, group)),
        )


def _missing(lookup: Lookup, source: str, name: str) -> Cell:
    """Return the share of the source's records without a group, whatever the reason."""
    found = lookup.of(MISSING_GROUP)
    of_it = (e for e in found if (e.source, e.variable, e.stage) == (source, name, None))
    each = next(of_it, None)
    return NOT_AVAILABLE if each is None else figure_cell(each, percent)


def _published(lookup: Lookup) -> Iterator[str]:
    """Yield where each of the lists was published."""
    lists = (group.harmonised for group in lookup.config.groups.values())
    for name in dict.fromkeys(each for each in lists if each is not None):
        if source := standard(name).source:
            yield f"{name}: {source}"


def _roll_up(lookup: Lookup, name: str, group: Group) -> str:
    headed = group.harmonised is not None and standard(group.harmonised).headings
    if not headed:
        return "no headings to roll up to"
    if group.roll_up == "never":
        return "never rolled up"
    if any(each.characteristic == f"{name}{ROLLED_UP}" for each in lookup.estimates):
        return "the list's headings have tables of their own"
    return "not rolled up: only groups with too few records are, where their heading has enough"


def _reasons(lookup: Lookup) -> Iterator[str]:
    for name, group in lookup.config.groups.items():
        if group.allow_binary is not None:
            yield f"{title(lookup.characteristic_label(name))}: {group.allow_binary}"


def _the_nine(lookup: Lookup) -> str:
    without = [plain(each) for each in not_held(lookup.config.groups)]
    if not without:
        return "All nine protected characteristics of the Equality Act 2010 are in this run."
    text = (
        "Of the nine protected characteristics of the Equality Act 2010 nothing is said here by "
        f"{listed(without)}: the configuration names no column that holds "
        f"{'it' if len(without) == 1 else 'them'}."
    )
    return f"{text} {_NO_LIST}" if "pregnancy and maternity" in without else text
