"""What models say of a population, as it leaves, and whether other counts would have said the same.

Models are fitted to records by all characteristics together, of which they see what is told alone:
records that differ in nothing else have the same figures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from benchmarks.disclosure.facts import Count
from benchmarks.disclosure.populations import Population
from benchmarks.disclosure.released import Release
from benchmarks.disclosure.seen import Kinds, Seen, constraints
from benchmarks.disclosure.shapes import SOURCE
from linkage.config.group_names import UNKNOWN
from linkage.config.schema import Config
from quality.bias.cells import MISSING, Cells, factors_of
from quality.bias.gap import Gap
from quality.release.error_rates import released_error_rates
from quality.release.measured_rates import Rates
from quality.release.models import links_again
from quality.tally import Tally

Figures = Mapping[tuple[str | None, ...], tuple[float | None, float | None, float | None]]


@dataclass(frozen=True)
class Modelled:
    """The records of a population by all characteristics, and what its models printed of them.

    ``rates`` are the rates of error as they leave, which models rest on too.
    """

    cells: Cells
    other: str
    config: Config
    controlled: Sequence[Tally]
    rates: Rates

    @cached_property
    def printed(self) -> Figures:
        """The figures that the models print."""
        return self.figures(self.cells)

    def figures(self, cells: Cells) -> Figures:
        """Return every figure of a model as it would be printed."""
        pair = SOURCE, self.other
        made = links_again(cells, pair, self.config, self.controlled, self.rates)
        rows = [each.row if isinstance(each, Gap) else each for each in made]
        leaving = released_error_rates(rows, self.controlled, self.config.disclosure)
        return {
            (row.measure, row.method, row.characteristic, row.group, row.variable, row.reference): (
                row.estimate,
                row.lower,
                row.upper,
            )
            for row in leaving
        }

    def seen(self, release: Release) -> Seen:
        """Return what models see, beside what is printed of it."""
        kinds = Kinds(self.cells, self.other, self.config.intersections)

        def prints(values: Mapping[Count, int]) -> bool:
            return self.figures(kinds.cells_of(values)) == self.printed

        return Seen(list(constraints(kinds, release)), kinds.truth(), prints)


def cells_of(made: Population) -> Cells:
    """Return the records of a population by all characteristics and missing identifiers."""
    shape = made.shape
    names = [f"group_{name}" for name in shape.characteristics]
    lacking = [pl.col(f"missing_{name}").is_not_null().cast(pl.Int64) for name in shape.identifiers]
    label = pl.sum_horizontal(lacking).cast(pl.String) if lacking else pl.lit("0")
    counted = (
        made.records.with_columns(pl.col(names).fill_null(UNKNOWN), label.alias(MISSING))
        .group_by(*names, MISSING)
        .agg(pl.len().alias("n"), pl.col(f"linked_{shape.others[0]}").sum().alias("k"))
        .sort(*names, MISSING)
    )
    codes = {}
    for name, column in zip([*shape.characteristics, MISSING], [*names, MISSING], strict=True):
        groups, code = np.unique(counted[column].to_numpy().astype(str), return_inverse=True)
        codes[name] = groups.tolist(), code.astype(np.int64)
    n, k = (counted[name].to_numpy().astype(float) for name in ("n", "k"))
    return Cells(factors_of(codes, n, config_of(made)), n, k)


def config_of(made: Population) -> Config:
    """Return the configuration of a run that counts the population so."""
    shape = made.shape
    source = {"path": "a.csv", "id": "id", "columns": {"surname": "surname"}}
    settings = {
        "name": "population",
        "sources": {name: source for name in (SOURCE, *shape.others)},
        "linkage": {"focal": SOURCE},
        "groups": {name: {"source": SOURCE, "column": name} for name in shape.characteristics},
        "intersections": [list(names) for names in shape.intersections],
    }
    config = Config.model_validate(settings)
    return config.model_copy(update={"disclosure": shape.rules})
