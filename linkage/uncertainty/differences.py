"""Whole linkages as what differs: most records have the same partner in nearly every draw.

``drawn`` tells drawn linkages from each record's usual partner, before links are decided; ``draws``
tells them from the links. Both hold the numbers of records and nothing else of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from linkage.model.evidence import Block
from linkage.model.normalise import Index, Reals
from linkage.model.source_pairs import SourcePair
from linkage.tables import DRAWN
from linkage.uncertainty.posterior import Posterior

NONE = -1
"""In place of a partner: there is none."""


@dataclass(frozen=True)
class Differences:
    """Rows (N,): in ``draw`` the partner of ``record`` is ``partner``, by its number, or none."""

    draw: Index
    record: Index
    partner: Index


def usual(posterior: Posterior) -> Index:
    """Return the candidate (R,) that each open record is linked to most often, -1 for none."""
    contest = posterior.contest
    times = np.zeros(len(contest.row), dtype=np.int64)
    linked = np.zeros(len(contest.record), dtype=np.int64)
    for choice in posterior.choice:
        times[choice[choice >= 0]] += 1
        linked += choice >= 0
    if not len(times):
        return np.zeros(0, dtype=np.int64)
    most = np.maximum.reduceat(times, contest.first)
    best = np.flatnonzero(times == most[contest.place])
    record, at = np.unique(contest.place[best], return_index=True)
    chosen = np.full(len(contest.record), NONE)
    chosen[record] = best[at]
    return np.where(most > posterior.n - linked, chosen, NONE)


def drawn_table(posterior: Posterior, block: Block, pair: SourcePair) -> pa.Table:
    """Return ``drawn``: as draw 0 the usual partners, then in each draw those that differ."""
    contest, most = posterior.contest, usual(posterior)
    linked = np.flatnonzero(most >= 0)
    rows = np.concatenate([contest.settled, contest.row[most[linked]]])
    rows = rows[np.argsort(block.focal[rows])]
    parts = [Differences(np.zeros_like(rows), block.focal[rows], block.opposite[rows])]
    for number, choice in enumerate(posterior.choice, 1):
        at = np.flatnonzero(choice != most)
        partner = np.where(choice[at] >= 0, contest.opposite[choice[at]], NONE)
        parts.append(Differences(np.full(len(at), number), contest.record[at], partner))
    draw, record, partner = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("draw", "record", "partner")
    )
    other = pair.right if pair.focal == "l" else pair.left
    columns = {
        "draw": pa.array(draw, pa.int32()),
        "record": pa.array(record + pair.focal_source.first, pa.int32()),
        "partner": pa.array(partner + other.first, pa.int32(), mask=partner < 0),
    }
    return pa.table(columns, pa.schema(DRAWN.columns.items()))


@dataclass(frozen=True)
class Told:
    """Drawn linkages told from the links: the share of draws that hold each link, and the rest."""

    share: Reals
    differences: Differences


def told_from_links(drawn: pa.Table, draws: int, record: Index, partner: Index) -> Told:
    """Return how the drawn linkages differ from the links.

    Parameters
    ----------
    drawn
        The table of that name, of ``draws`` draws.
    record, partner
        (L,) focal record of each link, each once, and the record it is linked to.
    """
    columns = (drawn[name] for name in ("draw", "record", "partner"))
    draw, of, to = (c.fill_null(NONE).to_numpy().astype(np.int64) for c in columns)
    n = int(max(record.max(initial=-1), of.max(initial=-1))) + 1
    often, link = np.full(n, NONE), np.full(n, NONE)
    often[of[draw == 0]] = to[draw == 0]
    link[record] = partner
    differs = draw > 0
    draw, of, to = draw[differs], of[differs], to[differs]
    alike = (often == link)[record]
    away, back = np.bincount(of, minlength=n), np.bincount(of[to == link[of]], minlength=n)
    held = np.where(alike, draws - away[record], back[record])
    kept = to != link[of]
    rest = _else_usual(draw, of, np.flatnonzero(often != link), draws)
    draw, of = np.r_[draw[kept], rest[0]], np.r_[of[kept], rest[1]]
    to = np.r_[to[kept], often[rest[1]]]
    order = np.lexsort((of, draw))
    return Told(held / draws, Differences(draw[order], of[order], to[order]))


def _else_usual(draw: Index, record: Index, wanted: Index, draws: int) -> tuple[Index, Index]:
    """Return every draw and record of ``wanted`` that no difference speaks of."""
    place = np.searchsorted(wanted, record)
    found = np.flatnonzero(place < len(wanted))
    found = found[wanted[place[found]] == record[found]]
    usual_then = np.ones((draws, len(wanted)), dtype=bool)
    usual_then[draw[found] - 1, place[found]] = False
    at, which = np.nonzero(usual_then)
    return at + 1, wanted[which]


def batches(
    differences: Differences, pair: SourcePair, schema: pa.Schema, rows: int
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of ``draws``, so many at a time."""
    other = pair.right if pair.focal == "l" else pair.left
    for start in range(0, len(differences.draw), rows):
        piece = slice(start, start + rows)
        partner = differences.partner[piece]
        none = partner < 0
        zero = np.zeros(len(partner), dtype=np.int32)
        columns = {
            "draw": differences.draw[piece].astype(np.int32),
            "source": pa.DictionaryArray.from_arrays(zero, [pair.focal_source.name]),
            "record": differences.record[piece].astype(np.int32),
            "partner_source": pa.DictionaryArray.from_arrays(
                pa.array(zero, mask=none), [other.name]
            ),
            "partner": pa.array(partner.astype(np.int32), mask=none),
        }
        yield pa.RecordBatch.from_pydict(columns, schema)
