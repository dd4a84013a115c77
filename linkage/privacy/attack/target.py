"""What an attack is after: the clear values of a column, and the list of values it may hold.

Someone without the key knows how frequent names are. A list that is given says so; without one,
the source's own frequencies are drawn anew, as if from another sample of the same people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.privacy.joining import Columns

Whole = npt.NDArray[np.int64]
Names = npt.NDArray[np.str_]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ValueList:
    """How often each value occurs in a population: what the attacker holds."""

    counts: Mapping[str, float]


@dataclass(frozen=True)
class Target:
    """A clear column, or several together.

    Parameters
    ----------
    of
        The standardised columns.
    codes
        The value of each record (n,), -1 where there is none.
    values
        The values (v,): those of the records, then those that stand in the list alone.
    listed
        How often each occurs in the list (v,), or None where the source's own are drawn anew.
    """

    name: str
    of: tuple[str, ...]
    codes: Whole
    values: Names
    listed: npt.NDArray[np.float64] | None

    @property
    def filled(self) -> Flags:
        """Which records have a value (n,)."""
        return np.greater_equal(self.codes, 0)


def target_of(records: Columns, name: str, of: Sequence[str], given: ValueList | None) -> Target:
    """Return the values of the columns ``of`` together, with the list for them if one is given."""
    coded = records.joined(of)
    own: list[str] = coded.values.to_pylist()
    codes = coded.codes.astype(np.int64)
    if given is None:
        return Target(name, tuple(of), codes, np.array(own, str), None)
    known = set(own)
    values = [*own, *(value for value in given.counts if value not in known)]
    listed = np.array([given.counts.get(value, 0.0) for value in values])
    return Target(name, tuple(of), codes, np.array(values, str), listed)


@dataclass(frozen=True)
class Entries:
    """A list by stratum, one row a stratum and value: all (e,)."""

    strata: Whole
    values: Whole
    counts: npt.NDArray[np.float64]


def entries(
    target: Target, strata: Whole, rng: np.random.Generator | None, within: Whole | None = None
) -> Entries:
    """Return the list that the attacker holds within each stratum.

    Parameters
    ----------
    strata
        The stratum of each record (n,), -1 for none.
    rng
        Draws the source's own counts anew, each from the Poisson distribution of its count; None
        leaves them exact, which only someone who holds the file itself could know. A given list is
        the same in every stratum.
    within
        The strata that are asked for; all of them, when None.
    """
    n = len(target.values)
    here = strata >= 0 if within is None else np.isin(strata, within)
    if target.listed is not None and rng is not None:
        value = np.flatnonzero(target.listed)
        asked = np.unique(strata[here])
        return Entries(
            np.repeat(asked, len(value)),
            np.tile(value, len(asked)),
            np.tile(target.listed[value], len(asked)),
        )
    both = (strata * n + target.codes)[target.filled & here]
    cells, sizes = np.unique(both, return_counts=True)
    counts: npt.NDArray[np.float64] = sizes.astype(np.float64)
    if rng is not None:
        counts = np.asarray(rng.poisson(counts), np.float64)
    kept = counts > 0
    return Entries(cells[kept] // n, cells[kept] % n, counts[kept])
