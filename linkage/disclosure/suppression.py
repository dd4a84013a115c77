"""Which counts to hold back: the small ones, and those from which a small one could be worked out.

Tables are described by the sums that a reader knows to hold: a total is the sum of its groups, a
denominator is its numerator and the rest. One mechanism then serves one-way tables, tables with
both margins, nested classifications and rates alike.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from math import inf

from linkage.disclosure.audit import Audit
from linkage.disclosure.equations import Equation, Item, Limits

_Dearness = Callable[[Item], tuple[int, int, str]]


@dataclass(frozen=True)
class Beyond:
    """What a reader knows of the counts besides what this release says of them.

    Parameters
    ----------
    known
        The least and the greatest value of an item. One with a greatest value was published before:
        to hide it now would keep nothing from a reader.
    outside
        Items of earlier releases alone: their counts are one world that a reader cannot rule out.
    protected
        Further items that must not be worked out, whatever their counts.
    told
        Items that are known without this release: nothing in it can protect them.
    """

    known: Mapping[Item, Limits] = field(default_factory=dict)
    outside: Set[Item] = frozenset()
    protected: Set[Item] = frozenset()
    told: Set[Item] = frozenset()


def _no_preference(_: Item) -> int:
    return 0


def suppress(
    counts: Mapping[Item, int],
    equations: Sequence[Equation],
    threshold: int,
    cost: Callable[[Item], int] = _no_preference,
    hidden: Set[Item] = frozenset(),
    beyond: Beyond | None = None,
) -> frozenset[Item]:
    """Choose the counts to hold back so that no count under ``threshold`` can be worked out.

    First every count under the threshold, zeros included. Then, in each equation, the cheapest
    and smallest count more, as long as the hidden ones stand alone or add up to less than the
    threshold. Last an audit by linear programming, which sees what equations give away together:
    each count under the threshold must be able to lie anywhere in a range at least ``threshold``
    wide, or more is hidden beside it.

    Parameters
    ----------
    counts
        The true count of every item.
    equations
        The sums that a reader knows to hold.
    threshold
        Counts below it are small.
    cost
        What is dearer to lose has a higher cost, and is hidden only when nothing cheaper helps.
    hidden
        Items that are held back already.
    beyond
        What a reader knows besides this release.

    Returns
    -------
    frozenset
        The items to hold back.
    """
    if any(_difference(each, counts) for each in equations):
        raise ValueError("an equation does not hold for the counts")
    beyond = beyond or Beyond()
    small = {item for item, count in counts.items() if count < threshold} - beyond.outside
    hidden = small | hidden | beyond.outside
    firm = {item for item, (_, greatest) in beyond.known.items() if greatest < inf}
    own = [each for each in equations if beyond.outside.isdisjoint(each.items)]

    def dearness(item: Item) -> tuple[int, int, str]:
        return cost(item), counts[item], repr(item)

    protected = (small | beyond.protected) - beyond.told
    touching = _touching(equations)
    audit = Audit(counts, equations, protected, threshold, beyond.known)
    while True:
        _cover(counts, own, threshold, hidden, firm, dearness)
        narrow = audit.narrow(hidden)
        beside = [_visible_beside(item, equations, touching, hidden, firm) for item in narrow]
        more = {min(items, key=dearness) for items in beside if items}
        if not more:
            return frozenset(hidden - beyond.outside)
        hidden |= more


def _difference(equation: Equation, counts: Mapping[Item, int]) -> int:
    return sum(counts[item] for item in equation.left) - sum(
        counts[item] for item in equation.right
    )


def _touching(equations: Sequence[Equation]) -> dict[Item, list[int]]:
    """Return which equations hold each item."""
    touching: dict[Item, list[int]] = {}
    for number, equation in enumerate(equations):
        for item in equation.items:
            touching.setdefault(item, []).append(number)
    return touching


def _cover(
    counts: Mapping[Item, int],
    equations: Sequence[Equation],
    threshold: int,
    hidden: set[Item],
    firm: Set[Item],
    dearness: _Dearness,
) -> None:
    """Hide counts until no equation gives one, or a small sum of some, away by itself.

    The shortest equation goes first: a numerator falls with its rest before a margin looks for a
    neighbour, which is then one of those that fell.
    """
    touching = _touching(equations)
    waiting = [(len(equation.items), number) for number, equation in enumerate(equations)]
    heapify(waiting)
    while waiting:
        equation = equations[heappop(waiting)[1]]
        left = [item for item in equation.items if item not in hidden and item not in firm]
        if left and _exposes(equation, counts, threshold, hidden - firm if firm else hidden):
            more = min(left, key=dearness)
            hidden.add(more)
            for number in touching[more]:
                heappush(waiting, (len(equations[number].items), number))


def _exposes(
    equation: Equation, counts: Mapping[Item, int], threshold: int, hidden: Set[Item]
) -> bool:
    left, right = (
        [item for item in side if item in hidden] for side in (equation.left, equation.right)
    )
    n_hidden = len(left) + len(right)
    if n_hidden in {0, len(equation.items)}:
        return False
    one_sided = not left or not right
    return n_hidden == 1 or (one_sided and sum(counts[item] for item in left + right) < threshold)


def _visible_beside(
    item: Item,
    equations: Sequence[Equation],
    touching: Mapping[Item, Sequence[int]],
    hidden: Set[Item],
    firm: Set[Item],
) -> set[Item]:
    """Return published counts by which a reader knows something of the hidden ``item``.

    Those that share an equation with it, and those at one remove, which may be cheaper to lose;
    where neither has any, the nearest there are.
    """
    reached, found = {item}, set[Item]()
    ring = 0
    while ring < 2 or not found:
        touched = {number for each in reached for number in touching[each]}
        around = {other for number in touched for other in equations[number].items}
        found |= around - hidden - firm
        if around <= reached | found | firm:
            break
        reached |= around & hidden
        ring += 1
    return found
