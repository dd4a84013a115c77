"""What the marks say: where a row is held back, something in it or beside it is small."""

from collections.abc import Iterator, Sequence

from benchmarks.disclosure.facts import TRUE, Count, Known, counted, few, records
from benchmarks.disclosure.released import Release


def beside(knows: Known, releases: Sequence[Release]) -> Iterator[list[tuple[str, int]]]:
    """Yield the numbers of people in each set of held-back counts that hang together.

    Each stands with the number under which it would be the reason for holding them back.
    """
    shown = set[Count]()
    for at, release in enumerate(releases):
        for key, row in release.rows.items():
            shown |= {Count(at, records(key))} if row.n is not None else set()
            shown |= {Count(at, counted(key))} if row.k is not None else set()
    sets = _Sets()
    for terms in (*(each.terms for each in knows.constraints), *knows.people.values()):
        if any(count.key.measure in TRUE for count in terms):
            continue  # rates of these have rules of their own, which no mark tells
        sets.join([c for c in terms if c not in shown and c.release < len(releases)])
    people: dict[Count, list[tuple[str, int]]] = {}
    for name, terms in knows.people.items():
        if any(c.release >= len(releases) or c.key.measure in TRUE for c in terms):
            continue
        hidden = [count for count in terms if count not in shown]
        if hidden:
            of = people.setdefault(sets.first(hidden[0]), [])
            of.append((name, few(name, releases[hidden[0].release].threshold)))
    yield from people.values()


class _Sets:
    """Counts that hang together."""

    def __init__(self) -> None:
        self._above: dict[Count, Count] = {}

    def first(self, count: Count) -> Count:
        """Return the count that stands for all that hang together with ``count``."""
        while (above := self._above.get(count, count)) != count:
            count = above
        return count

    def join(self, counts: Sequence[Count]) -> None:
        """Say that the counts hang together."""
        for each in counts[1:]:
            self._above[self.first(each)] = self.first(counts[0])
