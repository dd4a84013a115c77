"""A small table of counts made fit to leave."""

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from linkage.disclosure.equations import Equation, Item
from linkage.disclosure.rounding import to_base
from linkage.disclosure.suppression import suppress

OK, SUPPRESSED = "ok", "suppressed"


def control(
    table: pa.Table,
    *,
    threshold: int,
    rounding: int,
    counts: Sequence[str] = ("n",),
    within: Sequence[str] = (),
    total: str | None = None,
    share_of: Mapping[str, str] | None = None,
) -> pa.Table:
    """Return ``table`` with small counts held back, the rest rounded, and a column ``status``.

    Parameters
    ----------
    table
        One row a group.
    threshold, rounding
        Counts below the threshold are held back, zeros too; the others are rounded to the base.
    counts
        The columns that hold counts. A count that is missing stays missing.
    within
        Columns whose values say which rows form one table.
    total
        A column that is null in the row that sums the others of its table. Without one, no total
        is known to a reader.
    share_of
        ``{"linked": "n"}``: the first is a part of the second, and their difference is as
        revealing as either.

    Returns
    -------
    pyarrow.Table
        ``status`` is ``suppressed`` where any count of the row is held back (it is then null).
    """
    rows = table.to_pylist()
    share_of = share_of or {}
    known = dict(_counts(rows, counts, share_of))
    equations = [*_shares(rows, share_of), *_totals(rows, [*counts, *share_of], within, total)]
    equations = [equation for equation in equations if set(equation.items) <= known.keys()]
    hidden = suppress(known, equations, threshold)
    status = []
    for at, row in enumerate(rows):
        held_back = [name for name in counts if (at, name, "part") in hidden]
        status.append(SUPPRESSED if held_back else OK)
        for name in counts:
            count = None if name in held_back else row[name]
            row[name] = None if count is None else to_base(count, rounding)
    controlled = pa.Table.from_pylist(rows, schema=table.schema)
    return controlled.append_column("status", pa.array(status, pa.string()))


def _counts(
    rows: Sequence[Mapping[str, int]], counts: Sequence[str], share_of: Mapping[str, str]
) -> Iterator[tuple[Item, int]]:
    for at, row in enumerate(rows):
        for name in counts:
            if row[name] is not None:
                yield (at, name, "part"), row[name]
        for part, whole in share_of.items():
            if row[part] is not None and row[whole] is not None:
                yield (at, part, "rest"), row[whole] - row[part]


def _shares(rows: Sequence[Mapping[str, int]], share_of: Mapping[str, str]) -> Iterator[Equation]:
    for at in range(len(rows)):
        for part, whole in share_of.items():
            yield Equation(
                ((at, part, "part"), (at, part, "rest")),
                ((at, whole, "part"),),
            )


def _totals(
    rows: Sequence[Mapping[str, object]],
    counts: Sequence[str],
    within: Sequence[str],
    total: str | None,
) -> Iterator[Equation]:
    if total is None:
        return
    tables: dict[tuple[object, ...], list[int]] = {}
    for at, row in enumerate(rows):
        tables.setdefault(tuple(row[column] for column in within), []).append(at)
    for members in tables.values():
        parts = [at for at in members if rows[at][total] is not None]
        sums = [at for at in members if rows[at][total] is None]
        for name in dict.fromkeys(counts):
            for kind in ("part", "rest"):
                for at in sums:
                    yield Equation(((at, name, kind),), tuple((p, name, kind) for p in parts))
