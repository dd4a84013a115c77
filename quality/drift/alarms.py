"""The alarms of a batch: one for each group that drifts, open until it is as it was."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
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


def alarms_of(
    tests: Sequence[Test],
    sources: Mapping[str, Compared],
    earlier: Sequence[Alarm],
    threshold: int,
) -> list[Alarm]:
    """Return the alarms that are open after a batch: new ones, and earlier ones that still hold.

    An alarm of sources that the batch brings no records of is neither held nor ended by it.

    Parameters
    ----------
    tests
        Of every source that is compared.
    threshold
        A group of fewer records, before or now, is not named.
    """
    sure, limit = found(tests)
    since = {each.cell: each.since for each in earlier}
    kept = [each for each in earlier if not set(each.sources) & set(sources)]
    made = []
    for cell in leaders(sure, limit, sources, since):
        own = tuple(dict.fromkeys(each.source for each in sure if each.cell == cell))
        made.append(
            Alarm(
                *cell,
                own,
                since.get(cell),
                all(_is_large(sources[name], cell, threshold) for name in own),
                tuple(causes_of(cell, tests, limit, sources)),
            )
        )
    return [*(each for each in kept if each.cell not in {a.cell for a in made}), *made]


def _is_large(of: Compared, cell: Cell, threshold: int) -> bool:
    key = (LINKED, None, *cell)
    return cell == ALL or min(of.before.n(key), of.now.n(key)) >= threshold
