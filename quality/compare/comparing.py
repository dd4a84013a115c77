"""``link compare``: two runs or releases of one linkage, figure by figure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from linkage.config.schema import Quality
from linkage.errors import ConfigError, Fault
from quality.compare.circumstances import (
    Difference,
    differences,
    material_gap,
    same_records,
)
from quality.compare.pairing import Pair, Settings, pairs
from quality.compare.released import Side, read_side


@dataclass(frozen=True)
class Comparison:
    """Two runs side by side; ``warnings`` are what a reader has to know first."""

    before: Side
    after: Side
    settings: Settings
    same_records: bool
    warnings: tuple[str, ...]
    differences: tuple[Difference, ...]
    pairs: tuple[Pair, ...]

    @property
    def counts(self) -> Counter[str]:
        """How many figures came to each status."""
        return Counter(each.status for each in self.pairs)


def compare(
    before: Path,
    after: Path,
    material: float | None = None,
    measures: Sequence[str] = (),
    by: Sequence[str] = (),
) -> Comparison:
    """Compare the released figures of two runs, or of two releases, in the folders given.

    Parameters
    ----------
    material
        The smallest change that matters; that of the second run's settings when not said.
    measures, by
        Only these measures, and only the groups of these characteristics beside all records. The
        tests are those of what is compared.

    Raises
    ------
    ConfigError
        R470 for a folder without released estimates, R472 for two that share no figure.
    DataError
        R471 when a file of theirs is damaged.
    """
    first, second = read_side(before), read_side(after)
    gap = material or material_gap(second) or Quality().material_gap
    levels = [row.level for row in second.estimates if row.level is not None]
    settings = Settings(max(levels, default=Quality().level), gap)
    kept = [
        [
            row
            for row in side.estimates
            if (not measures or row.measure in measures)
            and (not by or row.characteristic is None or row.characteristic in by)
        ]
        for side in (first, second)
    ]
    found = pairs(kept[0], kept[1], settings)
    if not any(each.before and each.after for each in found):
        raise ConfigError(
            Fault(
                "R472",
                "the two have no figure in common",
                "compare runs of one configuration; --measure and --by must name what both have",
                file=after,
            )
        )
    return Comparison(
        first,
        second,
        settings,
        same_records(first, second),
        tuple(_warnings(first, second)),
        differences(first, second),
        found,
    )


def _warnings(before: Side, after: Side) -> list[str]:
    found = []
    if before.config and after.config and before.config != after.config:
        found.append(
            f"these are runs of two configurations, {before.config} and {after.config}: a "
            "difference may be one of what was counted"
        )
    if before.run is not None and before.run == after.run:
        found.append("both are the same run")
    if before.sources and after.sources and before.sources.keys() != after.sources.keys():
        found.append("the two link different sources: only what both have is compared")
    if before.run and after.run and before.run > after.run:
        found.append("the first run is the later one: a rise here is a fall in time")
    return found
