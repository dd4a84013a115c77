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

    def of(
        self,
        measure: str,
        other: str | None,
        characteristic: str | None = None,
        group: str | None = None,
    ) -> Reals | None:
        """Return the draws (draws,) of a rate; None where it was not measured."""
        return self.values.get((measure, other, characteristic, group))


def drawn_of(table: pa.Table) -> Drawn:
    """Return the draws of the table ``estimate_draws``, which holds those of one method."""
    if not table.num_rows:
        return Drawn()
    ordered = table.sort_by([(name, "ascending") for name in (*_KEY, "draw")])
    values = ordered["value"].to_numpy()
    keys = [pc.fill_null(ordered[name], "").to_numpy() for name in _KEY]
    changed = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    starts = np.flatnonzero(np.append(True, changed))
    places = ordered.select(_KEY).take(starts).to_pylist()
    parts = np.split(values, starts[1:])
    return Drawn(
        table["method"][0].as_py(),
        {tuple(place.values()): part for place, part in zip(places, parts, strict=True)},
        {
            tuple(each.values()): float(part.mean())
            for each, part in zip(places, parts, strict=True)
        },
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
