import csv
import io

import pytest

from linkage.tables import ESTIMATES
from quality.estimate import Estimate, to_table
from quality.release.files import write_tables

ROWS = [
    Estimate(
        measure="link_rate",
        method="wilson",
        source="a",
        other="b",
        characteristic="race",
        group='=HYPERLINK("x")',
        estimate=0.123456789,
        lower=0.1,
        upper=0.2,
        grade="A",
        status="ok",
    ),
    Estimate(
        measure="missing_identifier",
        method="wilson",
        source="a",
        variable="surname",
        grade="A",
        status="suppressed",
    ),
]


@pytest.fixture
def release(made_run):
    workspace = made_run().workspace
    write_tables(workspace, to_table(ROWS))
    return workspace.release


def rows(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_every_estimate_stands_in_one_file_and_by_subject(release):
    every = rows(release / "estimates.csv")
    assert list(every[0]) == list(ESTIMATES.columns)
    assert [row["measure"] for row in every] == ["link_rate", "missing_identifier"]
    assert [row["measure"] for row in rows(release / "tables/rates.csv")] == ["link_rate"]
    assert [row["measure"] for row in rows(release / "tables/missing.csv")] == [
        "missing_identifier"
    ]
    assert rows(release / "tables/flow.csv") == []


def test_every_table_of_shares_has_limits_and_grade_beside_the_figure(release):
    for name in ("rates", "gaps", "errors", "missing"):
        header = (release / f"tables/{name}.csv").read_text().splitlines()[0].split(",")
        assert {"estimate", "lower", "upper", "interval_covers", "grade", "status"} <= set(header)


def test_no_spreadsheet_takes_a_group_for_a_formula(release):
    assert rows(release / "estimates.csv")[0]["group"] == '\'=HYPERLINK("x")'
