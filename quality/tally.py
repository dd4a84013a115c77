"""A tally: k of the n records of one group. Shares, gaps and flows are all made from tallies."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields

import pyarrow as pa

from linkage.tables import Table

_text, _count = pa.string(), pa.int64()

TALLIES = Table(
    "tallies",
    "measure x source pair x characteristic x group x variable x stage",
    ("measure", "source", "other", "characteristic", "group", "variable", "stage"),
    {
        "measure": _text,
        "source": _text,
        "other": _text,
        "characteristic": _text,
        "group": _text,
        "variable": _text,
        "stage": _text,
        "k": _count,
        "n": _count,
    },
)
"""Exact counts: never leaves the restricted half of a run folder."""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many of the ``n`` records of a group have what the measure asks for.

    ``k`` and ``n`` are None where disclosure control holds them back.
    """

    measure: str
    source: str
    other: str | None = None
    characteristic: str | None = None
    group: str | None = None
    variable: str | None = None
    stage: str | None = None
    k: int | None
    n: int | None


def to_table(tallies: Iterable[Tally]) -> pa.Table:
    """Return the tallies as the table of their contract."""
    return pa.Table.from_pylist(
        [asdict(tally) for tally in tallies], schema=pa.schema(TALLIES.columns.items())
    )


def from_table(table: pa.Table) -> Sequence[Tally]:
    """Return the rows of the table as tallies."""
    names = [field.name for field in fields(Tally)]
    return [Tally(**row) for row in table.select(names).to_pylist()]
