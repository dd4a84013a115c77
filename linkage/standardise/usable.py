"""Whether standardising a source left anything to link with, and its groups anyone in them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.config.schema import Source
from linkage.errors import Fault
from linkage.sources.faults import counted, fault
from linkage.standardise.analysed import MISFIT
from linkage.standardise.cleaners import Cleaner
from linkage.standardise.source import Standardised

_Flags = npt.NDArray[np.bool_]

_SHARE = 0.01
_CHECK = "check that the column holds what columns: says, and its kind:"
_FIXES = {
    "date_of_birth": "state how the dates are written: format: [...] in strptime codes",
    "sex": 'state what the codes mean: codes: {"1": M, "2": F}, the way this source does',
    "postcode": "write  style: plain  for postcodes of other countries",
    "person_number": "write  scheme: plain  for numbers without an NHS check digit",
}
_GROUP_FIX = (
    "check standard:; for a sex in codes, map the column as the role sex too, with codes: there"
)

_NUMBER_FIX = (
    "name the codes for a missing value under missing:, or write  kind: category  for a covariate"
)


@dataclass
class _Outcome:
    """What became of the values of a role or group: how many are left, how many were invalid."""

    columns: tuple[str, ...]
    left: int = 0
    invalid: int = 0

    def add(self, made: Standardised) -> _Flags:
        """Count a batch; return which of its records have a value."""
        filled, invalid = np.zeros(made.n, bool), np.zeros(made.n, bool)
        for name in self.columns:
            if name.startswith(("missing_", MISFIT)):
                reasons = made.columns[name]
                invalid |= reasons.holds("invalid") | reasons.holds("unknown_code")
            else:
                filled |= made.columns[name].filled
        self.left += int(filled.sum())
        self.invalid += int(invalid.sum())
        return filled


class Outcomes:
    """What became of the values of one source, over its batches.

    Parameters
    ----------
    analysed
        The columns of the source that an analysis is of, by the name of the standardised one.
    """

    def __init__(
        self, roles: Iterable[Cleaner], groupings: Iterable[str], analysed: Mapping[str, str]
    ) -> None:
        self._roles = {each.role: _Outcome(tuple(each.columns)) for each in roles}
        self._groups = {each: _Outcome((each, f"missing_{each}")) for each in groupings}
        self._analysed = {
            name: (column, _Outcome((name, f"{MISFIT}{name}"))) for name, column in analysed.items()
        }
        self._rows = 0
        self._with_something = 0

    def add(self, made: Standardised) -> None:
        """Count a batch."""
        something = np.zeros(made.n, bool)
        for outcome in self._roles.values():
            something |= outcome.add(made)
        for outcome in self._groups.values():
            outcome.add(made)
        for _, outcome in self._analysed.values():
            outcome.add(made)
        self._rows += made.n
        self._with_something += int(something.sum())

    def unusable(self, name: str, source: Source) -> Iterator[Fault]:
        """Yield a fault where no row, or not one value of a role or group, can be used."""
        for judged, outcome in (self._roles | self._groups).items():
            if outcome.left == 0 and outcome.invalid and outcome.invalid >= _SHARE * self._rows:
                yield _unreadable(name, source, judged, outcome.invalid)
        for column, outcome in self._analysed.values():
            if outcome.invalid > _SHARE * self._rows:
                n = counted(outcome.invalid, "value")
                message = (
                    f"{n} of {column}, which is analysed, can be read neither so nor as missing"
                )
                yield fault("D325", name, source, message, _NUMBER_FIX)
        if self._with_something == 0:
            message = f"none of {counted(self._rows, 'row')} holds a usable value in any column"
            yield fault("D319", name, source, message, "check columns: against the file")


def _unreadable(name: str, source: Source, judged: str, invalid: int) -> Fault:
    values = counted(invalid, "value")
    if judged not in source.columns:
        group = judged.removeprefix("group_")
        message = f"none of {values} of the group {group} stands in its standard"
        return fault("D321", name, source, message, _GROUP_FIX)
    column = source.columns[judged].column or "the day, month and year columns"
    message = f"none of {values} of {column} can be read as {judged}"
    return fault("D321", name, source, message, _FIXES.get(judged, _CHECK))
