"""Joint draws of what was measured, looked up: gaps, shares and corrections are formed of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from linkage.model.normalise import Reals
from linkage.runs.parquet import encoded_type
from linkage.runs.workspace import Workspace
from linkage.tables import ESTIMATE_DRAWS
from quality import measures

DRAWS = 2_000
"""How many draws of every rate there are."""

_AT_ONCE = 64
"""How many rates' draws are written at a time."""

_SCHEMA = pa.schema((name, encoded_type(kind)) for name, kind in ESTIMATE_DRAWS.columns.items())

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


def write_draws(workspace: Workspace, drawn: Drawn, source: str) -> None:
    """Write the table ``estimate_draws``; draws of everyone outside a group stay out.

    There are millions of rows with few keys: text is written as codes, some places at a time.
    """
    workspace.write_batches(ESTIMATE_DRAWS.name, _SCHEMA, _batches(drawn, source))


def _batches(drawn: Drawn, source: str) -> Iterator[pa.RecordBatch]:
    places = list(drawn.values)
    for start in range(0, len(places), _AT_ONCE):
        some = places[start : start + _AT_ONCE]
        values = [drawn.values[place] for place in some]
        lengths = [len(each) for each in values]
        row = np.repeat(np.arange(len(some)), lengths)
        draw = np.concatenate([np.arange(n, dtype=np.int32) for n in lengths])
        keys = zip(*(_key(drawn, place, source) for place in some), strict=True)
        text = [pa.array(key, pa.string()).dictionary_encode().take(row) for key in keys]
        yield pa.record_batch([pa.array(draw), *text, np.concatenate(values)], schema=_SCHEMA)


def _key(drawn: Drawn, place: Place, source: str) -> tuple[str | None, ...]:
    """Return the key of an estimate, in the order of the table."""
    measure, *of = place
    return measure, drawn.method, source, *of, None, measures.DECIDE
