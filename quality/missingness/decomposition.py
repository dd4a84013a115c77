"""Where values of another source were lost, for every group, as far as the run can say.

What a review or truth measured of the links is joined, draw by draw, with counts of what the linked
records show. Where nothing was measured, coverage, blocking and linking stay one stage, and a row
says by name what is not identified.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from linkage.config.schema import Config
from linkage.model.normalise import Reals
from linkage.runs.workspace import Workspace
from linkage.tables import ERROR_RATES
from quality import measures, tally
from quality.bias.references import named_references, references
from quality.drawn import Drawn
from quality.estimate import Estimate, Status, from_table
from quality.grades import grade_of
from quality.links_made import decided_by_links
from quality.missingness.basis import Basis, Known, basis, known
from quality.missingness.counted import Place, Variable, counted_values
from quality.missingness.coverage_file import read_coverage
from quality.missingness.stages import (
    LEAST_GAP,
    gaps,
    interval,
    losses,
    observed_but_wrong,
    passed_all,
    share_of_gap,
)
from quality.missingness.unidentified import unidentified_rows
from quality.proportion import Interval
from quality.share import status_of
from quality.tally import Tally


def decomposition_rows(workspace: Workspace, config: Config, drawn: Drawn) -> Iterator[Estimate]:
    """Yield where each variable of another source was lost, and what each stage does to a gap.

    For all records and every group of the focal source. Draws of a review or truth are used where
    links of two sources are what decides: pairs that entities imply are no records.

    Raises
    ------
    DataError
        D395 when the table of coverage cannot be read.
    """
    tallies = tally.from_table(workspace.read(tally.TALLIES.name))
    rows = from_table(workspace.read(ERROR_RATES.name))
    coverage = read_coverage(config.missingness.coverage)
    given = known(drawn if decided_by_links(config) else Drawn(), rows, coverage)
    yield from decomposed(config, tallies, given)


def decomposed(config: Config, tallies: Sequence[Tally], given: Known) -> Iterator[Estimate]:
    """Yield the rows of every variable that the tallies count, from what is known of the links."""
    own = {name: group.reference for name, group in config.groups.items()}
    named = named_references(own, config.intersections, config.quality.reference)
    reference = references(tallies, named)
    for variable, places in counted_values(tallies).items():
        bases = {place: basis(given, variable, place, counts) for place, counts in places.items()}
        found = {place: each for place, each in bases.items() if each is not None}
        yield from _of_variable(config, variable, found, reference)
        yield from unidentified_rows(config, variable, found)


def _of_variable(
    config: Config,
    variable: Variable,
    found: Mapping[Place, Basis],
    reference: Mapping[str, str],
) -> Iterator[Estimate]:
    for place, each in found.items():
        said = _Group(config, variable, place, each)
        yield from _passed(said, each)
        chosen = reference.get(place[0] or "")
        against = found.get((place[0], chosen))
        if chosen is not None and place[1] != chosen and against is not None:
            if against.method == each.method:
                yield from _gaps(said, each, against, chosen)


def _passed(said: _Group, each: Basis) -> Iterator[Estimate]:
    """Yield what passed each stage, and what was lost where, for one group."""
    level = said.level
    for stage, figure in each.stages.items():
        yield said.row(measures.STAGE_PASSED, stage, interval(figure, level))
    if each.rates is None:
        return
    observed = passed_all(each.stages)
    linked = observed / each.stages[measures.ASKED] / each.stages[measures.ANSWERED]
    asked = linked * each.stages[measures.ASKED]
    lost = losses(each.rates) | {
        "not_asked": linked - asked,
        "not_answered": asked - observed,
    }
    wrong = observed_but_wrong(each.counts, each.rates)
    yield said.row(measures.OBSERVED_RATE, None, interval(observed, level))
    yield said.row(measures.OBSERVED_BUT_WRONG, None, interval(wrong, level))
    for stage, figure in lost.items():
        yield said.row(measures.VALUE_LOST, stage, interval(figure, level))


def _gaps(said: _Group, each: Basis, against: Basis, reference: str) -> Iterator[Estimate]:
    """Yield each stage's part of the gap, in logs and, where there is a gap, as a share."""
    parts = gaps(each.stages, against.stages)
    total: Reals = np.sum([*parts.values()], axis=0)
    yield said.row(measures.STAGE_GAP, None, interval(total, said.level), reference)
    for stage, part in parts.items():
        yield said.row(measures.STAGE_GAP, stage, interval(part, said.level), reference)
    if abs(total[0]) <= LEAST_GAP:
        return
    for stage, part in parts.items():
        share = share_of_gap(part, total, said.level)
        yield said.row(measures.STAGE_SHARE, stage, share, reference)


@dataclass(frozen=True)
class _Group:
    """What the rows of one group have in common."""

    config: Config
    variable: Variable
    place: Place
    basis: Basis

    @property
    def level(self) -> float:
        return self.config.quality.level

    def row(
        self, measure: str, stage: str | None, found: Interval | None, reference: str | None = None
    ) -> Estimate:
        """Return a row; without an interval, one that says that there are too few to tell."""
        return Estimate(
            measure=measure,
            method=self.basis.method,
            source=self.config.focal,
            other=self.variable[0],
            characteristic=self.place[0],
            group=self.place[1],
            variable=self.variable[1],
            stage=stage,
            estimate=None if found is None else found.value,
            lower=None if found is None else found.lower,
            upper=None if found is None else found.upper,
            level=self.level,
            interval_covers=self.basis.interval_covers,
            reference=reference,
            grade=grade_of(self.basis.method),
            n_records=self.basis.counts.n,
            n_reviewed=self.basis.n_reviewed,
            status=self._status(measure, found),
            assumptions=self.basis.assumptions,
        )

    def _status(self, measure: str, found: Interval | None) -> Status:
        if found is None:
            return "too_few_to_tell"
        if measure == measures.STAGE_SHARE:
            return "ok"  # it is given only where the draws tell that there is a gap to share out
        return status_of(found, self.config.quality.material_gap)
