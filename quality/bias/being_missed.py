"""Whose matches are missed more often, all characteristics of a record seen together."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from linkage.config.schema import Config
from linkage.model.normalise import Index, Reals
from linkage.runs.workspace import Workspace
from quality import measures
from quality.bias.adjusted_differences import adjusted_gap
from quality.bias.being_linked import formula, told_apart
from quality.bias.cells import (
    Cells,
    count_cells,
    factors_of,
    held_characteristics,
    labels_of,
    with_references,
)
from quality.bias.gap import Gap
from quality.bias.logistic import Fitted, fit
from quality.bias.main_effects import MainEffects
from quality.bias.marginal import marginal_effects
from quality.drawn import Drawn
from quality.errors.cell import NOWHERE, RIGHT
from quality.errors.record_groups import record_groups
from quality.errors.truth_file import read_truth
from quality.estimate import Estimate
from quality.finished_run import FinishedRun
from quality.grades import grade_of
from quality.groupings import Grouping, count_by_group
from quality.links_made import decided_by_links
from quality.review.reviewed import Review, read_review_of

_WOULD_IDENTIFY = (
    "the same links fit records that were missed and records that have no partner",
    "a review of unlinked records against the whole other source, or truth, would identify it",
)
_TRUTH = "the truth file names every match between records of the run"
_REVIEW = (
    "each reviewed record stands for as many of its stratum as were not reviewed; limits are the "
    "wider of those of the design and of the model, with the weights scaled to their effective "
    "number"
)
_RIGHT = "what the reviewers settled on is right"

_MATCHED = """
    WITH link AS (
        SELECT least(a.record, b.record) AS l, greatest(a.record, b.record) AS r
        FROM {links} AS link
        JOIN {keys} AS a ON a.source = link.source_l AND a.record_id = link.record_id_l
        JOIN {keys} AS b ON b.source = link.source_r AND b.record_id = link.record_id_r
    ), pair AS (
        SELECT truth.l, truth.r, link.l IS NOT NULL AS found
        FROM truth_pairs AS truth LEFT JOIN link ON link.l = truth.l AND link.r = truth.r
    ), mate AS (
        SELECT l AS record, r AS partner, found FROM pair
        UNION ALL SELECT r, l, found FROM pair
    )
    SELECT record.*, NOT matched.found AS counted
    FROM {records} AS record
    JOIN (
        SELECT mate.record, bool_or(found) AS found
        FROM mate JOIN {others} AS other ON other.record = mate.partner
        GROUP BY ALL
    ) AS matched ON matched.record = record.record
