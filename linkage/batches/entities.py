"""Entities that last: which group of records goes on under which name, and what happened to others.

A group keeps the entity that most of its records had; of groups that claim one entity the one with
most of its records has it. Whatever changes is an event.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from linkage.batches.changing import values, values_of
from linkage.batches.index import Index, among, distinct
from linkage.batches.spine import Spine
from linkage.batches.versions import Numbers
from linkage.decide.spine import Octets, draw_some
from linkage.decide.spine import Spine as Names
from linkage.tables import ENTITY_EVENTS

CREATED, MERGED, SPLIT, RETIRED = "created", "merged into", "split from", "retired"


NONE = -1
"""In place of an entity: the record is new."""


def all_entities(spine: Spine, source: str) -> Numbers:
    """Return the entity of every row of a source, :data:`NONE` where there is none."""
    return values(spine, ("entity", source), spine.sources[source].n, NONE)


def entities_of(spine: Spine, source: str, rows: Index) -> Numbers:
    """Return the entity of each of ``rows`` of a source."""
    return values_of(spine, ("entity", source), rows, NONE)


@dataclass(frozen=True)
class Events:
    """What happened to entities, by their numbers: (n,) each.

    ``created`` and ``retired`` name no other; an entity ``merged into`` another is no more; one
    ``split from`` another holds records that were of that.
    """

    kind: list[str]
    entity: Index
    other: Index


@dataclass(frozen=True)
class Named:
    """The entity (n,) of each record, what happened, and how many entities have been named."""

    entity: Index
    events: Events
    n: int


def name_groups(group: Index, before: Index, gone: Index, n: int) -> Named:
    """Return the entity of every record of a region.

    Parameters
    ----------
    group
        (n,) the group that each record is in now.
    before
        (n,) the entity that it was in, -1 for none.
    gone
        Entities of records that hold no more.
    n
        How many entities have been named so far.
    """
    group = np.unique(group, return_inverse=True)[1]
    n_groups = int(group.max(initial=-1)) + 1
    known = np.flatnonzero(before >= 0)
    claims, size = np.unique(before[known] * n_groups + group[known], return_counts=True)
    of, to = np.divmod(claims, max(n_groups, 1))
    holder = _matched(of, to, size, n_groups)
    unnamed = np.flatnonzero(holder < 0)
    # in the order of their first records, so that a repeated batch gives the same names
    first = np.full(n_groups, len(group))
    np.minimum.at(first, group, np.arange(len(group)))
    unnamed = unnamed[np.argsort(first[unnamed])]
    holder[unnamed] = n + np.arange(len(unnamed))
    made = _events(of, to, size, holder, unnamed, gone)
    return Named(holder[group], made, n + len(unnamed))


def _matched(of: Index, to: Index, size: Index, n_groups: int) -> Index:
    """Return the entity that each group goes on with, -1 for none; largest shares first."""
    holder = np.full(n_groups, NONE)
    _, entity, times = np.unique(of, return_inverse=True, return_counts=True)
    alone = (times[entity] == 1) & (np.bincount(to, minlength=n_groups)[to] == 1)
    holder[to[alone]] = of[alone]
    rest = np.flatnonzero(~alone)
    rest = rest[np.lexsort((to[rest], of[rest], -size[rest]))]
    taken = set[int]()
    for entity, group in zip(of[rest].tolist(), to[rest].tolist(), strict=True):
        if entity not in taken and holder[group] < 0:
            holder[group] = entity
            taken.add(entity)
    return holder


def _events(
    of: Index, to: Index, size: Index, holder: Index, unnamed: Index, gone: Index
) -> Events:
    """Return what happened, in a settled order."""
    lives_on = among(of, distinct(holder[holder >= 0]))
    moved = holder[to] != of
    # an entity that is no more has merged into where most of its records are
    order = np.lexsort((holder[to], -size, of))
    first = np.append(True, of[order][1:] != of[order][:-1])[: len(order)]
    main = np.zeros(len(of), bool)
    main[order[first]] = True
    merged = np.flatnonzero(~lives_on & main)
    split = np.flatnonzero(moved & (lives_on | ~main))
    fresh = np.sort(unnamed[~among(unnamed, distinct(to[split]))])
    retired = np.setdiff1d(gone, of)
    parts = (
        (CREATED, holder[fresh], np.full(len(fresh), NONE)),
        (MERGED, of[merged], holder[to[merged]]),
        (SPLIT, holder[to[split]], of[split]),
        (RETIRED, retired, np.full(len(retired), NONE)),
    )
    kinds = [kind for kind, entity, _ in parts for _ in range(len(entity))]
    entity, other = (np.concatenate([part[at] for part in parts]) for at in (1, 2))
    return Events(kinds, entity.astype(np.int64), other.astype(np.int64))


def names(numbers: Index, drawn: Octets) -> pa.StringArray:
    """Return the identifiers of entities: see :func:`linkage.decide.spine.draw_names`."""
    records = np.arange(len(numbers))
    return Names(numbers.astype(np.int32), drawn).names(records)


def event_table(batch: int, events: Events, seed: int) -> pa.Table:
    """Return ``entity_events`` of a batch; ``seed`` is that of the names of entities."""
    alone = events.other < 0
    named = distinct(events.entity, events.other[~alone])
    drawn = draw_some(named, seed)
    other = names(np.searchsorted(named, events.other[~alone]), drawn)
    place = np.where(alone, -1, np.cumsum(~alone) - 1)
    columns = {
        "batch": np.full(len(events.kind), batch, np.int32),
        "event": pa.array(events.kind, pa.string()),
        "entity": names(np.searchsorted(named, events.entity), drawn),
        "other": other.take(pa.array(place, mask=alone)),
    }
    return pa.table(columns, pa.schema(ENTITY_EVENTS.columns.items()))
