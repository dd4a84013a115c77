"""Which counts to hold back: the small ones, and those from which a small one could be worked out.

Tables are described by the sums that a reader knows to hold: a total is the sum of its groups, a
denominator is its numerator and the rest. One mechanism then serves one-way tables, tables with
both margins, nested classifications and rates alike.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from math import inf
from typing import cast

from linkage.disclosure.audit import Audit
from linkage.disclosure.covering import Cover, Sides
from linkage.disclosure.equations import Equation, Item, Limits
from linkage.disclosure.neighbours import Neighbours


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
    order = _by_dearness(counts, equations, cost, hidden | firm)
    number = {item: at for at, item in enumerate(order)}  # sets of numbers are quick to work with

    def numbers(items: Iterable[Item]) -> set[int]:
        return {number[item] for item in items if item in number}

    sides = [_numbered(each, number) for each in equations]
    own = [_numbered(each, number) for each in equations if beyond.outside.isdisjoint(each.items)]
    cover = Cover(own, [counts[item] for item in order], threshold, numbers(firm))
    audit = Audit(
        dict(enumerate(counts[item] for item in order)),
        [Equation(*each) for each in sides],
        numbers((small | beyond.protected) - beyond.told),
        threshold,
        {number[item]: limits for item, limits in beyond.known.items() if item in number},
    )
    neighbours = Neighbours(sides, numbers(firm))
    more = numbers(hidden)
    while more:
        cover.hide(more)
        narrow = cast("list[int]", audit.narrow(cover.hidden))
        beside = [neighbours.shown(at, cover.hidden) for at in narrow]
        more = {min(each) for each in beside if each}
    return frozenset(hidden | {order[at] for at in cover.hidden}) - beyond.outside


def _by_dearness(
    counts: Mapping[Item, int],
    equations: Sequence[Equation],
    cost: Callable[[Item], int],
    settled: Set[Item],
) -> list[Item]:
    """Return the items of the equations, those first that are to be lost first.

    Those that are ``settled``, which are not to be lost any more, come last.
    """
    items = dict.fromkeys(item for each in equations for item in each.items)
    open_ = [item for item in items if item not in settled]
    open_.sort(key=lambda item: (cost(item), counts[item], repr(item)))
    return [*open_, *(item for item in items if item in settled)]


def _numbered(equation: Equation, number: Mapping[Item, int]) -> Sides:
    left, right = (tuple(number[item] for item in side) for side in (equation.left, equation.right))
    return left, right


def _difference(equation: Equation, counts: Mapping[Item, int]) -> int:
    return sum(counts[item] for item in equation.left) - sum(
        counts[item] for item in equation.right
    )
