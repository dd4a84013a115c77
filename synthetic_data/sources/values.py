"""The values of the records of a source by role: as they are before anything goes wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthetic_data.arrays import Day, Texts, Whole
from synthetic_data.people import places
from synthetic_data.people.places import ADDRESS
from synthetic_data.people.state import People, age
from synthetic_data.people.vocabulary import NAMES
from synthetic_data.sources.corrupting import Values
from synthetic_data.sources.formats import dates, numbers
from synthetic_data.sources.groups import Groups
from synthetic_data.sources.knowledge import Known
from synthetic_data.sources.labels import age_texts
from synthetic_data.spec.schema import SourceSpec

IDENTITY = ("first_name", "middle_name", "surname", "date_of_birth")
OUTCOMES = {"income": 0, "long_term_condition": 0, "exam_score": 1}
"""With how many decimals each is written."""
OF_SURVEYS = ("weight", "answered_by", "mode")
COLUMNS: tuple[str, ...] = (
    *IDENTITY,
    *ADDRESS,
    "date_of_death",
    "arrived",
    *NAMES,
    *OUTCOMES,
    *OF_SURVEYS,
)
"""Everything that a source can hold, by role or characteristic."""
CODED = tuple(name for name in NAMES if name != "age")
"""The characteristics that are written by code or label."""


@dataclass(frozen=True, eq=False)
class Material:
    """What the values of the records of a source in a block are made of.

    ``rows`` is the person of each record, by place in the block; ``known`` and ``groups`` are of
    the records; ``survey`` holds what a survey adds, one entry a person.
    """

    source: SourceSpec
    people: People
    rows: Whole
    known: Known
    groups: Groups
    survey: Mapping[str, Texts]
    day: Day

    def values(self) -> Values:
        """Return the values for every role of the source, and names whether asked for or not.

        Raises
        ------
        ValueError
            When the source has a column that there is nothing to fill with.
        """
        roles = dict.fromkeys([*IDENTITY, *self.source.columns])
        address = self._address() if roles.keys() & set(ADDRESS) else {}
        return {role: address[role] if role in address else self._of(role) for role in roles}

    def _of(self, role: str) -> NDArray[Any]:
        if role in CODED:
            return self.groups.codes[role].copy()
        if role in self.survey:
            return self.survey[role][self.rows]
        if role in OUTCOMES:
            return numbers(self.people.outcomes[role][self.rows], OUTCOMES[role])
        return self._of_person(role)

    def _of_person(self, role: str) -> NDArray[Any]:
        known = self.known
        if role in ("first_name", "middle_name", "surname"):
            return np.asarray(getattr(known, role))
        if role == "date_of_birth":
            return known.born
        if role == "age":
            ages = np.where(np.isnat(known.born), np.nan, age(known.born, self.day))
            return age_texts(ages, self.source)
        if role == "date_of_death":
            died = self.people.died[self.rows]
            return np.where(died <= self.day, died, np.datetime64("NaT", "D"))
        if role == "arrived":
            return dates(self.people.arrived[self.rows], "%Y")
        if role in OF_SURVEYS:
            raise ValueError(f"only a survey, a source with a sample, can hold {role}")
        raise ValueError(f"no source can hold {role}; it can hold {', '.join(COLUMNS)}")

    def _address(self) -> dict[str, Texts]:
        """Return the parts of the addresses."""
        return places.addresses(self.known.address)