"""


@dataclass(frozen=True)
class Sampled:
    """Reviewed records that have a partner, each a cell of its own.

    (U,) each: ``weight`` is how many records each stands for, ``stratum`` where it was drawn;
    ``missed`` is 1 where its partner was missed.
    """

    cells: Cells
    weight: Reals
    stratum: Index
    missed: Reals


def being_missed(workspace: Workspace, config: Config, _drawn: Drawn) -> Iterator[Gap | Estimate]:
    """Yield the average marginal effect of every group of the focal source on being missed.

    Of the records that have a partner: all of them, where truth is known, else those that a review
    found, weighted by what they stand for. Refused by name where neither is there: without one the
    links do not say who was missed. Nothing where links of two sources are not what decides.
    """
    names = held_characteristics(config, config.focal)
    if not names or not decided_by_links(config):
        return
    (other,) = (name for name in config.sources if name != config.focal)
    row = _row(config.focal, other)
    if config.quality.truth is not None:
        yield from _by_truth(workspace, config, row)
    elif config.quality.review is not None:
        yield from _by_review(workspace, config, row)
    else:
        method = measures.NO_METHOD
        yield replace(
            row,
            method=method,
            grade=grade_of(method),
            interval_covers=None,
            status="not_identified",
            assumptions=_WOULD_IDENTIFY,
        )


def _by_truth(workspace: Workspace, config: Config, row: Estimate) -> Iterator[Gap]:
    _know_truth(workspace, config)
    relation = _MATCHED.format(
        records=workspace.view(f"records_{config.focal}"),
        others=workspace.view(f"records_{row.other}"),
        links=workspace.view("links"),
        keys=workspace.view("record_keys"),
    )
    labels = labels_of(workspace, config, config.focal)
    labels = {name: label for name, label in labels.items() if name in config.groups}
    cells = count_cells(workspace.connection, relation, labels, config)
    cells = with_references(cells, _sizes(workspace, config), config)
    yield from missed_by_cells(cells, row.other or "", config)


def missed_by_cells(cells: Cells, other: str, config: Config) -> Iterator[Gap]:
    """Yield the effects of groups on being missed, of cells whose missed matches are all known."""
    factors = told_apart(cells.factors)
    if factors and 0 < cells.k.sum() < cells.n.sum():
        said = (formula("missed | has a partner", factors), _TRUTH)
        fitted = fit(MainEffects(factors), cells.k, cells.n)
        named = replace(_row(config.focal, other), assumptions=said)
        yield from _effects(fitted, cells.n, cells.n, fitted.covariance, named, config)


def _know_truth(workspace: Workspace, config: Config) -> None:
    """Make sure that the pairs of the truth file stand in the database: they may already."""
    known = workspace.connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'truth_pairs'"
    ).fetchall()
    if not known[0][0] and config.quality.truth is not None:
        run = FinishedRun(config, workspace.restricted, workspace.connection, workspace.scratch)
        read_truth(run, config.quality.truth)


def _by_review(workspace: Workspace, config: Config, row: Estimate) -> Iterator[Gap]:
    if config.quality.review is None:
        return
    review = read_review_of(workspace, config, config.quality.review)
    sample = sampled(workspace, config, review)
    factors = told_apart(sample.cells.factors)
    if factors and 0 < sample.missed.sum() < len(sample.missed):
        said = (formula("missed | has a partner", factors), _REVIEW, _RIGHT)
        fitted, covariance = fit_sample(
            replace(sample, cells=replace(sample.cells, factors=factors))
        )
        seen = np.ones(len(sample.weight))
        named = replace(row, assumptions=said, n_reviewed=len(sample.weight))
        yield from _effects(fitted, sample.weight, seen, covariance, named, config)


def sampled(workspace: Workspace, config: Config, review: Review) -> Sampled:
    """Return the reviewed records that have a partner, with what each stands for.

    *Formula*: a record of a stratum of N, of which n were decided, stands for N / n.
    """
    decided, stratum = review.decided, review.stratum
    used = np.flatnonzero(~decided.unsure)
    own = stratum[decided.row]
    size = np.bincount(stratum, minlength=len(review.linked))
    drawn = np.bincount(own[used], minlength=len(review.linked))
    outcome, linked = decided.outcome, review.linked[own]
    # a right link has its partner; a record without a link that is right has none
    matched = used[((outcome == RIGHT) & linked | (outcome > NOWHERE))[used]]
    weight = size[own[matched]] / drawn[own[matched]]
    row = decided.row[matched]
    names = held_characteristics(config, config.focal)
    groups = record_groups(workspace, config.focal, [Grouping((name,)) for name in names])
    codes = {
        str(each.characteristic): ([str(name) for name in each.names], each.group[row])
        for each in groups
    }
    missed = (outcome[matched] != RIGHT).astype(np.float64)
    cells = Cells(factors_of(codes, weight, config), weight, weight * missed)
    cells = with_references(cells, _sizes(workspace, config), config)
    return Sampled(cells, weight, own[matched], missed)


def _sizes(workspace: Workspace, config: Config) -> dict[str, dict[str, int]]:
    """Return how many records of the focal source each group has, by characteristic."""
    groupings = [Grouping((name,)) for name in held_characteristics(config, config.focal)]
    relation = f"SELECT * FROM {workspace.view(f'records_{config.focal}')}"  # noqa: S608 - quoted
    sizes: dict[str, dict[str, int]] = {}
    for each in count_by_group(workspace.connection, relation, groupings, ()):
        if each.characteristic is not None and each.group is not None:
            sizes.setdefault(each.characteristic, {})[each.group] = each.n
    return sizes


def fit_sample(sample: Sampled) -> tuple[Fitted, Reals]:
    """Return the weighted model, and the coefficients' covariance over samples.

    *Formula*: V = A D A, A the inverse information of the weighted model, D the sum over strata of
    n / (n - 1) times that of the squares of w (y - p) x about their mean; the model's own is A with
    weights scaled to Kish's effective number. Where no error was seen the first knows no width, so
    that of each coefficient is raised to the model's own.
    """
    design, weight = MainEffects(sample.cells.factors), sample.weight
    scaled = weight * (weight.sum() / (weight @ weight))
    fitted = fit(design, scaled * sample.missed, scaled)
    score = scaled * (sample.missed - fitted.chance)
    spread = np.zeros_like(fitted.covariance)
    for h in np.unique(sample.stratum):
        inside = sample.stratum == h
        n = int(inside.sum())
        if n > 1:
            mean = design.sums(score * inside) / n
            square = design.cross(score**2 * inside) - n * np.outer(mean, mean)
            spread += n / (n - 1) * square
    designed = fitted.covariance @ spread @ fitted.covariance
    short = np.sqrt(np.maximum(np.diag(fitted.covariance) / np.diag(designed).clip(1e-12), 1.0))
    return fitted, designed * np.outer(short, short)


def _effects(
    fitted: Fitted,
    weight: Reals,
    seen: Reals,
    covariance: Reals,
    row: Estimate,
    config: Config,
) -> Iterator[Gap]:
    """Yield each effect as a gap; a group's base is how many of it were ``seen``."""
    sizes = {
        factor.name: dict(zip(factor.groups, factor.sums(seen), strict=True))
        for factor in fitted.design.factors
    }
    for effect in marginal_effects(fitted, weight):
        n = round(float(sizes[effect.characteristic][effect.group]))
        reviewed = row.n_reviewed is not None
        named = replace(row, n_reviewed=n) if reviewed else replace(row, n_records=n)
        error = effect.standard_error(covariance)
        yield adjusted_gap(effect, error, named, config.quality.level, config.quality.material_gap)


def _row(source: str, other: str) -> Estimate:
    return Estimate(
        measure=measures.MISSED_AME,
        method=measures.LOGISTIC,
        source=source,
        other=other,
        stage=measures.DECIDE,
        interval_covers=measures.SAMPLING_ONLY,
        grade=grade_of(measures.LOGISTIC),
        status="ok",
    )
