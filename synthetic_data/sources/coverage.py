"""Who of its target population a source holds: chance, and for a survey the sample before it."""

from dataclasses import dataclass

import numpy as np

from synthetic_data.arrays import Flags, Floats, Whole
from synthetic_data.sources.draws import Draws, together
from synthetic_data.sources.tally import Chances, Counting, Stage, chances_of
from synthetic_data.spec.schema import Sample, SourceSpec


@dataclass(frozen=True, eq=False)
class Covered:
    """Who is in the source, one entry a person; of a survey also the design weight of each."""

    inside: Flags
    weight: Floats | None


def cover(
    source: SourceSpec, eligible: Flags, homes: Whole, counting: Counting, draws: Draws
) -> Covered:
    """Return who of the ``eligible`` is in the source.

    A survey asks a sample of households, and the coverage is the response of those asked.

    Parameters
    ----------
    eligible, homes
        Who belongs to the target population, and the household of each, numbered from 0.

    Raises
    ------
    ValueError
        When a chance is over 1 for anybody who is eligible.
    """
    asked, weight = eligible, None
    if source.sample is not None:
        asked, weight = _sample(source.sample, eligible, homes, counting, draws)
    rate, factors = source.coverage.rate, source.coverage.by
    chances = chances_of(f"coverage of {draws.source}", rate, factors, counting.groups, eligible)
    luck = together(homes, source.coverage.together, draws.of("coverage"))
    inside = asked & (luck < chances.each)
    counting.add(Stage("covered"), chances, inside, asked, with_household=True)
    return Covered(inside, weight)


def _sample(
    sample: Sample, eligible: Flags, homes: Whole, counting: Counting, draws: Draws
) -> tuple[Flags, Floats]:
    """Return who is asked and the weight of each: households, by the factors of their first."""
    what = f"being asked for {draws.source}"
    of_each = chances_of(what, sample.share, sample.by, counting.groups, eligible)
    first = np.unique(homes, return_index=True)[1]
    chances = Chances(of_each.rate, of_each.times[first][homes])
    luck = draws.of("sample").random(len(first))[homes]
    asked = eligible & (luck < chances.each)
    counting.add(Stage("sampled"), chances, asked, eligible, with_household=True)
    # who has no chance is not asked, and has no weight
    weight = np.divide(1.0, chances.each, out=np.zeros(len(homes)), where=chances.each > 0)
    return asked, weight
