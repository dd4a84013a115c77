"""What is found in an output folder, what pages say of it, and what they refuse."""

import os
import re

import pytest

from linkage.errors import ConfigError
from quality.browse.found import runs_in
from quality.browse.site import BrowseSite
from quality.browse.trends import MOST_RUNS, trend_sections, trends_of
from quality.serving.access import Access

NEWEST = "census_admin-20261201T000000Z-bbbbbbbb"


@pytest.fixture
def site(output):
    return BrowseSite(output, Access(1))


def page(reply):
    assert reply.status == 200
    return reply.page("nonce")


def test_the_newest_run_comes_first(output):
    (output / "census_admin" / "latest").symlink_to("20261201T000000Z-bbbbbbbb")
    output.parent.joinpath("runs", "census_admin", ".building").mkdir()
    found = runs_in(output)
    assert [each.key for each in found] == [NEWEST, "census_admin-20261101T000000Z-aaaaaaaa"]
    assert {each.approved for each in found} == {None}


def test_a_folder_without_runs_is_one_clear_error(tmp_path):
    with pytest.raises(ConfigError, match="R495"):
        runs_in(tmp_path)


def test_who_may_not_read_people_is_not_shown_what_is_about_them(output):
    if os.geteuid() == 0:  # everything may be read: as if the tables were gone
        for each in output.glob("*/*/restricted"):
            each.rename(each.with_name("elsewhere"))
    else:
        for each in output.glob("*/*/restricted"):
            each.chmod(0)
    site = BrowseSite(output, Access(1))
    shown = page(site.get(f"run/{NEWEST}", {}))
    assert "see the report" in shown
    assert "/pair/" not in shown


def test_the_list_names_every_run_its_state_and_its_gates(site):
    shown = page(site.get("", {}))
    assert shown.count("pending") == 2
    assert "failed" in shown
    assert "2026-12-01 00:00" in shown
    assert "age &lt;b&gt;" in shown


def test_a_run_shows_its_finding_and_its_gates(site):
    shown = page(site.get(f"run/{NEWEST}", {}))
    assert "90 % linked &lt;script&gt;" in shown
    assert re.search("Recall lower.*census.*0.9.*failed", shown, re.DOTALL)


def test_the_report_is_shown_as_it_was_written(site):
    reply = site.get(f"report/{NEWEST}", {})
    assert page(reply) == "<!DOCTYPE html><title>the report</title>"
    assert reply.styled_within


@pytest.mark.parametrize(
    "name",
    [
        "run/other",
        "report/../../etc/passwd",
        "report/..%2F..%2Fetc%2Fpasswd",
        "trend/census_admin/sex",
        "trend/census_admin",
        "trend",
        "secret",
        f"run/{NEWEST}/../..",
    ],
)
def test_there_is_nothing_but_runs(site, name):
    assert site.get(name, {}).status == 404


def test_nothing_is_changed(site):
    assert site.post("", {}).status == 405


def test_trends_by_group(output, site):
    (section,) = trend_sections(trends_of(runs_in(output)), "age <b>")
    (part,) = section.parts
    texts = [[cell.text for cell in row] for row in part.table.rows]
    assert texts == [
        ["old", "90.0% [88.0% to 91.0%]", "suppressed [c]"],
        ["young", "80.0% [78.0% to 81.0%]", "70.0% [68.0% to 71.0%]"],
    ]
    assert [mark.text for mark in part.figure.marks] == ["90.0%", "80.0%", "70.0%"]
    shown = page(site.get("trend/census_admin/age%20%3Cb%3E", {}))
    assert "<b>" not in shown
    assert "suppressed [c]" in shown


def test_the_newest_runs_alone_stand_side_by_side(output, add):
    rows = trends_of(runs_in(output)).estimates[0]
    for month in range(10):
        add(f"2027{month + 1:02d}01T000000Z-cccccccc", rows)
    trends = trends_of(runs_in(output))
    assert len(trends.runs) == MOST_RUNS
    assert trends.runs[-1].run.startswith("202710")
