"""The units of a review: who is looked at, with which candidates, and what reviewers see of them.

Both kinds of unit are asked the same question over the same kind of list, so that nobody can tell a
link from an unlinked record by how it is shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from linkage.config.schema import Config
from linkage.config.shown import as_text, fields
from linkage.decide.assignment import Flags, keyed_hash
from linkage.model.normalise import Index
from linkage.sql import identifier
from quality.review.allocation import Design
from quality.review.focal import NO_PARTNER, Focal, sides
from quality.review.listing import Search, listed_of, read_free
from quality.run_tables import Tables

BEST = 30
"""Candidates that a reviewer sees: with five the audit itself was biased, and most so for the group
that links worst (methods.md, section 10.7)."""

DOUBLE_SHARE = 0.2
"""Share of each stratum that a second reviewer sees too (methods.md, section 4.5)."""

_SECOND = 0x5EC0
"""Sets the hash that draws units for the second reviewer apart from the one that drew them."""

UNITS = pa.schema(
    {
        "unit": pa.int32(),
        "unit_type": pa.string(),
        "stratum": pa.int32(),
        "source": pa.string(),
        "record": pa.int32(),
        "other": pa.string(),
        "partner_shown": pa.int32(),
        "double": pa.bool_(),
    }
)
CANDIDATES = pa.schema(
    {
        "unit": pa.int32(),
        "rank": pa.int32(),
        "record": pa.int32(),
        "match_weight": pa.float64(),
        "meets_rule": pa.bool_(),
    }
)


@dataclass(frozen=True)
class Units:
    """The tables of a sampled review; their columns are those of :data:`UNITS` and so on.

    ``listed_share`` is the share of the partners of unlinked records that is listed, where the
    model is asked for it.
    """

    units: pa.Table
    candidates: pa.Table
    listed_share: float | None = None


def units_of(
    run: Tables,
    config: Config,
    focal: Focal,
    design: Design,
    rows: Index,
    seed: int,
    search: Search,
    *,
    encoded: bool = False,
) -> Units:
    """Return the units of the drawn ``rows`` of ``focal``, numbered from 1 by record.

    Parameters
    ----------
    search
        Finds the best candidates of the drawn records in the whole other source.
    encoded
        Whether records are encodings, of which many look alike.
    """
    units = _units(focal, design, rows, seed)
    weights = _linked_pairs(run, config, units)
    if not encoded:
        found = search(focal.record[rows].tolist(), BEST)
        return Units(units, _candidates(units, found, weights))
    unlinked, drawn = focal.partner == NO_PARTNER, focal.record[rows]
    of_links = search(drawn[~unlinked[rows]].tolist(), BEST)
    free = read_free(run, config, focal.other)
    listed = listed_of(search, focal.record[unlinked], drawn[unlinked[rows]], free, BEST, seed)
    found = pa.concat_tables([of_links, listed.pairs])
    return Units(units, _candidates(units, found, weights), listed.share)


def doubled(stratum: Index, record: Index, seed: int) -> Flags:
    """Return which of the units (U,) a second reviewer sees: a share of each stratum, rounded up.

    Drawn by a hash of record and seed.
    """
    rank = keyed_hash(record, np.full_like(record, _SECOND), seed)
    order = np.lexsort((rank, stratum))
    first = np.searchsorted(stratum[order], stratum[order])
    n = np.bincount(stratum)[stratum[order]]
    chosen = np.zeros(len(record), dtype=bool)
    chosen[order] = np.arange(len(order)) - first < np.ceil(DOUBLE_SHARE * n)
    return chosen


def _units(focal: Focal, design: Design, rows: Index, seed: int) -> pa.Table:
    record, stratum, partner = focal.record[rows], design.stratum[rows], focal.partner[rows]
    linked = partner != NO_PARTNER
    columns = {
        "unit": np.arange(1, len(rows) + 1),
        "unit_type": np.where(linked, "link", "unlinked"),
        "stratum": stratum,
        "source": [focal.source] * len(rows),
        "record": record,
        "other": [focal.other] * len(rows),
        "partner_shown": pa.array(partner, pa.int32(), mask=~linked),
        "double": doubled(stratum, record, seed),
    }
    return pa.table({name: pa.array(columns[name], kind) for name, kind in _kinds(UNITS)})


def _linked_pairs(run: Tables, config: Config, units: pa.Table) -> Mapping[int, float]:
    """Return by focal record the match weight of its link."""
    side, opposite = sides(config)
    links = units.filter(pa.compute.is_valid(units["partner_shown"]))
    run.connection.register("links_shown", links)
    rows = run.connection.execute(
        f"SELECT record, match_weight FROM links_shown JOIN {run.view('candidates')} "  # noqa: S608 - quoted
        f"ON record_{side} = record AND record_{opposite} = partner_shown"
    ).fetchall()
    run.connection.unregister("links_shown")
    return dict(rows)


def _candidates(units: pa.Table, found: pa.Table, linked: Mapping[int, float]) -> pa.Table:
    """Return the candidates by rank, the heaviest first, the linked record always among them."""
    listed: dict[int, list[tuple[float, int, bool]]] = {}
    for row in found.to_pylist():
        each = (row["match_weight"], row["candidate"], row["meets_rule"])
        listed.setdefault(row["record"], []).append(each)
    rows = []
    for unit in units.to_pylist():
        pairs = sorted(listed.get(unit["record"], []), key=lambda pair: (-pair[0], pair[1]))
        partner = unit["partner_shown"]
        if partner is not None and all(record != partner for _, record, _ in pairs):
            pairs = [*pairs[: BEST - 1], (linked[unit["record"]], partner, True)]
        rows += [(unit["unit"], rank, r, w, met) for rank, (w, r, met) in enumerate(pairs, 1)]
    columns = zip(*rows, strict=True) if rows else ([] for _ in CANDIDATES.names)
    return pa.table(
        [pa.array(c, kind) for c, (_, kind) in zip(columns, _kinds(CANDIDATES), strict=True)],
        schema=CANDIDATES,
    )


def sheets_of(run: Tables, config: Config, made: Units) -> pa.Table:
    """Return what reviewers see, a row for every record shown.

    Returns
    -------
    pa.Table
        ``unit``, ``rank`` (0 for the focal record), and a column of text for every field.
    """
    shown, units, candidates = fields(config.sources), made.units, made.candidates
    run.connection.register("units_shown", units)
    run.connection.register("candidates_shown", candidates)
    source, other = units["source"][0].as_py(), units["other"][0].as_py()
    table = run.connection.sql(
        "SELECT unit, 0::INTEGER AS rank, "  # noqa: S608 - quoted
        f"{_texts(run, source, shown)} FROM units_shown JOIN {run.view(f'records_{source}')} AS r "
        "USING (record) UNION ALL BY NAME SELECT unit, rank, "
        f"{_texts(run, other, shown)} FROM candidates_shown "
        f"JOIN {run.view(f'records_{other}')} AS r USING (record) ORDER BY unit, rank"
    ).to_arrow_table()
    run.connection.unregister("units_shown")
    run.connection.unregister("candidates_shown")
    return table


def _texts(run: Tables, source: str, shown: Sequence[str]) -> str:
    """Return the SQL of the fields of ``source`` as text, NULL for those it does not hold."""
    view = run.view(f"records_{source}")
    described = run.connection.execute(f"DESCRIBE SELECT * FROM {view}").fetchall()  # noqa: S608
    kinds = {name: kind for name, kind, *_ in described}
    return ", ".join(f"{as_text(name, kinds.get(name))} AS {identifier(name)}" for name in shown)


def _kinds(schema: pa.Schema) -> list[tuple[str, pa.DataType]]:
    return [(field.name, field.type) for field in schema]
