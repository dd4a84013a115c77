"""What known truth measures of a run under way."""

import csv
import datetime

import pyarrow as pa
import pytest

from linkage.errors import DataError
from quality import measures
from quality.errors.impossible import impossible_links
from quality.errors.truth_rows import truth_rates
from quality.proportion import wilson

SEX = {"sex": {"source": "a", "column": "sex"}}
LINKS = [*(("a", f"a{at}", "b", f"b{at}") for at in range(4)), ("a", "a4", "b", "b6")]


def people(prefix, surnames, **columns):
    rows = [{"id": f"{prefix}{at}", "surname": name} for at, name in enumerate(surnames)]
    for column, values in columns.items():
        for row, value in zip(rows, values, strict=True):
            row[column] = value
    return rows


def give_truth(made, pairs):
    """Write true pairs where the run's database may read them, and name them in its settings."""
    path = made.root / "truth.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("record_id_l", "record_id_r"), *pairs])
    made.settings["quality"] = {"truth": str(path)}


@pytest.fixture
def run(made_run):
    """Seven true pairs: four linked, one lost to a wrong partner, one missed, one not blocked."""
    made = made_run(groups=SEX)
    give_truth(made, [(f"a{at}", f"b{at}") for at in range(7)])
    made.source("a", people("a", "uvwxyz-", group_sex=["F", "F", "F", "M", "M", None, "M"]))
    made.source("b", people("b", "uvwxyz?"))
    return made.decide(links=LINKS).method(["surname"])


def test_rates_and_losses_of_all_records(run):
    rows = {r.measure: r for r in truth_rates(run.workspace, run.config) if r.group is None}
    assert {name: row.estimate for name, row in rows.items()} == {
        measures.PRECISION: pytest.approx(4 / 5),
        measures.RECALL: pytest.approx(4 / 7),
        measures.BLOCKING_RECALL: pytest.approx(6 / 7),
        measures.BLOCKING_LOSS: pytest.approx(1 / 7),
        measures.ASSIGNMENT_LOSS: pytest.approx(1 / 7),
        measures.THRESHOLD_LOSS: pytest.approx(1 / 7),
        measures.COVERAGE: 1,
    }
    interval = wilson(4, 5)
    row = rows[measures.PRECISION]
    assert (row.lower, row.upper) == (pytest.approx(interval.lower), pytest.approx(interval.upper))
    assert (row.grade, row.method, row.n_records) == ("A", measures.TRUTH, 5)
    assert (row.source, row.other) == ("a", "b")


def test_the_losses_add_up_to_the_missed_matches_in_every_group(run):
    rows = list(truth_rates(run.workspace, run.config))
    for group in (None, "F", "M", "unknown"):
        of = {r.measure: r.estimate for r in rows if r.group == group}
        lost = sum(of[measure] for measure in measures.LOSSES)
        assert lost == pytest.approx(1 - of[measures.RECALL])


def test_a_group_without_links_has_no_precision(run):
    rows = [r for r in truth_rates(run.workspace, run.config) if r.group == "unknown"]
    assert measures.PRECISION not in {r.measure for r in rows}
    assert next(r for r in rows if r.measure == measures.RECALL).estimate == 0


def test_entities_are_measured_within_a_source(made_run):
    made = made_run(linkage={"type": "deduplicate"}, unique=False)
    give_truth(made, [("a0", "a1"), ("a2", "a3")])
    made.source("a", people("a", "uuvvw"))
    made.decide(entities=[{"a0", "a1"}, {"a2"}]).method(["surname"])
    rows = {r.measure: r for r in truth_rates(made.workspace, made.config)}
    assert rows[measures.RECALL].estimate == pytest.approx(0.5)
    assert rows[measures.RECALL].other is None
    assert measures.ASSIGNMENT_LOSS not in rows


def test_without_a_truth_file_there_is_nothing(made_run):
    made = made_run().source("a", people("a", "u")).source("b", people("b", "u")).decide()
    assert list(truth_rates(made.workspace, made.config)) == []


def test_truth_of_other_records_is_refused(run):
    give_truth(run, [("x", "y")])
    with pytest.raises(DataError) as raised:
        list(truth_rates(run.workspace, run.config))
    assert raised.value.faults[0].code == "D366"


ORDER = {
    "earlier": {"source": "a", "column": "date_of_birth"},
    "later": {"source": "b", "column": "died"},
}


def test_links_that_no_person_can_have_are_a_floor(made_run):
    day = datetime.date
    made = made_run(groups=SEX, quality={"impossible": [ORDER]})
    born = [day(1950, 1, 1), day(1990, 1, 1), None, day(2000, 1, 1)]
    died = [day(2000, 1, 1), day(1980, 1, 1), day(1900, 1, 1), day(2000, 1, 1)]
    kind = {"date_of_birth": pa.date32(), "died": pa.date32()}
    made.source("a", people("a", "uvwx", date_of_birth=born, group_sex=list("FFMM")), **kind)
    made.source("b", people("b", "uvwx", died=died), **kind)
    made.decide(links=[("a", f"a{at}", "b", f"b{at}") for at in range(4)])
    rows = {r.group: r for r in impossible_links(made.workspace, made.config)}
    assert (rows[None].estimate, rows["F"].estimate, rows["M"].estimate) == (0.25, 0.5, 0)
    assert (rows[None].lower, rows[None].upper, rows[None].grade) == (0.25, None, "C")
    assert rows[None].n_records == 4
