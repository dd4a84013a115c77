"""What came of a specification: rates asked for and realised, and who the people are."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from synthetic_data.people.vocabulary import NAMES
from synthetic_data.sources.tally import Tally

if TYPE_CHECKING:
    from synthetic_data.generate import Block

_SHOWN = ("ethnicity", "sex", "household_kind", "region")


class Realised:
    """Sums over the blocks of a population, added up as they are made."""

    def __init__(self) -> None:
        self._tallies: dict[str, Tally] = {}
        self._groups: dict[str, dict[str, int]] = {}
        self._sizes = np.zeros(0, np.int64)
        self.people = self.residents = 0

    def add(self, block: "Block") -> None:
        """Add what came of one block."""
        for name, records in block.records.items():
            before = [self._tallies[name]] if name in self._tallies else []
            self._tallies[name] = Tally.of_all([*before, records.tally])
        self.people += block.people.num_rows
        here = pl.DataFrame(block.people.select(["household", "resident", *_SHOWN])).filter(
            "resident"
        )
        self.residents += len(here)
        for name in _SHOWN:
            counted = self._groups.setdefault(name, {})
            for group, n in here[name].drop_nulls().value_counts().iter_rows():
                counted[group] = counted.get(group, 0) + n
        private = here.filter(~pl.col("household_kind").is_in(["communal", "no_fixed_abode"]))
        sizes = np.bincount(private["household"].value_counts()["count"].to_numpy())
        total = np.zeros(max(len(sizes), len(self._sizes)), np.int64)
        total[: len(self._sizes)] += self._sizes
        total[: len(sizes)] += sizes
        self._sizes = total

    @property
    def groups(self) -> Mapping[str, Mapping[str, int]]:
        """How many residents are in each group, by characteristic, in the order of its groups."""
        return {
            name: {group: self._groups[name].get(group, 0) for group in NAMES[name]}
            for name in _SHOWN
            if name in self._groups
        }

    @property
    def household_sizes(self) -> Mapping[int, int]:
        """How many private households there are of each size, on the population's day."""
        return {size: int(n) for size, n in enumerate(self._sizes) if size and n}

    def rates(self) -> pl.DataFrame:
        """Return a row a source, stage, column, kind, characteristic and group.

        ``n`` people or records it could happen to; ``asked`` and ``realised`` shares of them;
        ``standard_error`` of the realised share, by household where that decides.
        """
        tables = [
            tally.table().select(pl.lit(name).alias("source"), pl.all())
            for name, tally in self._tallies.items()
        ]
        n = pl.col("n")
        return pl.concat(tables).select(
            "source",
            "stage",
            "column",
            "kind",
            "characteristic",
            "group",
            "n",
            (pl.col("chances") / n).alias("asked"),
            (pl.col("happened") / n).alias("realised"),
            (pl.max_horizontal("clustered", "variance").sqrt() / n).alias("standard_error"),
        )
