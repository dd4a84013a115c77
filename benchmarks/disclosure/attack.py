"""The judge: what whole numbers a reader of releases cannot rule out, by constraint programming.

For each number of people under the threshold, the least and the greatest that is consistent with
everything released and with the rules. OR-tools' CP-SAT solves it in integers; disclosure control
itself uses another program, other equations and another solver.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from benchmarks.disclosure.bands import banded
from benchmarks.disclosure.facts import NO_LIMIT, Constraint, Count, Known, Terms, counted, records
from benchmarks.disclosure.knowledge import known
from benchmarks.disclosure.marks import beside
from benchmarks.disclosure.released import Counted, Key, Release
from benchmarks.disclosure.seen import Seen

_EFFORT = 20.0
"""The solver's own measure, of about a second: a busy machine changes nothing."""


@dataclass(frozen=True)
class Exposed:
    """A number of people under the threshold, and the too narrow range that is left for it."""

    what: str
    value: int
    least: int
    greatest: int
    threshold: int

    @property
    def exactly(self) -> bool:
        """Say whether a reader has the number itself."""
        return self.least == self.greatest


@dataclass(frozen=True)
class Verdict:
    """What the attack found: how many small numbers there are, and those it has."""

    n_small: int
    exposed: tuple[Exposed, ...]
    n_solved: int


class DoesNotHold(Exception):  # noqa: N818 - the judge is wrong, not the release
    """What the judge takes for known is not so."""


def attack(
    releases: Sequence[Release],
    truths: Sequence[Mapping[Key, Counted]],
    *,
    marks: bool = True,
    seen: Seen | None = None,
) -> Verdict:
    """Attack releases, oldest first, given the true counts of each, which tell what is small.

    Parameters
    ----------
    marks
        Whether the reader knows that a row is held back for a small count in it or beside it.
    seen
        What models see, which the reader has too. Each world that is found is held against what
        they print.

    Raises
    ------
    DoesNotHold
        When the truth contradicts what a reader is taken to know, or models print other figures
        of a world in which all that they see is the same.
    """
    knows, truth = known(releases), _true_counts(truths)
    for at, release in enumerate(releases):
        knows.constraints += banded(at, release, truth)
    program = _Program(knows, truth)
    if marks:
        program.add_marks(releases[:1])  # later rows may lie beside earlier counts
    if seen is not None:
        program.give(seen)
    return program.judge(releases)


def _true_counts(truths: Sequence[Mapping[Key, Counted]]) -> dict[Count, int]:
    found: dict[Count, int] = {}
    for at, rows in enumerate(truths):
        for key, row in rows.items():
            found[Count(at, records(key))] = row.n or 0
            found[Count(at, counted(key))] = row.k or 0
    return found


def _sum(terms: Terms, values: Mapping[Count, int]) -> int:
    return sum(sign * values[count] for count, sign in terms.items())


_MISSING = "missing"
"""In the name of every number of people that lack a value, or have one."""


