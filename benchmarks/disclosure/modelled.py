"""What models say of a population, as it leaves, and whether other counts would have said the same.

Models are fitted to records by all characteristics together. A reader may hold any such table whose
sums are a world that fits the published counts, and rules it out where its figures, rounded, are
not the printed ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from benchmarks.disclosure.facts import CROSS, RECORDS, Count
from benchmarks.disclosure.populations import Population
from benchmarks.disclosure.released import Key
from benchmarks.disclosure.shapes import SOURCE
from linkage.config.group_names import UNKNOWN
from linkage.config.schema import Config
from linkage.model.normalise import Index, Reals
from quality.bias.cells import MISSING, Cells, factors_of
from quality.bias.gap import Gap
from quality.release.error_rates import released_error_rates
from quality.release.measured_rates import Rates
from quality.release.models import links_again
from quality.tally import Tally

_TURNS, _NEAR = 200, 1e-6
_WORLDS = 12
"""How many tables of the same sums are tried against what models print."""

Figures = Mapping[tuple[str | None, ...], tuple[float | None, float | None, float | None]]
Values = Mapping[Count, int]


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

    def fits(self, values: Values) -> bool:
        """Say whether records with the sums of a world would have been printed alike."""
        if not any(lower is not None for _, lower, _ in self.printed.values()):
            return True
        for turn in range(_WORLDS):
            world = self._cells(values, np.random.default_rng(turn).normal(0, 0.05 * turn, self._n))
            if world is None:
                return False
            if self.figures(world) == self.printed:
                return True
        return False

    @property
    def _n(self) -> int:
        return len(self.cells.n)

    def _cells(self, values: Values, apart: Reals) -> Cells | None:
        """Return records with the sums of a world; None where none of these kinds can have them.

        Of all that have them, those are taken that lie ``apart`` (cells,) from the true ones in
        logarithms, before they are fitted to the sums: nothing published says how they do.
        """
        n = _raked(self.cells.n * np.exp(apart), self._sums(values, RECORDS, self.cells.n))
        if n is None:
            return None
        linked = self._sums(values, "linked", self.cells.k)
        k = _raked(n * (self.cells.k.sum() / self.cells.n.sum()), linked)
        return None if k is None else Cells(self.cells.factors, n, k)

    def _sums(self, values: Values, measure: str, now: Reals) -> list[tuple[Index, Reals]]:
        """Return the sums of a world by each characteristic, and by missing identifiers as now."""
        stage = "decide" if measure == "linked" else ""
        other = self.other if measure == "linked" else ""
        held: dict[str, dict[str, int]] = {}
        for count, value in values.items():
            if count.key[:5] == (measure, SOURCE, other, "", stage) and count.key.characteristic:
                held.setdefault(count.key.characteristic, {})[count.key.group] = value
        found = []
        for name, groups in held.items():
            place = self._place(name.split(CROSS), list(groups))
            if place is not None:
                found.append((place, np.array(list(groups.values()), dtype=float)))
        whole = values[Count(0, Key(measure, SOURCE, other, "", stage, "", ""))]
        for factor in self.cells.factors:
            if factor.name == MISSING:
                found.append((factor.code, factor.sums(now) * (whole / max(now.sum(), 1))))
        return found

    def _place(self, names: Sequence[str], groups: Sequence[str]) -> Index | None:
        """Return the group of each cell; None of headings, which hold no more than groups do."""
        factors = {factor.name: factor for factor in self.cells.factors}
        if not set(names) <= factors.keys():
            return None
        labels = [[factors[name].groups[at] for at in factors[name].code] for name in names]
        at = {group: place for place, group in enumerate(groups)}
        return np.array([at[CROSS.join(each)] for each in zip(*labels, strict=True)])


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


def _raked(start: Reals, margins: Sequence[tuple[Index, Reals]]) -> Reals | None:
    """Return counts (cells,) nearest in proportion to ``start`` that have the sums; None if none.

    *Formula*: iterative proportional fitting.
    """
    found = start.copy()
    for _ in range(_TURNS):
        away = 0.0
        for place, sums in margins:
            now = np.bincount(place, found, minlength=len(sums))
            away = max(away, float(np.abs(now - sums).max()))
            found *= np.divide(sums, now, out=np.zeros(len(sums)), where=now > 0)[place]
        if away < _NEAR:
            return found
    return None
