"""The alarms of a batch: one for each group that drifts, open until it is as it was."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import log
from typing import Any

from quality.drift.causes import Cause, causes_of
from quality.drift.counting import ALL, Cell
from quality.drift.explaining import Compared, leaders
from quality.drift.statistics import LINKED
from quality.drift.testing import Test, found


@dataclass(frozen=True)
class Alarm:
    """A group that is not as it was: a characteristic and its group, both None for all records.

    Parameters
    ----------
    since
        The run in which it was first found, None for this one.
    named
        Whether the group is large enough, now and before, to be called by its name on a screen.
    """

    characteristic: str | None
    group: str | None
    sources: tuple[str, ...]
    since: str | None
    named: bool
    causes: tuple[Cause, ...]

    @property
    def cell(self) -> Cell:
        """The group it is of."""
        return self.characteristic, self.group

    def as_record(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Alarm":
        """Return what :meth:`as_record` gave."""
        causes = tuple(Cause(**{**c, "groups": tuple(c["groups"])}) for c in record["causes"])
        return cls(**{**record, "sources": tuple(record["sources"]), "causes": causes})


LASTS = log(0.05)
"""An alarm is open while one of its tests, by itself, is at least so sure.

To end it takes more than a batch in which the shift was not found anew: else the batch would be
taken for one in which nothing had changed.
"""


def alarms_of(
    tests: Sequence[Test],
    sources: Mapping[str, Compared],
    earlier: Sequence[Alarm],
    threshold: int,
    also: Mapping[Cell, Sequence[Cause]],
) -> list[Alarm]:
    """Return the alarms that are open after a batch: earlier ones that last, and new ones.

    An alarm of sources that the batch brings no records of is neither held nor ended by it.

    Parameters
    ----------
    tests
        Of every source that is compared.
    threshold
        A group of fewer records, before or now, is not named.
    also
        What was found of groups otherwise.
    """
    sure, limit = found(tests)
    again = {*(each.cell for each in sure), *also}
    known = {
        each.cell: each
        for each in earlier
        if each.cell in again or not set(each.sources) & set(sources) or _lasts(each, tests)
    }
    made = []
    for cell in dict.fromkeys([*leaders(sure, limit, sources, known), *also]):
        if cell not in again:
            made.append(known[cell])
            continue
        causes = (*causes_of(cell, tests, limit, sources), *also.get(cell, ()))
        own = tuple(dict.fromkeys(each.source for each in causes if each.sure))
        since = known[cell].since if cell in known else None
        named = all(_is_large(sources.get(name), cell, threshold) for name in own)
        made.append(Alarm(*cell, own, since, named, causes))
    return made


def _lasts(alarm: Alarm, tests: Sequence[Test]) -> bool:
    """Say whether anything that an alarm was raised by is still not as it was."""
    raised = {(each.source, each.statistic, each.variable) for each in alarm.causes if each.sure}
    return any(
        each.cell == alarm.cell
        and (each.source, *each.key[:2]) in raised
        and each.shift.log_p <= LASTS
        for each in tests
    )


def _is_large(of: Compared | None, cell: Cell, threshold: int) -> bool:
    """Say whether a group may be named: it is known to have enough records, now and before."""
    if cell == ALL or of is None:
        return cell == ALL
    key = (LINKED, None, *cell)
    return min(of.before.n(key), of.now.n(key)) >= threshold
