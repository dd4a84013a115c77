"""What releases of the same or of successive files say together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from benchmarks.disclosure.facts import (
    DROPPED,
    MISSING,
    READ,
    RECORDS,
    Count,
    Known,
    named,
    records,
)
from benchmarks.disclosure.released import Key, Release


def add_across(releases: Sequence[Release], result: Known) -> None:
    """Add what releases of the same or of successive files say together."""
    by_key: dict[Key, list[Count]] = defaultdict(list)
    for count in result.counts:
        by_key[count.key].append(count)
    for key, counts in by_key.items():
        for old, new in pairwise(counts):
            files = [(releases[each.release].files or {}) for each in (old, new)]
            if _same(key, files):
                result.equal({old: 1, new: -1})
            elif key.measure in _OF_RECORDS:
                result.is_people(named("added", new), {new: 1, old: -1})
                n = [Count(each.release, records(key)) for each in (old, new)]
                if n[0] != old:
                    rest = {n[1]: 1, new: -1, n[0]: -1, old: 1}
                    result.is_people(named("added to rest", new), rest)


_OF_RECORDS = {RECORDS, READ, DROPPED, *MISSING}
"""Counts that a record, once delivered, stays in: a link need not last."""


def _same(key: Key, files: Sequence[Mapping[str, str]]) -> bool:
    """Say whether a count is of the same files in both releases."""
    named = (key.source, key.other) if key.other else (key.source,)
    return all(files[0].get(each) == files[1].get(each) for each in named)
