"""Changes since the newest release of the same configuration, from a register made by hand."""

import csv
import dataclasses

import pytest

from linkage.config.schema import Config
from quality import measures
from quality.compare.since import changes_since
from quality.estimate import to_table
from quality.proportion import wilson
from quality.release.register import Released


@pytest.fixture
def settings():
    return Config.model_validate(
        {
            "name": "made",
            "sources": {
                name: {"path": f"{name}.csv", "id": "id", "columns": {"surname": "surname"}}
                for name in "ab"
            },
        }
    )


@pytest.fixture
def link_rate(rate):
    def make(k, n, group=None, **changes):
        share = wilson(k, n)
        limits = {"estimate": share.value, "lower": share.lower, "upper": share.upper}
        place = {"characteristic": "sex", "group": group} if group else {}
        return rate(
            measures.LINK_RATE, measures.WILSON, **{**limits, **place, "n_records": n, **changes}
        )

    return make


@pytest.fixture
def releases(tmp_path):
    """Return a function that releases estimates, by run, and ``found`` on it; the oldest first."""
    found = []

    def put(run, rows, config="made"):
        folder = tmp_path / f"{config}-{run}"
        folder.mkdir()
        if rows:
            table = to_table(rows)
            with (folder / "estimates.csv").open("w", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(table.column_names)
                writer.writerows(row.values() for row in table.to_pylist())
        found.append(Released(folder, config, run, run, {}))

    put.found = found
    return put


def test_nothing_released_before_gives_no_row(settings, link_rate, releases):
    assert changes_since(releases.found, settings, [link_rate(90, 100)]) == []
    releases("1", [link_rate(90, 100)], config="another")
    releases("2", [])  # a table asked for by itself has no estimates of a run
    assert changes_since(releases.found, settings, [link_rate(90, 100)]) == []


def test_the_newest_release_is_what_a_run_is_set_against(settings, link_rate, releases):
    releases("1", [link_rate(500, 1000)])
    releases("2", [link_rate(9000, 10000), link_rate(4500, 5000, "F")])
    hidden = {"estimate": None, "lower": None, "upper": None, "n_records": None}
    now = [link_rate(8000, 10000), link_rate(4500, 5000, "F", status="suppressed", **hidden)]
    found = changes_since(releases.found, settings, now)
    overall, of_group = (row for row in found if row.measure == "link_rate_change")
    assert overall.estimate == pytest.approx(-0.1)
    assert overall.lower < -0.1 < overall.upper < 0
    assert (overall.reference, overall.finding, overall.status) == ("2", measures.LOWER, "ok")
    assert (overall.method, overall.n_tests) == (measures.NEWCOMBE, 1)
    assert (of_group.status, of_group.estimate, of_group.n_records) == ("suppressed", None, None)
    told = {(row.variable, row.group): row.estimate for row in found if row.variable}
    assert told == {("1", None): 0.5, ("2", None): 0.9, ("2", "F"): 0.9}


def test_a_change_is_worth_no_more_than_the_weaker_of_its_ends(settings, rate, releases):
    before = rate(grade="B", estimate=0.9, lower=0.85, upper=0.94)
    releases("1", [before])
    after = dataclasses.replace(before, grade="A", estimate=0.91)
    (row,) = (
        each for each in changes_since(releases.found, settings, [after]) if not each.variable
    )
    assert (row.measure, row.grade, row.method) == ("precision_change", "B", measures.REVIEW)
