"""What an attack named rightly: by field, by way of attack, by group."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

NAMES = ("first_name", "middle_name", "surname")
"""The fields of which any one rightly named counts as a name."""

PARTS = frozenset(
    "birth_year birth_month birth_day first_initial middle_initial surname_initial".split()
)
"""Parts of a field that many people share."""

FREQUENCY, MINING = "frequency alignment", "pattern mining"


@dataclass(frozen=True)
class FieldRisk:
    """What the stronger attack on one field found.

    Parameters
    ----------
    share
        Records whose value was rightly named, of all records.
    claimed
        Records for which a value was named at all, of all records.
    exact
        The share that frequency alignment names with the exact counts of this very source: an upper
        bound that only someone who holds the file could reach.
    joined
        The largest class of records that was seen to share one value, of all records.
    """

    field: str
    attack: str
    share: float
    claimed: float
    exact: float
    joined: float


@dataclass(frozen=True)
class GroupRisk:
    """The share of a group's records of which any name was rightly named.

    ``characteristic`` is ``frequency of the name`` where groups are of frequent and rare names.
    """

    characteristic: str
    group: str
    records: int
    share: float


@dataclass(frozen=True)
class Risk:
    """What the attacks found on a source as it would be sent.

    Parameters
    ----------
    fields
        One a field that was attacked, the names first.
    any_name
        Records of which at least one name was rightly named, of all records.
    by_group
        Of the same, by group, for groups of ten records and more.
    readable
        The coarse columns: the linkage unit can read them, so that they are not attacked.
    given
        The fields whose list was given; for the others the source's own counts were drawn anew.
    """

    records: int
    fields: tuple[FieldRisk, ...]
    any_name: float
    by_group: tuple[GroupRisk, ...]
    readable: tuple[str, ...]
    given: tuple[str, ...]

    @property
    def judged(self) -> float:
        """What a limit is set on: the largest share of any field, or of any name at all.

        Parts that many people share, such as a month of birth, identify nobody and are only told.
        """
        shares = [each.share for each in self.fields if each.field not in PARTS]
        return max([self.any_name, *shares])

    @property
    def worst(self) -> FieldRisk | None:
        """The field of which most was rightly named, parts left out; None where there is none."""
        judged = [each for each in self.fields if each.field not in PARTS]
        return max(judged, key=lambda each: each.share, default=None)

    def as_record(self) -> dict[str, Any]:
        """Return the risk as plain values: shares, never values."""
        return asdict(self)


def by_group(
    named: npt.NDArray[np.bool_],
    weights: npt.NDArray[np.float64],
    groups: Mapping[str, Sequence[str | None]],
    least: int,
) -> tuple[GroupRisk, ...]:
    """Return the share of each group that was named, of those of ``least`` records and more.

    ``weights`` says how many records each stands for.
    """
    found = []
    for characteristic, labels in groups.items():
        held = np.array(["" if label is None else label for label in labels], str)
        for label in np.unique(held[held != ""]).tolist():
            here = held == label
            if (n := int(here.sum())) >= least:
                share = float((weights[here] * named[here]).sum() / max(weights[here].sum(), 1))
                found.append(GroupRisk(characteristic, label, n, share))
    return tuple(found)
