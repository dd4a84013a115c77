"""A sitting of one reviewer: which case is next, and what was answered to those before."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from quality.review.answers import Answer
from quality.review.asking import require_values
from quality.review.cases import Case, read_cases, read_review, review_folder
from quality.review.decisions import DecisionLog, open_log
from quality.review.reviewers import Role, take_role, to_settle, worklist


@dataclass(frozen=True)
class Session:
    """The cases of a reviewer in their order; a place is a case's number in it, from 1.

    ``proposed`` holds for each unit what the two reviewers answered, sorted so that nobody can
    tell whose is whose; it is empty but for an adjudicator.
    """

    reviewer: str
    role: Role
    fields: tuple[str, ...]
    cases: Sequence[Case]
    proposed: Mapping[int, tuple[Answer, ...]]
    log: DecisionLog

    @property
    def n_cases(self) -> int:
        """How many cases there are."""
        return len(self.cases)

    @property
    def n_answered(self) -> int:
        """How many of them have an answer."""
        return sum(case.unit.number in self.log.last for case in self.cases)

    def case(self, place: int) -> Case:
        """Return the case at ``place``."""
        return self.cases[place - 1]

    def answer(self, place: int) -> Answer | None:
        """Return the answer to the case at ``place`` as it stands, if there is one."""
        decision = self.log.last.get(self.case(place).unit.number)
        return None if decision is None else decision.outcome.answer

    def save(self, place: int, answer: Answer) -> None:
        """Write the answer to the disk.

        Raises
        ------
        ValueError
            When the case has no such candidate.
        StorageError
            When the disk refuses it.
        """
        self.log.append((self.case(place).unit.number, answer))

    def next_open(self, after: int = 0) -> int | None:
        """Return the next place without an answer, from the start again; None if there is none."""
        places = [*range(after + 1, self.n_cases + 1), *range(1, after + 1)]
        return next((place for place in places if self.answer(place) is None), None)


@contextmanager
def sitting(run: Path, reviewer: str, adjudicate: bool = False) -> Iterator[Session]:
    """Open the review of the run in ``run`` for one reviewer, who takes a role if new to it.

    Raises
    ------
    ConfigError
        R440 without a review, R447 when its values lie with owners, R441 for a name that cannot be,
        R442 when no role is left.
    LockedError
        R444 when the reviewer's decisions are open already.
    StorageError
        When files cannot be read or written, or are damaged (R443).
    """
    review = read_review(review_folder(run))
    require_values(review.folder)
    role = take_role(review.folder, reviewer, adjudicate)
    fields, cases = read_cases(review)
    chosen = [cases[number] for number in worklist(review, role, reviewer)]
    proposed = to_settle(review) if role == "adjudicator" else {}
    with open_log(review, reviewer, role == "adjudicator") as log:
        yield Session(reviewer, role, fields, chosen, proposed, log)
