"""What befalls the records of a source: kinds of mistake, missing values, wrong groups."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.characteristics.missing import MissingReason
from synthetic_data.arrays import Codes, Flags, Floats, Whole
from synthetic_data.sources.draws import Draws
from synthetic_data.sources.odds import Odds
from synthetic_data.sources.tally import Counting, Stage


class Noted(NamedTuple):
    """Rows of the records in which something of a column was made wrong or left out."""

    stage: Stage
    rows: Whole


class Mistakes:
    """Draws what befalls the records of a source in a block, counts it, and notes what changed."""

    def __init__(self, odds: Odds, counting: Counting, draws: Draws) -> None:
        self.noted: list[Noted] = []
        self._odds, self._counting, self._draws = odds, counting, draws

    def luck(self, stage: Stage) -> np.random.Generator:
        """Return the random numbers that say whom a stage befalls."""
        return self._draws.of(" ".join(stage))

    def how(self, stage: Stage) -> np.random.Generator:
        """Return the random numbers that say in which way it does."""
        return self._draws.of(" ".join(("how", *stage)))

    def befalls(self, stage: Stage, rate: float, could: Flags, luck: Floats | None = None) -> Flags:
        """Return the records that a mistake befalls, of those that it ``could``, and count them.

        Parameters
        ----------
        stage, rate
            Of which kind it is in which column, and how often it happens before the factors.
        could
            Which records have something that can be made wrong.
        luck
            A number from 0 to 1 for each record, where it is decided with the household.

        Raises
        ------
        ValueError
            When the chance is over 1 for any record.
        """
        chances = self._odds.of(stage.kind, rate, _said(stage))
        drawn = self.luck(stage).random(len(could)) if luck is None else luck
        happened = could & (drawn < chances.each)
        self._counting.add(stage, chances, happened, could, with_household=luck is not None)
        return happened

    def missing(self, column: str, rates: Mapping[MissingReason, float], could: Flags) -> Codes:
        """Return why each record has no value: positions in ``rates``, -1 where it has one.

        Raises
        ------
        ValueError
            When the chance of having none is over 1 for any record.
        """
        every = Stage("missing", column)
        chances = self._odds.of("missing", sum(rates.values()), _said(every))
        drawn = self.luck(every).random(len(could))
        reason = np.full(len(could), -1, np.int8)
        below = 0.0
        for at, (name, rate) in enumerate(rates.items()):
            here = could & (drawn >= below * chances.times)
            below += rate
            here &= drawn < below * chances.times
            reason[here] = at
            stage = Stage("missing", column, name)
            self._counting.add(stage, chances._replace(rate=rate), here, could)
            self.note(stage, np.flatnonzero(here))
        return reason

    def note(self, stage: Stage, rows: Whole) -> None:
        """Note that something of these records was changed."""
        self.noted.append(Noted(stage, rows))


def has_value(values: NDArray[Any]) -> Flags:
    """Return which texts, days or codes are none of ``None``, NaT and -1."""
    if values.dtype.kind == "M":
        return np.asarray(~np.isnat(values), dtype=np.bool_)
    if values.dtype == np.object_:
        return np.asarray(values != np.array(None), dtype=np.bool_)
    return np.asarray(values >= 0, dtype=np.bool_)


def other_group(codes: Codes, rows: Whole, groups: int, rng: np.random.Generator) -> Codes:
    """Return another of so many codes for each of ``rows``: as often as the records have it.

    One that no record has counts as if one had.
    """
    weights = np.bincount(codes[codes >= 0], minlength=groups) + 1.0
    own = codes[rows]
    ends = np.cumsum(weights)
    before = ends[own] - weights[own]
    place = rng.random(len(rows)) * (ends[-1] - weights[own])
    place += np.where(place >= before, weights[own], 0.0)
    return np.asarray(np.searchsorted(ends, place, side="right"), dtype=np.int8)


def _said(stage: Stage) -> str:
    return " of ".join(part for part in (stage.kind or stage.name, stage.column) if part)
