"""The kinds of mistake in the columns of a source: each where it can be, on whom it befalls."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthetic_data.arrays import Flags, Texts, Whole
from synthetic_data.corruption import KINDS
from synthetic_data.names import background
from synthetic_data.sources.mistakes import Mistakes, has_value
from synthetic_data.sources.tally import Stage

RESPELLING = "respelling"
"""The one kind that needs more than the value: whose background the name is of."""
ROLES: Mapping[str, tuple[str, ...]] = {RESPELLING: ("first_name", "surname")} | {
    name: kind.roles for name, kind in KINDS.items()
}
"""The kinds of mistake that can be stated, in the order in which they are made, with the roles."""

Values = dict[str, NDArray[Any]]
"""By role: texts (None where there is none), days (NaT) or codes (-1)."""


@dataclass(frozen=True, eq=False)
class Corruption:
    """Makes mistakes in the values of records, in place.

    ``given`` says by role which records have their value at all (all, of a role that is not
    there), and ``backgrounds`` of which background the names of each are.
    """

    values: Values
    given: Mapping[str, Flags]
    backgrounds: Texts
    mistakes: Mistakes

    def make(self, kinds: Mapping[str, Mapping[str, float]]) -> None:
        """Make the mistakes whose chances are stated, by kind and role.

        Raises
        ------
        ValueError
            When there is no such kind, or a kind cannot befall a role, or the source does not hold
            it.
        """
        self._check(kinds)
        for kind in ROLES:
            for role, rate in kinds.get(kind, {}).items():
                stage = Stage("mistake", role, kind)
                if kind == RESPELLING:
                    self._respell(stage, rate)
                elif KINDS[kind].together:
                    self._beside(stage, rate)
                else:
                    self._one(stage, rate)

    def could(self, role: str) -> Flags:
        """Return which records have a value of a role that can be made wrong."""
        could = has_value(self.values[role])
        return could & self.given[role] if role in self.given else could

    def _check(self, kinds: Mapping[str, Mapping[str, float]]) -> None:
        for kind, by_role in kinds.items():
            if kind not in ROLES:
                raise ValueError(f"there is no kind of mistake {kind}: {', '.join(ROLES)}")
            for role in by_role:
                if role not in ROLES[kind]:
                    raise ValueError(f"{kind} is not of {role}, only of {', '.join(ROLES[kind])}")
                if role not in self.values:
                    raise ValueError(f"{kind} is stated of {role}, which the source does not hold")

    def _befalls(self, stage: Stage, rate: float, could: Flags) -> Whole:
        return np.flatnonzero(self.mistakes.befalls(stage, rate, could))

    def _one(self, stage: Stage, rate: float) -> None:
        values = self.values[stage.column]
        rows = self._befalls(stage, rate, self.could(stage.column))
        new, differs = KINDS[stage.kind].corrupt(values, rows, self.mistakes.how(stage))
        values[rows] = new
        self.mistakes.note(stage, rows[differs])

    def _beside(self, stage: Stage, rate: float) -> None:
        """Make a mistake in all its roles at once; it is counted with the one it is stated of."""
        roles = KINDS[stage.kind].roles
        could = np.logical_and.reduce([self.could(role) for role in roles])
        rows = self._befalls(stage, rate, could)
        beside = np.column_stack([self.values[role] for role in roles])
        new, differs = KINDS[stage.kind].corrupt(beside, rows, self.mistakes.how(stage))
        for at, role in enumerate(roles):
            self.values[role][rows] = new[:, at]
            self.mistakes.note(stage._replace(column=role), rows[differs])

    def _respell(self, stage: Stage, rate: float) -> None:
        """Write names in another way of their background: transliterations, nicknames."""
        values = self.values[stage.column]
        rows = self._befalls(stage, rate, self.could(stage.column))
        old = values[rows]
        luck = self.mistakes.how(stage).random(len(rows)).tolist()
        for row, name, chance in zip(rows.tolist(), old, luck, strict=True):
            values[row] = background(self.backgrounds[row]).respelt(name, chance)
        self.mistakes.note(stage, rows[np.asarray(values[rows] != old, dtype=np.bool_)])
