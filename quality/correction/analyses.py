"""Each analysis by every method that the run allows, as rows side by side."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from linkage.config.schema import Analysis, Config
from linkage.runs.workspace import Workspace
from quality import measures
from quality.correction import said
from quality.correction.figures import Figures
from quality.correction.methods import METHODS, Asked, figures
from quality.correction.partners import Partners, false_partners
from quality.correction.precision import in_household, measured_precision
from quality.correction.run_links import RunCandidates, RunLinks, read_candidates, read_links
from quality.correction.supported import (
    Means,
    held_back,
    means_of,
    people_of_coefficients,
)
from quality.correction.variables import (
    MOST_CATEGORIES,
    Variables,
    read_variables,
    too_many_categories,
)
from quality.drawn import Drawn
from quality.errors.drawn_rates import Draws, read_draws
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.links_made import decided_by_links


@dataclass(frozen=True)
class _Run:
    """What all analyses of a run share."""

    config: Config
    drawn: Drawn
    links: RunLinks
    candidates: RunCandidates
    draws: Draws | None
    household: float | None

    def asked(self, variables: Variables) -> Asked:
        """Return an analysis with its data."""
        linked, complete = variables.pairs(*self.links.pairs.T)
        return Asked(
            variables,
            self.links.pairs,
            linked,
            self.links.weight[complete],
            measured_precision(self.drawn, self.links.other, variables.groups, linked.n_of_group),
            false_partners(self.links, self.candidates, variables.groups, variables.first),
            self.draws,
            self.candidates,
            self.config.quality.level,
        )


@dataclass(frozen=True)
class _Place:
    """What a figure is of; ``n`` are the records that it rests on."""

    variable: str
    characteristic: str | None
    group: str | None
    n: int


def analyses(workspace: Workspace, config: Config, drawn: Drawn) -> Iterator[Estimate]:
    """Yield every analysis by every method: naive, weighted, corrected, over draws of the links.

    A correction that the run does not allow has a row without a figure that says why.
    """
    if not config.analyses or not decided_by_links(config):
        return
    links = read_links(workspace, config)
    run = _Run(
        config,
        drawn,
        links,
        read_candidates(workspace, config),
        read_draws(workspace),
        in_household(workspace, config, links.other),
    )
    rows, means = list[Estimate](), list[Means]()
    for analysis in config.analyses:
        variables = read_variables(workspace, config, analysis)
        if wide := list(too_many_categories(variables.covariates)):
            why = said.too_wide(wide, MOST_CATEGORIES)
            rows.append(_refused(run, analysis, measures.NAIVE, why))
        else:
            asked = run.asked(variables.shown(*links.pairs.T))
            rows += _of_analysis(run, asked)
            means += [means_of(analysis, asked.linked)] if asked.means else []
    told = held_back(means, config.disclosure.threshold)
    for row in rows:
        # a mean that tells of few people rests on none that may be told of
        yield replace(row, n_effective=0.0) if (row.variable, row.group) in told else row


def _of_analysis(run: _Run, asked: Asked) -> Iterator[Estimate]:
    analysis = asked.variables.analysis
    naive = None
    for method in METHODS:
        found = figures(method, asked)
        if isinstance(found, str):
            yield _refused(run, analysis, method, found)
        elif found is not None:
            naive = naive or found
            yield from _rows(run, asked, method, found, naive)
        if naive is None:
            return  # where links taken for right give nothing, nothing else does


def _rows(
    run: _Run, asked: Asked, method: str, found: Figures, naive: Figures
) -> Iterator[Estimate]:
    for at, place in enumerate(_places(asked)):
        row = replace(
            _row(run, asked.variables.analysis, method, asked.partners),
            variable=place.variable,
            characteristic=place.characteristic,
            group=place.group,
            n_effective=float(place.n),
            n_records=place.n,
        )
        yield replace(
            row,
            estimate=float(found.estimate[at]),
            lower=float(found.lower[at]),
            upper=float(found.upper[at]),
            interval_covers=found.covers,
        )
        if found is not naive:
            yield from _shifts(row, at, found, naive, run.config.quality.level)


def _shifts(
    row: Estimate, at: int, found: Figures, naive: Figures, level: float
) -> Iterator[Estimate]:
    """Yield how far a method moves a figure, with limits where the precision was drawn."""
    error = max(float(naive.error[at]), 1e-300)
    for measure, scale in (
        (measures.ANALYSIS_SHIFT, 1.0),
        (measures.ANALYSIS_SHIFT_IN_ERRORS, error),
    ):
        shift = float(found.estimate[at] - naive.estimate[at]) / scale
        lower = upper = covers = None
        if found.drawn is not None:
            covers = measures.PRECISION_ONLY
            drawn = (found.drawn[:, at] - naive.estimate[at]) / scale
            low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2]).tolist()
            lower, upper = min(low, shift), max(high, shift)
        yield replace(
            row,
            measure=measure,
            estimate=shift,
            lower=lower,
            upper=upper,
            interval_covers=covers,
            level=None if covers is None else row.level,
        )


def _places(asked: Asked) -> list[_Place]:
    """Return what each figure is of; the mean of all comes after those of groups."""
    linked, analysis = asked.linked, asked.variables.analysis
    if not asked.means:
        people = people_of_coefficients(linked)
        names = [f"{analysis.name}: {name}" for name in linked.names]
        return [_Place(name, None, None, n) for name, n in zip(names, people, strict=True)]
    everyone = _Place(analysis.name, None, None, len(linked))
    if analysis.by is None:
        return [everyone]
    n = linked.x.sum(axis=0).astype(int).tolist()
    of_groups = zip(linked.names, n, strict=True)
    places = [_Place(analysis.name, analysis.by, name, k) for name, k in of_groups]
    return places if len(places) == 1 else [*places, everyone]


def _refused(run: _Run, analysis: Analysis, method: str, why: str) -> Estimate:
    row = _row(run, analysis, measures.NO_METHOD)
    return replace(
        row,
        variable=f"{analysis.name}: {method}",
        level=None,
        status="not_identified",
        assumptions=(why,),
    )


def _row(run: _Run, analysis: Analysis, method: str, partners: Partners | None = None) -> Estimate:
    assumptions: tuple[str, ...] = ()
    if partners is not None:
        assumptions = said.assumed(method, analysis.by, partners, run.household)
    return Estimate(
        measure=measures.ANALYSIS_ESTIMATE,
        method=method,
        source=run.config.focal,
        other=run.links.other,
        stage=measures.DECIDE,
        level=run.config.quality.level,
        grade=grade_of(method),
        status="ok",
        assumptions=assumptions,
    )
