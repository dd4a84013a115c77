"""How far a review has come: who decided how much, how far they agree, what is left."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from quality.proportion import wilson
from quality.review.agreement import ALL, Agreement, Counts, ReviewErrors, agreement, review_errors
from quality.review.cases import read_review, review_folder
from quality.review.decisions import last_decisions, read_decisions
from quality.review.reviewers import ROLES, Role, read_roles, to_settle, worklist
from quality.review.settling import settle

_KINDS = {ALL: "all", "link": "links", "unlinked": "unlinked records"}


@dataclass(frozen=True)
class Progress:
    """One reviewer: decided on ``n_done`` of ``n_given`` units, ``n_unsure`` of them unsure."""

    name: str
    role: Role
    n_done: int
    n_given: int
    n_unsure: int


@dataclass(frozen=True)
class Status:
    """The review as it stands; ``n_double`` units are for two reviewers.

    ``n_differ`` are those on which the two differ; ``n_open`` wait for an adjudicator, because the
    two differ or somebody called an error.
    ``agreement`` and ``errors``, which are the first reviewer's, are of the units drawn for two.
    """

    n_units: int
    n_double: int
    n_differ: int
    n_open: int
    reviewers: tuple[Progress, ...]
    agreement: Mapping[str, Agreement]
    errors: Mapping[str, ReviewErrors]

    def as_record(self) -> dict[str, object]:
        """Return everything as plain values, for ``--json``."""
        return {
            "units": self.n_units,
            "double": self.n_double,
            "differ": self.n_differ,
            "open": self.n_open,
            "reviewers": [
                {
                    "name": each.name,
                    "role": each.role,
                    "decided": each.n_done,
                    "given": each.n_given,
                    "unsure": each.n_unsure,
                }
                for each in self.reviewers
            ],
            "agreement": {kind: _agreement_record(each) for kind, each in self.agreement.items()},
            "single_review": {kind: _errors_record(each) for kind, each in self.errors.items()},
        }

    def lines(self) -> Iterator[str]:
        """Yield everything as lines of text."""
        yield f"{self.n_units} units, {self.n_double} of them for two reviewers"
        for each in self.reviewers:
            unsure = f", {each.n_unsure} of them unsure" if each.n_unsure else ""
            title = each.role if each.role == "adjudicator" else f"{each.role} reviewer"
            yield f"{each.name} ({title}): {each.n_done} of {each.n_given} decided{unsure}"
        if any(each.n for each in self.agreement.values()):
            yield "agreement of the two reviewers, 95% intervals in brackets"
            yield from (_agreement_line(kind, each) for kind, each in self.agreement.items())
        if self.errors:
            yield "single reviews of the first reviewer that were right, by units reviewed twice"
            yield from (_errors_line(kind, each) for kind, each in self.errors.items())
        yield f"left: {'; '.join(self._left()) or 'nothing'}"

    def _left(self) -> Iterator[str]:
        roles = {each.role for each in self.reviewers}
        for each in self.reviewers:
            if each.role != "adjudicator" and each.n_done < each.n_given:
                yield f"{_units(each.n_given - each.n_done)} for {each.name}"
        if "first" not in roles:
            yield f"{_units(self.n_units)} for a first reviewer"
        if "second" not in roles and self.n_double:
            yield f"{_units(self.n_double)} for a second reviewer"
        if self.n_open:
            yield f"{_units(self.n_open)} to adjudicate"


def status(run: Path) -> Status:
    """Return how far the review of the run in ``run`` has come.

    Raises
    ------
    ConfigError
        R440 when there is no review.
    StorageError
        R443 when one of its files is damaged.
    """
    review = read_review(review_folder(run))
    roles, last, waits = read_roles(review.folder), last_decisions(review), to_settle(review)
    reviews = read_decisions(review.folder)
    drawn_twice = [unit.number for unit in review.units.values() if unit.double]
    twice = reviews.filter(pc.is_in(reviews["unit"], pa.array(drawn_twice, pa.int32())))
    first, second = roles.get("first", ""), roles.get("second", "")
    settled = last.get(roles.get("adjudicator", ""), {}).keys()
    progress = []
    for role in (each for each in ROLES if each in roles):
        own, given = last.get(roles[role], {}), worklist(review, role, roles[role])
        unsure = sum(decision.decision == "unsure" for decision in own.values())
        done = len(own.keys() & set(given))
        progress.append(Progress(roles[role], role, done, len(given), unsure))
    return Status(
        len(review.units),
        sum(unit.double for unit in review.units.values()),
        sum(map(bool, waits.values())),
        len(waits.keys() - settled) if len(roles) > 1 else 0,
        tuple(progress),
        agreement(twice, first, second),
        review_errors(twice, settle(twice, first), first),
    )


def _agreement_record(found: Agreement) -> dict[str, object]:
    kappa = found.kappa
    return {
        "units": found.n,
        "same": found.n_same,
        "other_partner": found.n_other_partner,
        "kappa": kappa and kappa.value,
        "lower": kappa and kappa.lower,
        "upper": kappa and kappa.upper,
    }


def _errors_record(found: ReviewErrors) -> dict[str, object]:
    return {
        "sensitivity": {"k": found.sensitivity.k, "n": found.sensitivity.n},
        "specificity": {"k": found.specificity.k, "n": found.specificity.n},
        "unsure": found.n_unsure,
        "open": found.n_open,
    }


def _agreement_line(kind: str, found: Agreement) -> str:
    kappa = found.kappa
    figure = "kappa is not defined: one verdict throughout"
    if kappa is not None:
        figure = f"kappa {kappa.value:.2f} [{kappa.lower:.2f}, {kappa.upper:.2f}]"
    partners = f"; {found.n_other_partner} name another partner" if found.n_other_partner else ""
    return f"  {_KINDS[kind]}: {found.n_same} of {found.n} verdicts alike, {figure}{partners}"


def _errors_line(kind: str, found: ReviewErrors) -> str:
    figures = f"sensitivity {_share(found.sensitivity)}, specificity {_share(found.specificity)}"
    waiting = f"; {_units(found.n_open)} not settled" if found.n_open else ""
    return f"  {_KINDS[kind]}: {figures}{waiting}"


def _units(n: int) -> str:
    return f"{n} unit{'s'[: n != 1]}"


def _share(counts: Counts) -> str:
    if not counts.n:
        return "unknown (no unit)"
    found = wilson(counts.k, counts.n)
    return f"{counts.k} of {counts.n} [{found.lower:.2f}, {found.upper:.2f}]"
