"""Joint draws of what was measured, looked up: gaps, shares and corrections are formed of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from linkage.model.normalise import Reals
from linkage.tables import ESTIMATE_DRAWS
from quality import measures

DRAWS = 2_000
"""How many draws of every rate there are."""

Place = tuple[str, str | None, str | None, str | None]
"""Measure, other source, characteristic and group; the last two are None for all records."""


@dataclass(frozen=True)
class Drawn:
    """Draws of the rates of the focal source's records; none where nothing was measured.

    Draw k of every rate of a cell belongs together, and so do those of the groups of one
    characteristic: a difference or ratio is formed draw by draw. ``points`` holds the figure that
    each rate's draws lie around. ``rest`` has the same of everyone outside each group, at the
    place of that group.
    """

    method: str | None = None
    values: Mapping[Place, Reals] = field(default_factory=dict)
    points: Mapping[Place, float] = field(default_factory=dict)
    rest: "Drawn | None" = None

    def of(
        self,
        measure: str,
        other: str | None,
        characteristic: str | None = None,
        group: str | None = None,
    ) -> Reals | None:
        """Return the draws (draws,) of a rate; None where it was not measured."""
        return self.values.get((measure, other, characteristic, group))


@dataclass(frozen=True)
class CellDraws:
    """The rates of one cell: the figure of each, and its draws (draws,)."""

    other: str | None
    characteristic: str | None
    group: str | None
    points: Mapping[str, float]
    rates: Mapping[str, Reals]


def gathered(method: str, cells: Iterable[CellDraws], rest: Drawn | None = None) -> Drawn:
    """Return the draws of cells, to be looked up.

    A rate without a figure, or with draws that are no numbers, has no denominator: left out.
    """
    values, points = {}, {}
    for cell in cells:
        for measure, figure in cell.points.items():
            if np.isfinite(cell.rates[measure]).all():
                place = measure, cell.other, cell.characteristic, cell.group
                values[place], points[place] = cell.rates[measure], figure
    return Drawn(method, values, points, rest)


def table_of(drawn: Drawn, source: str) -> pa.Table:
    """Return draws as the table ``estimate_draws``; those of everyone outside a group stay out."""
    schema = pa.schema(ESTIMATE_DRAWS.columns.items())
    return pa.concat_tables(
        [
            schema.empty_table(),
            *(_rows(drawn, place, source, schema) for place in drawn.values),
        ]
    )


def _rows(drawn: Drawn, place: Place, source: str, schema: pa.Schema) -> pa.Table:
    measure, other, characteristic, group = place
    values = drawn.values[place]
    key: dict[str, str | None] = {
        "measure": measure,
        "method": drawn.method,
        "source": source,
        "other": other,
        "characteristic": characteristic,
        "group": group,
        "variable": None,
        "stage": measures.DECIDE,
    }
    columns = {
        "draw": np.arange(len(values), dtype=np.int32),
        **{name: pa.array([value] * len(values), pa.string()) for name, value in key.items()},
        "value": values,
    }
    return pa.table({name: columns[name] for name in schema.names}, schema)
