"""Joint draws of what was measured, looked up: gaps, shares and corrections are formed of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.model.normalise import Reals

Place = tuple[str, str | None, str | None, str | None]
"""Measure, other source, characteristic and group; the last two are None for all records."""

_KEY = ("measure", "other", "characteristic", "group")


@dataclass(frozen=True)
class Drawn:
    """Draws of the rates of the focal source's records; none where nothing was measured.

    Draw k of every rate of a cell belongs together, and so do those of the groups of one
    characteristic: a difference or ratio is formed draw by draw.
    """

    method: str | None = None
    values: Mapping[Place, Reals] = field(default_factory=dict)

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
    )