class _Program:
    """The integer programme of what is known."""

    def __init__(self, knows: Known, truth: Mapping[Count, int]) -> None:
        self.knows, self.truth = knows, dict(truth)
        self.seen: Seen | None = None
        self.model = cp_model.CpModel()
        self.of: dict[Count, cp_model.IntVar] = {}
        self._add(knows.counts, knows.constraints)
        self.n_solved = 0

    def _add(self, counts: Iterable[Count], constraints: Iterable[Constraint]) -> None:
        self.of |= {each: self.model.new_int_var(0, NO_LIMIT, "") for each in counts}
        for each in constraints:
            true = _sum(each.terms, self.truth)
            if not each.low <= true <= each.high:
                raise DoesNotHold(f"{each.low} <= {true} <= {each.high}: {each}")
            self.model.add_linear_constraint(self._expression(each.terms), each.low, each.high)

    def give(self, seen: Seen) -> None:
        """Give what models see to the reader."""
        self.seen = seen
        self.truth |= seen.truth
        self._add(seen.truth, seen.constraints)

    def _expression(self, terms: Terms) -> cp_model.LinearExpr:
        return cp_model.LinearExpr.weighted_sum(
            [self.of[count] for count in terms], list(terms.values())
        )

    def add_marks(self, releases: Sequence[Release]) -> None:
        """Add: among held-back counts that hang together, one number of people is small.

        Not of missing values, where none is: reasons and patterns are held back whole where that
        keeps other counts, so that their mark alone says nothing.
        """
        for people in beside(self.knows, releases):
            flags = []
            for name, under in people:
                flag = self.model.new_bool_var("")
                terms = self.knows.people[name]
                self.model.add(self._expression(terms) < under).only_enforce_if(flag)
                flags.append(flag)
            small = [_sum(self.knows.people[name], self.truth) < t for name, t in people]
            if not any(small):
                if all(_MISSING in name for name, _ in people):
                    continue
                raise DoesNotHold(f"nothing small among {people}")
            self.model.add_bool_or(flags)

    def judge(self, releases: Sequence[Release]) -> Verdict:
        """Look for a value at or above the threshold, and a span as wide, for each small number."""
        small = _small(self.knows, self.truth, releases)
        left: Sequence[_Small] = small
        while left:
            self._learn(left, self._together(left))
            now = [each for each in left if not each.is_safe]
            if len(now) == len(left):
                break
            left = now
        for each in left:
            if not each.is_safe:
                self._learn([each], self._extreme(each.terms, 1))
            if not each.is_safe:
                self._learn([each], self._extreme(each.terms, -1))
        exposed = tuple(each.exposed for each in left if not each.is_safe)
        return Verdict(len(small), exposed, self.n_solved)

    def _learn(self, small: Iterable["_Small"], values: Mapping[Count, int]) -> None:
        if self.seen is not None and not self.seen.prints(values):
            raise DoesNotHold("models print something else where all that they see is the same")
        for each in small:
            value = _sum(each.terms, values)
            each.least, each.greatest = min(each.least, value), max(each.greatest, value)

    def _together(self, small: Sequence["_Small"]) -> Mapping[Count, int]:
        """Return counts in which as many numbers as can be lie far above the truth."""
        model = self.model.clone()
        reached = []
        for each in small:
            far = model.new_int_var(0, each.value + each.threshold, "")
            model.add(far <= self._expression(each.terms))
            reached.append(far)
        model.maximize(sum(reached))
        return self._solve(model, gap=0.1)  # any that reach far will do

    def _extreme(self, terms: Terms, sign: int) -> Mapping[Count, int]:
        model = self.model.clone()
        model.maximize(sign * self._expression(terms))
        return self._solve(model)

    def _solve(self, model: cp_model.CpModel, gap: float = 0.0) -> Mapping[Count, int]:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_deterministic_time = _EFFORT
        solver.parameters.relative_gap_limit = gap
        self.n_solved += 1
        if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            raise DoesNotHold("no solution, though the truth is one")
        return {count: solver.value(variable) for count, variable in self.of.items()}


@dataclass
class _Small:
    """A number of people under the threshold, and how far apart its values lie that were found."""

    name: str
    terms: Terms
    value: int
    threshold: int
    least: int
    greatest: int

    @property
    def is_safe(self) -> bool:
        """Say whether it may be at or above the threshold, in a range as wide."""
        wide = self.greatest - self.least >= self.threshold
        return wide and self.greatest >= self.threshold

    @property
    def exposed(self) -> Exposed:
        """Return what a reader has of it."""
        return Exposed(self.name, self.value, self.least, self.greatest, self.threshold)


def _small(knows: Known, truth: Mapping[Count, int], releases: Sequence[Release]) -> list[_Small]:
    found: dict[frozenset[tuple[Count, int]], _Small] = {}
    for name, terms in knows.people.items():
        value, threshold = _sum(terms, truth), _threshold(releases)
        if value < threshold:
            found.setdefault(
                frozenset(terms.items()), _Small(name, terms, value, threshold, value, value)
            )
    return list(found.values())


def _threshold(releases: Sequence[Release]) -> int:
    """Return the least threshold: what an earlier release shows is not held back later."""
    return min(each.threshold for each in releases)
