"""Every number of the page is in its record, and every figure of the record in the estimates."""

import copy
import csv
import io

import pytest

from quality.estimate import to_table
from quality.release.files import as_csv
from quality.report.build import build
from quality.report.page import page_record
from quality.report.render import render
from tests.agreement import check_estimates, check_page, tables


@pytest.fixture(scope="module", params=[False, True], ids=["modelled", "reviewed"])
def said(request, make_inputs, make_errors, groups):
    """Return a page with its record and the rows of its estimates.csv."""
    inputs = make_inputs(errors=make_errors(groups, reviewed=request.param))
    page = build(inputs)
    table = to_table(inputs.estimates)
    text = as_csv(table.to_pylist(), table.column_names).decode()
    return page, page_record(page), list(csv.DictReader(io.StringIO(text)))


def test_every_number_of_the_page_stands_in_the_same_place_of_its_record(said):
    page, record, _ = said
    check_page(render(page), record)


def test_every_figure_of_the_record_is_an_estimate_of_its_group(said):
    _, record, rows = said
    assert check_estimates(record, rows) > 200


def test_a_number_that_the_record_lacks_is_seen(said):
    page, record, _ = said
    for old, new in (("95.0%", "95.7%"), (">90%</text>", ">9137</text>")):
        changed = render(page).replace(old, new)
        assert changed != render(page)
        with pytest.raises(AssertionError):
            check_page(changed, record)


def test_a_figure_that_no_estimate_gives_is_seen(said):
    _, record, rows = said
    changed = copy.deepcopy(record)
    by_race = ("link_rate-census-ssa-race", "summary-review-census-ssa-race")
    table = next(each for each in tables(changed) if each["id"] in by_race)
    table["rows"][0]["link_rate"].update(text="71.3%", value=0.713)
    with pytest.raises(AssertionError, match="link_rate"):
        check_estimates(changed, rows)
