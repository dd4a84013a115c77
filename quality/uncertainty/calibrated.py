"""What a review says of the model's probabilities: a calibration, and the matches to expect."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from quality import measures
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.groupings import Grouping
from quality.proportion import Interval
from quality.review.focal import Focal
from quality.review.reviewed import Review, read_review_of
from quality.run_tables import Tables
from quality.uncertainty.calibration import Calibration, calibrate
from quality.uncertainty.expected_matches import expected_matches, scores
from quality.uncertainty.labels import Labels
from quality.uncertainty.review_labels import best_candidates, labels_of

CALIBRATION = "calibration"
"""The JSON file in ``restricted/`` that holds :meth:`Calibration.as_record`."""

_ASSUMPTIONS = (
    "the probability of a record's best candidate, put right by the labels of the review, holds "
    "for the records that nobody reviewed",
    "reviewers are right",
    "counts best candidates only: a partner that is not the best candidate, or not among the "
    "candidates, is not in it",
)


@dataclass(frozen=True)
class Calibrated:
    """The calibration of a run, and the estimates of expected matches that it gives."""

    calibration: Calibration
    estimates: tuple[Estimate, ...]


def calibrated_matches(workspace: Workspace, config: Config) -> Iterator[Estimate]:
    """Yield the matches to expect by calibrated probabilities; nothing without a review.

    Writes ``restricted/calibration.json``: :meth:`Calibration.as_record`, or null where nothing
    was reviewed.

    Raises
    ------
    LinkageError
        When the review cannot be read or is not of this run: see
        :func:`quality.review.reviewed.read_review_of`.
    """
    if config.quality.review is None:
        workspace.write_json(CALIBRATION, None)
        return
    folder = config.quality.review
    review = read_review_of(workspace, config, folder)
    by = json.loads((folder / "design.json").read_bytes())["by"]  # readable: the review was
    found = calibrate_run(workspace, config, review, by)
    workspace.write_json(CALIBRATION, found.calibration.as_record())
    yield from found.estimates


def calibrate_run(run: Tables, config: Config, review: Review, by: Sequence[str]) -> Calibrated:
    """Calibrate the probabilities of a run on the decisions of its review.

    Parameters
    ----------
    by
        The characteristics that the review was designed by: its groups.

    Returns
    -------
    Calibrated
        Without estimates where there were too few labels to calibrate.
    """
    focal = review.focal
    best = best_candidates(run, config, focal)
    labels = labels_of(review, best)
    level, seed = config.quality.level, config.linkage.training.seed
    calibration = calibrate(labels, level, seed)
    if calibration.map is None:
        return Calibrated(calibration, ())
    scored = ~np.isnan(best.p)
    every = scores(best.p[scored], focal.frame.group[scored])
    whole, groups = expected_matches(calibration, labels, every, level, seed)
    return Calibrated(calibration, tuple(_estimates(review.focal, by, labels, whole, groups)))


def _estimates(
    focal: Focal,
    by: Sequence[str],
    labels: Labels,
    whole: Interval,
    groups: Sequence[Interval],
) -> Iterator[Estimate]:
    yield _estimate(focal, whole, len(focal.record), len(labels))
    if not by:
        return
    records = np.bincount(focal.frame.group, minlength=len(groups))
    labelled = np.bincount(labels.group, minlength=len(groups))
    characteristic = Grouping(tuple(by)).name
    for k, each in enumerate(groups):
        name = (characteristic, focal.groups[k])
        yield _estimate(focal, each, int(records[k]), int(labelled[k]), name)


def _estimate(
    focal: Focal,
    expected: Interval,
    records: int,
    labelled: int,
    group: tuple[str | None, str | None] = (None, None),
) -> Estimate:
    return Estimate(
        measure=measures.EXPECTED_MATCHES,
        method=measures.CALIBRATED,
        source=focal.source,
        other=focal.other,
        characteristic=group[0],
        group=group[1],
        estimate=expected.value,
        lower=expected.lower,
        upper=expected.upper,
        level=expected.level,
        interval_covers=measures.SAMPLING_ONLY,
        grade=grade_of(measures.CALIBRATED),
        n_records=records,
        n_reviewed=labelled,
        status="ok",
        assumptions=_ASSUMPTIONS,
    )
