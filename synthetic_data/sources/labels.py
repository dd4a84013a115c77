"""How a source writes the groups of a characteristic: its list, its codes, what has no group."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from linkage.characteristics.crosswalks import crosswalk, crosswalk_names
from linkage.characteristics.missing import MissingReason
from linkage.characteristics.standards import Standard, standard
from synthetic_data.arrays import Codes, Floats, Texts, texts
from synthetic_data.codes import HARMONISED
from synthetic_data.people.vocabulary import NAMES
from synthetic_data.spec.schema import SourceSpec

_SEXES = {"F": "Female", "M": "Male"}
_IN_WORDS: Final[dict[MissingReason, str]] = {
    "not_stated": "Not stated",
    "prefer_not_to_say": "Prefer not to say",
    "placeholder": "UNKNOWN",
    "unknown_code": "99",
    "invalid": "99",
}
"""What stands for a reason where the list has nothing for it; other reasons leave a blank."""


@dataclass(frozen=True, eq=False)
class Labels:
    """How the groups of a characteristic are written.

    ``ways`` has a row a group, and one more for whom none applies; several columns where the list
    cannot be told from the group alone. ``ends`` holds the shares of the ways, summed up.
    """

    ways: Texts
    ends: Floats

    def written(self, codes: Codes, luck: Floats) -> Texts:
        """Return the text of each code; ``luck`` from 0 to 1 says which, where there are more."""
        if self.ways.shape[1] == 1:
            return np.asarray(self.ways[codes, 0])
        way = (luck[:, np.newaxis] >= self.ends[codes, :-1]).sum(axis=1)
        return np.asarray(self.ways[codes, way])


def labels(characteristic: str, source: SourceSpec) -> Labels:
    """Return how a source writes the groups of a characteristic.

    Raises
    ------
    ValueError
        When there is no way from its groups to the list that the source states.
    """
    of_groups = [_of_group(characteristic, group, source) for group in NAMES[characteristic]]
    nothing = reason_text(characteristic, "does_not_apply", source)
    several = max(map(len, of_groups))
    ways = np.full((len(of_groups) + 1, several), None, dtype=np.object_)
    shares = np.zeros(ways.shape)
    own = source.codes.get(characteristic, {})
    for row, found in enumerate(of_groups):
        ways[row, : len(found)] = [own.get(label, label) for label in found]
        shares[row, : len(found)] = list(found.values())
    ways[-1, 0], shares[-1, 0] = nothing, 1.0
    return Labels(ways, np.cumsum(shares, axis=1))


def reason_text(column: str, reason: MissingReason, source: SourceSpec) -> str | None:
    """Return what a source writes where a value is missing; None is a blank.

    The code or label of its harmonised list, where that has one for the reason.
    """
    named = source.lists.get(column, HARMONISED.get(column))
    found = [] if named is None else _spellings(standard(named), reason)
    if found:
        return found[-1] if column in source.lists else found[0]
    return _IN_WORDS.get(reason)


def _spellings(listed: Standard, reason: MissingReason) -> list[str]:
    """Return the code and the label that a list has for a reason."""
    return [spelling for spelling, why in listed.missing.items() if why == reason]


def _of_group(characteristic: str, group: str, source: SourceSpec) -> dict[str, float]:
    """Return what a group is called in the list of the source, with the share of each way."""
    named = source.lists.get(characteristic)
    if named is None:
        return {group: 1.0}
    own = HARMONISED.get(characteristic)
    if own is None or (named != own and (own, named) not in crosswalk_names()):
        raise ValueError(f"there is no way from the groups of {characteristic} to {named}")
    label = standard(own).group(_SEXES.get(group, group))
    if label is None:
        raise ValueError(f"{own} has no group {group}")
    return {label: 1.0} if named == own else dict(crosswalk(own, named).becomes[label])


def age_texts(ages: Floats, source: SourceSpec) -> Texts:
    """Return ages in whole years, or their bands where the source states a list; None for NaN."""
    bands = standard(source.lists["age"]).bands if "age" in source.lists else None
    by_age = [str(age) if bands is None else bands.band(age) for age in range(_OLDEST + 1)]
    at = np.where(np.isnan(ages), _OLDEST + 1, np.clip(ages, 0, _OLDEST)).astype(np.int64)
    return texts([*by_age, None])[at]


_OLDEST = 130
