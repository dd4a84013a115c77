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
from quality.report.wording import REASONS, listed

_IN_THE_FILE = "Shares by reason stand in the estimates beside this page."
_NO_ROW = "Where reasons have no row, each of them is suppressed or is the only one."
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


EVERYONE = Row("All records", None, None)


@dataclass(frozen=True)
class Variable:
    """What is missing: an identifier, a variable or a characteristic."""

    measure: str
    name: str
    label: str


class Missing:
    """The shares of missing values in one source, found by group, variable and reason."""

    def __init__(self, estimates: Iterable[Estimate]) -> None:
        self._found: dict[tuple[str | None, ...], Estimate] = {}
        self._reasons: dict[tuple[str | None, ...], list[str]] = {}
        for each in estimates:
            variable = (each.measure, each.variable)
            self._found[(*variable, each.characteristic, each.group, each.stage)] = each
            if each.stage is not None and each.characteristic is None:
                self._reasons.setdefault(variable, []).append(each.stage)

    @property
    def variables(self) -> tuple[tuple[str, str], ...]:
        """Measure and name of everything that was counted."""
        return tuple(dict.fromkeys((key[0] or "", key[1] or "") for key in self._found))

    def groups(self, characteristic: str) -> dict[str, Estimate]:
        """Return the groups of a characteristic, each with any one of its estimates."""
        return {
            each.group: each
            for each in self._found.values()
            if each.characteristic == characteristic and each.group is not None
        }

    def any_reason(self, row: Row, variable: Variable) -> Estimate | None:
        """Return the share missing for whatever reason."""
        return self._of(row, variable, None)

    def is_suppressed(self, row: Row, variable: Variable) -> bool:
        """Say whether even the share missing for whatever reason is held back."""
        found = self.any_reason(row, variable)
        return found is not None and found.status == "suppressed"

    def by_reason(self, row: Row, variable: Variable) -> Iterator[tuple[str, Estimate]]:
        """Yield the share missing for any reason, then for each that occurs.

        Where only one reason occurs it is the only row: the others would repeat it. Where each
        reason is held back, the row of them all is the only one.
        """
        occurring = sorted(self._reasons.get((variable.measure, variable.name), []), key=_place)
        alone = len(occurring) == 1 and occurring != ["does_not_apply"]
        if not alone and (together := self.any_reason(row, variable)) is not None:
            yield _ANY, together
        found = [(reason, self._of(row, variable, reason)) for reason in occurring]
        if alone or any(each is not None and each.status == "ok" for _, each in found):
            for reason, each in found:
                if each is not None:
                    yield REASONS.get(reason, reason), each

    def _of(self, row: Row, variable: Variable, reason: str | None) -> Estimate | None:
        key = (variable.measure, variable.name, row.characteristic, row.group, reason)
        return self._found.get(key)


def missing_table(
    identity: str,
    name: str,
    missing: Missing,
    rows: Sequence[Row],
    variables: Sequence[Variable],
) -> Table:
    """Return the shares of every row and variable, those of all records by reason."""
    by_group = rows != [EVERYONE]
    found = [*(_any_reason if by_group else _by_reason)(missing, rows, variables)]
    note = _IN_THE_FILE if by_group else _NO_ROW
    told = [each for each in found if each[-1].status != "suppressed"]
    return Table(
        id=identity,
        caption=name,
        detail=interval_words(estimate for *_, estimate in told),
        columns=(
            Column("variable", "Variable"),
            Column("group", "Group"),
            Column("reason", "Reason", short=True),
            BASE,
            Column("missing", "Missing", numeric=True),
            *LIMITS,
            *QUALITY,
        ),
        rows=tuple(_cells(*each) for each in told),
        notes=(*_untold(found), note),
        headers=2,
    )


def _untold(found: Iterable[tuple[Variable, Row, str, Estimate]]) -> Iterator[str]:
    """Yield, for each variable, the rows that are not there because they are suppressed."""
    hidden: dict[str, dict[str, None]] = {}
    for variable, row, _, estimate in found:
        if estimate.status == "suppressed":
            hidden.setdefault(variable.label, {})[row.label] = None
    for label, rows in hidden.items():
        yield f"Suppressed [c] of {label}, in whole or by reason: {listed([*rows])}."


_Found = Iterator[tuple[Variable, Row, str, Estimate]]


def _by_reason(missing: Missing, rows: Sequence[Row], variables: Sequence[Variable]) -> _Found:
    for variable in variables:
        for row in rows:
            for reason, estimate in missing.by_reason(row, variable):
                yield variable, row, reason, estimate


def _any_reason(missing: Missing, rows: Sequence[Row], variables: Sequence[Variable]) -> _Found:
    for variable in variables:
        for row in rows:
            if (estimate := missing.any_reason(row, variable)) is not None:
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
