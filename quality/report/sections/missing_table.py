"""Missing values found by what they are of, and the table of one source and characteristic."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from linkage.characteristics import MISSING_REASONS
from quality.estimate import Estimate
from quality.report.numbers import Cell, percent, words
from quality.report.page import Column, Table
from quality.report.sections.estimate_cells import (
    BASE,
    LIMITS,
    QUALITY,
    base_cell,
    figure_cell,
    interval_words,
    limit_cells,
    quality_cells,
)
from quality.report.wording import REASONS

MOST_ROWS = 200
"""A longer table shows every reason together; each reason stands in the estimates beside it."""

_ANY = "any reason"
_PLACES: dict[str, int] = {reason: place for place, reason in enumerate(MISSING_REASONS)}


def _place(reason: str) -> int:
    return _PLACES.get(reason, len(_PLACES))


@dataclass(frozen=True)
class Row:
    """All records, or one group of a characteristic."""

    label: str
    characteristic: str | None
    group: str | None


@dataclass(frozen=True)
class Variable:
    """What is missing: an identifier, a variable or a characteristic."""

    measure: str
    name: str
    label: str


class Missing:
    """The shares of missing values, found by source, group, variable and reason."""

    def __init__(self, estimates: Iterable[Estimate]) -> None:
        self._found: dict[tuple[str | None, ...], Estimate] = {}
        self._reasons: dict[tuple[str | None, ...], list[str]] = {}
        for each in estimates:
            variable = (each.source, each.measure, each.variable)
            key = (*variable, each.characteristic, each.group, each.stage)
            self._found[key] = each
            if each.stage is not None and each.characteristic is None:
                self._reasons.setdefault(variable, []).append(each.stage)

    @property
    def sources(self) -> frozenset[str | None]:
        """The sources in which anything was counted."""
        return frozenset(key[0] for key in self._found)

    def variables(self, source: str) -> tuple[tuple[str, str], ...]:
        """Return measure and name of everything counted in a source."""
        found = ((key[1] or "", key[2] or "") for key in self._found if key[0] == source)
        return tuple(dict.fromkeys(found))

    def groups(self, source: str, characteristic: str) -> dict[str, Estimate]:
        """Return the groups of a characteristic, each with any one of its estimates."""
        return {
            each.group: each
            for key, each in self._found.items()
            if (key[0], key[3]) == (source, characteristic) and each.group is not None
        }

    def any_reason(self, source: str, row: Row, variable: Variable) -> Estimate | None:
        """Return the share missing for whatever reason."""
        return self._of(source, row, variable, None)

    def is_suppressed(self, source: str, row: Row, variable: Variable) -> bool:
        """Say whether even the share missing for whatever reason is held back."""
        found = self.any_reason(source, row, variable)
        return found is not None and found.status == "suppressed"

    def by_reason(
        self, source: str, row: Row, variable: Variable
    ) -> Iterator[tuple[str, Estimate]]:
        """Yield the share missing for any reason, then for each that occurs.

        Where only one reason occurs it is the only row: the others would repeat it.
        """
        occurring = self._reasons.get((source, variable.measure, variable.name), [])
        reasons: list[str | None] = [*sorted(occurring, key=_place)]
        if len(reasons) != 1 or reasons == ["does_not_apply"]:
            reasons.insert(0, None)
        if self.is_suppressed(source, row, variable):
            del reasons[1:]  # what is held back in all is held back for each reason
        for reason in reasons:
            found = self._of(source, row, variable, reason)
            if found is not None:
                yield (_ANY if reason is None else REASONS.get(reason, reason)), found

    def _of(self, source: str, row: Row, variable: Variable, reason: str | None) -> Estimate | None:
        key = (source, variable.measure, variable.name, row.characteristic, row.group, reason)
        return self._found.get(key)


def missing_table(
    identity: str,
    name: str,
    missing: Missing,
    source: str,
    axes: tuple[Sequence[Row], Sequence[Variable]],
    notes: tuple[str, ...],
) -> Table:
    """Return the shares of every row and variable, by reason where the table stays readable."""
    found = list(_by_reason(missing, source, axes))
    if len(found) > MOST_ROWS:
        found = list(_any_reason(missing, source, axes))
        notes = (*notes, "Shares by reason stand in the estimates beside this page.")
    return Table(
        id=identity,
        caption=name,
        detail=interval_words(estimate for *_, estimate in found),
        columns=(
            Column("variable", "Variable"),
            Column("group", "Group"),
            Column("reason", "Reason"),
            BASE,
            Column("missing", "Missing", numeric=True),
            *LIMITS,
            *QUALITY,
        ),
        rows=tuple(_cells(*each) for each in found),
        notes=notes,
        headers=2,
    )


_Found = Iterator[tuple[Variable, Row, str, Estimate]]


def _by_reason(
    missing: Missing, source: str, axes: tuple[Sequence[Row], Sequence[Variable]]
) -> _Found:
    rows, variables = axes
    for variable in variables:
        for row in rows:
            found = list(missing.by_reason(source, row, variable))
            if row.group is None and len(rows) > 1:
                del found[1:]  # the table of all records has every reason
            for reason, estimate in found:
                yield variable, row, reason, estimate


def _any_reason(
    missing: Missing, source: str, axes: tuple[Sequence[Row], Sequence[Variable]]
) -> _Found:
    for variable in axes[1]:
        for row in axes[0]:
            if (estimate := missing.any_reason(source, row, variable)) is not None:
                yield variable, row, _ANY, estimate


def _cells(variable: Variable, row: Row, reason: str, estimate: Estimate) -> tuple[Cell, ...]:
    return (
        words(variable.label),
        words(row.label),
        words(reason),
        base_cell(estimate),
        figure_cell(estimate, percent),
        *limit_cells(estimate, percent),
        *quality_cells(estimate),
    )
