"""The field that costs each group most, and at which level of agreement: models only."""

from collections.abc import Iterator, Sequence

from quality import measures
from quality.estimate import Estimate
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import NOT_AVAILABLE, Cell, weight, words
from quality.report.page import Column, Part, Table, anchor
from quality.report.sections.estimate_cells import (
    BASE,
    QUALITY,
    base_cell,
    limit_cells,
    quality_cells,
)
from quality.report.wording import group_label, listed, plain, title

MEANING = (
    "A field costs a group as many bits of match weight as its matches lie, on average, below full "
    "agreement on it; ten bits are a factor of a thousand in the odds. Named is the field that "
    "costs the group most against the reference. Limits are a range over what may be taken for a "
    "match, and no interval: nothing here was measured."
)

_KNOWN_ERRORS = ("swapped", "contained", "initial", "nearly", "one digit", "alike")
"""Words of levels that know an error: two parts changed places, one name of two, a slip."""

_KNOWS = "The comparison has a level for this error: try an m of the group's own (link what-if)"
_BLIND = "Only a coarse level takes this error: look at reviewed pairs, and add a finer one"


def field_parts(lookup: Lookup, characteristic: str) -> Iterator[Part]:
    """Yield the field that costs each group of a characteristic most, where one surely does."""
    for source, other in lookup.pairs(measures.FIELD_COST_GAP):
        rows = lookup.by_group(measures.FIELD_COST_GAP, source, other, characteristic)
        most = list(_costliest(rows))
        sure = [row for row in most if round(row.lower or 0.0, 1) > 0]
        if sure:
            yield _part(lookup, sure, [row for row in most if row not in sure])


def _costliest(rows: Sequence[Estimate]) -> Iterator[Estimate]:
    """Yield of each group the field with the highest range; nothing of groups held back."""
    for group in dict.fromkeys(row.group for row in rows):
        own = [row for row in rows if row.group == group and row.lower is not None]
        if own:
            yield max(own, key=_middle)


def _middle(row: Estimate) -> float:
    return ((row.lower or 0.0) + (row.upper or 0.0)) / 2


def _part(lookup: Lookup, rows: Sequence[Estimate], others: Sequence[Estimate]) -> Part:
    first = rows[0]
    label = lookup.characteristic_label(first.characteristic or "")
    name = f"The field that costs most, by {label}, against {group_label(first.reference or '')}"
    table = Table(
        id=anchor("field-costs", first.source, first.other, first.characteristic),
        caption=f"{name}, in bits of match weight",
        detail="A range over what may be taken for a match: models only, not an interval.",
        columns=(
            Column("group", title(label)),
            BASE,
            Column("field", "Field"),
            Column("lower", "Costs more, from (bits)", numeric=True),
            Column("upper", "Costs more, to (bits)", numeric=True),
            Column("level", "Level that is commoner"),
            Column("action", "What to do"),
            *QUALITY,
        ),
        rows=tuple(_row(lookup, row) for row in rows),
        notes=tuple(_none_told(others)),
    )
    return Part(heading="The field that costs most", table=table)


def _none_told(rows: Sequence[Estimate]) -> Iterator[str]:
    if rows:
        yield f"No field surely costs more: {listed([row_label(row) for row in rows])}."


def _row(lookup: Lookup, row: Estimate) -> tuple[Cell, ...]:
    level = _level(lookup, row)
    return (
        Cell(row_label(row)),
        base_cell(row),
        words(title(row.variable or "")),
        *limit_cells(row, weight),
        NOT_AVAILABLE if level is None else words(plain(level)),
        NOT_AVAILABLE if level is None else words(_action(level)),
        *quality_cells(row),
    )


def _action(level: str) -> str:
    return _KNOWS if any(word in level for word in _KNOWN_ERRORS) else _BLIND


def _level(lookup: Lookup, row: Estimate) -> str | None:
    """Return the level short of agreement that is surely commoner than in the reference, if any.

    Where there are several, that which is most so.
    """
    excess = {}
    for own, reference in _levels(lookup, row):
        # the strictest level is commoner where the field costs less
        if own.lower is not None and reference.upper is not None:
            excess[own.stage or ""] = own.lower - reference.upper
    level = max(excess, key=lambda name: excess[name], default=None)
    return level if level is not None and excess[level] > 0 else None


def _levels(lookup: Lookup, row: Estimate) -> Iterator[tuple[Estimate, Estimate]]:
    """Yield every level of the field: m of the group, and of the reference."""
    shown = [
        each
        for each in lookup.of(measures.M_BY_GROUP)
        if (each.other, each.characteristic, each.variable)
        == (row.other, row.characteristic, row.variable)
    ]
    reference = {each.stage: each for each in shown if each.group == row.reference}
    for each in shown:
        if each.group == row.group and each.stage in reference:
            yield each, reference[each.stage]
