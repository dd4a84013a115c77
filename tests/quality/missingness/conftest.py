"""A run whose review, links and values are all made up, so that every share is known."""

import numpy as np
import pytest

from linkage.tables import ERROR_RATES
from quality import measures, tally
from quality.drawn import Drawn
from quality.estimate import to_table
from quality.missingness.decomposition import decomposition_rows
from quality.tally import Tally

GROUPS = {None: (2000, 1600, 1440), "x": (1500, 1350, 1215), "y": (500, 250, 225)}
"""Records, links and values by group: y is linked less."""

REVIEWED = {
    measures.PRECISION: {None: 0.98, "x": 0.98, "y": 0.98},
    measures.COVERAGE: {
        None: 0.98 * 1600 / (0.9 * 2000),
        "x": 0.98 * 1350 / (0.95 * 1500),
        "y": 0.98 * 250 / (0.6 * 500),
    },
    measures.RECALL: {None: 0.9, "x": 0.95, "y": 0.6},
    measures.BLOCKING_RECALL: {None: 0.95, "x": 0.98, "y": 0.7},
    measures.THRESHOLD_LOSS: {None: 0.04, "x": 0.02, "y": 0.08},
    measures.ASSIGNMENT_LOSS: {None: 0.01, "x": 0.01, "y": 0.02},
}


def place(group):
    return (None, None) if group is None else ("race", group)


def _tallies(groups):
    for group, (n, links, values) in groups.items():
        counts = [
            (measures.RECORDS, None, None, measures.INGEST, n),
            (measures.LINKED, "b", None, measures.DECIDE, links),
            (measures.VALUE_THROUGH_LINK, "b", "event", measures.NOT_LINKED, n - links),
            (measures.VALUE_THROUGH_LINK, "b", "event", measures.FROM_LINK, values),
        ]
        reasons = {"not_stated": links - values - 15, "prefer_not_to_say": 15}
        if group is None:
            reasons = {"not_stated": links - values - 30, "prefer_not_to_say": 30}
        counts += [
            (measures.VALUE_THROUGH_LINK, "b", "event", reason, k) for reason, k in reasons.items()
        ]
        for measure, other, variable, stage, k in counts:
            yield Tally(
                measure=measure,
                source="a",
                other=other,
                characteristic=place(group)[0],
                group=group,
                variable=variable,
                stage=stage,
                k=k,
                n=n,
            )


def _reviewed(spread):
    random = np.random.default_rng(1)
    values, points = {}, {}
    for measure, figures in REVIEWED.items():
        for group, figure in figures.items():
            drawn = np.clip(figure + spread * random.standard_normal(1000), 0.01, 1)
            values[measure, "b", *place(group)] = drawn
            points[measure, "b", *place(group)] = figure
    return Drawn(measures.REVIEW, values, points)


@pytest.fixture
def made(made_run, rate):
    def make(drawn, counts=GROUPS, **settings):
        run = made_run(
            linkage={"focal": "a"},
            groups={"race": {"source": "a", "column": "race"}}
            | ({"job": {"source": "b", "column": "job"}} if settings.pop("job", False) else {}),
            missingness={"variables": [{"source": "b", "column": "event"}], **settings},
        )
        run.source("a", [{"id": "a0"}]).source("b", [{"id": "b0"}])
        run.workspace.write(tally.TALLIES.name, tally.to_table(_tallies(counts)))
        rows = [
            rate(measure, characteristic=place(group)[0], group=group, estimate=figure)
            for measure, figures in REVIEWED.items()
            for group, figure in figures.items()
        ]
        run.workspace.write(ERROR_RATES.name, to_table(rows))
        return list(decomposition_rows(run.workspace, run.config, drawn))

    return make


@pytest.fixture
def tallies():
    """Return the tallies of a run."""
    return lambda counts=GROUPS: list(_tallies(counts))


@pytest.fixture
def reviewed():
    """Return the draws of its review."""
    return lambda spread=0.01: _reviewed(spread)
