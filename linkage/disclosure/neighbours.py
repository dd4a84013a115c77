"""Which published counts a reader could use to work out a hidden one."""

from collections.abc import Sequence, Set

from linkage.disclosure.covering import Sides


class Neighbours:
    """Counts, by their numbers, that stand in equations with each other.

    Parameters
    ----------
    equations
        The sums that a reader knows to hold.
    firm
        Numbers of counts that a reader has already: to hold them back would keep nothing.
    """

    def __init__(self, equations: Sequence[Sides], firm: Set[int]) -> None:
        self._equations = [frozenset((*left, *right)) for left, right in equations]
        self._firm = firm
        self._touching: dict[int, list[int]] = {}
        for at, numbers in enumerate(self._equations):
            for number in numbers:
                self._touching.setdefault(number, []).append(at)

    def shown(self, number: int, hidden: Set[int]) -> set[int]:
        """Return published counts by which a reader knows something of the hidden ``number``.

        Those that share an equation with it, and those at one remove, which may be cheaper to lose;
        where neither has any, the nearest there are.
        """
        reached, found = {number}, set[int]()
        ring = 0
        while ring < 2 or not found:
            touched = {at for each in reached for at in self._touching[each]}
            around = {other for at in touched for other in self._equations[at]}
            found |= around - hidden - self._firm
            if around <= reached | found | self._firm:
                break
            reached |= around & hidden
            ring += 1
        return found
