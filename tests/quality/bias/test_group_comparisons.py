"""What is counted of focal records beside links: findable, weighted, missing, match weights."""

import pyarrow as pa
import pytest

from linkage.tables import LINKS
from quality import measures
from quality.bias.focal_counts import focal_tallies
from quality.bias.group_comparisons import group_comparisons
from quality.drawn import Drawn
from quality.estimation import estimates
from quality.proportion import wilson

SEX = {"sex": {"source": "a", "column": "sex"}}
SOURCE = {"a": {"findable": {"alive": ["yes", None]}, "weight": "w"}}
ALIVE = [True, True, False, None, True, False]


@pytest.fixture
def run(made_run):
    """Six records, four of them linked: a2 and a5 are not alive, and a5 has no surname."""
    made = made_run(groups=SEX, source=SOURCE)
    rows = [
        {
            "id": f"a{at}",
            "surname": None if at == 5 else "s",
            "missing_surname": "not_answered" if at == 5 else None,
            "group_sex": "FFFMMM"[at],
            "survey_weight": [1.0, 1, 1, 3, 1, 1][at],
            "findable_alive": ALIVE[at],
        }
        for at in range(6)
    ]
    made.source("a", rows, survey_weight=pa.float64(), findable_alive=pa.bool_())
    made.source("b", [{"id": f"b{at}", "surname": "s"} for at in range(4)])
    made.decide(links=[("a", f"a{at}", "b", f"b{at}") for at in (0, 1, 2, 3)])
    links = made.workspace.read("links").to_pylist()
    for at, row in enumerate(links):
        row["match_weight"] = [10.0, 14, 12, None][at]
    made.workspace.write("links", pa.Table.from_pylist(links, pa.schema(LINKS.columns.items())))
    return made


def _rows(run):
    gaps, rows = group_comparisons(run.workspace, run.config, {"sex": "F"}, [], Drawn())
    counted = estimates(run.config, list(focal_tallies(run.workspace, run.config)), {"sex": "F"})
    return {(r.measure, r.group): r for r in [*rows, *counted, *(gap.row for gap in gaps)]}


def test_findable_records_are_those_that_the_configuration_names(run):
    found = {
        (t.measure, t.group): (t.k, t.n)
        for t in focal_tallies(run.workspace, run.config)
        if t.measure == measures.LINKED_FINDABLE
    }
    # where null is named, a record without a value is among them
    assert found == {
        (measures.LINKED_FINDABLE, None): (3, 4),
        (measures.LINKED_FINDABLE, "F"): (2, 2),
        (measures.LINKED_FINDABLE, "M"): (1, 2),
    }
    row = _rows(run)["findable_link_rate", "M"]
    assert (row.estimate, row.n_records, row.other) == (0.5, 2, "b")
    assert row.lower == pytest.approx(wilson(1, 2).lower)
    assert _rows(run)["findable_link_rate_gap", "M"].estimate == -0.5


def test_records_with_an_identifier_missing_are_compared(run):
    found = _rows(run)
    assert found["missing_an_identifier", None].estimate == pytest.approx(1 / 6)
    assert found["missing_an_identifier_gap", "M"].estimate == pytest.approx(1 / 3)


def test_records_count_by_their_weight(run):
    found = _rows(run)
    assert found["weighted_link_rate", "M"].estimate == pytest.approx(3 / 5)
    assert found["weighted_link_rate", "F"].estimate == 1
    assert found["weighted_link_rate_gap_rest", "M"].estimate == pytest.approx(3 / 5 - 1)


def test_mean_match_weights_are_of_links_that_have_one(run):
    found = _rows(run)
    assert found["mean_link_weight", "F"].estimate == 12
    assert ("mean_link_weight", "M") not in found


def test_without_weights_or_findable_records_neither_is_given(made_run):
    made = made_run(groups=SEX)
    made.source("a", [{"id": "a0", "surname": "s", "group_sex": "F"}])
    made.source("b", [{"id": "b0", "surname": "s"}]).decide(links=[("a", "a0", "b", "b0")])
    gaps, rows = group_comparisons(made.workspace, made.config, {"sex": "F"}, [], Drawn())
    assert (gaps, rows) == ([], [])
