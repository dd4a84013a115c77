"""The rows of every method side by side, and what follows from them."""

import pytest

from quality import measures
from quality.error_rates import error_rate_rows, measured, with_complements
from quality.errors.uncertain_links import uncertain_links
from quality.not_identified import not_identified


def test_a_false_link_rate_is_one_less_the_precision_and_its_limits_change_places(rate):
    (_, wrong) = with_complements([rate()])
    assert wrong.measure == measures.FALSE_LINK_RATE
    found = (wrong.lower, wrong.estimate, wrong.upper)
    assert found == pytest.approx((0.01, 0.03, 0.06))


def test_what_a_method_gives_itself_is_not_made_again(rate):
    given = rate(measures.FALSE_LINK_RATE, estimate=0.02, lower=0.0, upper=0.05)
    assert with_complements([rate(), given]) == [rate(), given]


def test_a_bound_on_one_side_stays_on_one_side(rate):
    (_, missed) = with_complements([rate(measures.RECALL, estimate=None, lower=None, upper=0.9)])
    assert (missed.lower, missed.estimate, missed.upper) == (pytest.approx(0.1), None, None)


def test_only_a_review_or_truth_of_all_records_measures(rate):
    rows = [
        rate(measures.RECALL, measures.FABL),
        rate(measures.RECALL, characteristic="sex", group="F"),
        rate(measures.PRECISION, measures.TRUTH),
    ]
    assert measured(rows) == {(measures.PRECISION, "b")}


def test_what_was_measured_is_not_called_unidentified(made_run):
    made = made_run()
    made.source("a", [{"id": "1"}]).source("b", [{"id": "2"}])
    missing = {row.measure for row in not_identified(made.config)}
    assert missing == {measures.MISSED_MATCH_RATE, measures.COVERAGE}
    said = {(measures.MISSED_MATCH_RATE, "b")}
    assert [row.measure for row in not_identified(made.config, said)] == [measures.COVERAGE]


@pytest.fixture
def linked(made_run):
    made = made_run()
    made.source("a", [{"id": f"a{at}"} for at in range(40)])
    made.source("b", [{"id": f"b{at}"} for at in range(40)])
    links = [("a", f"a{at}", "b", f"b{at}") for at in range(40)]
    made.decide(links=links).ingest()
    table = made.workspace.read("links")
    place = table.column_names.index("p_link")
    sure = [0.5 if at < 6 else 0.9 for at in range(40)]
    made.workspace.write("links", table.set_column(place, "p_link", [sure]))
    return made


def test_links_under_nine_tenths_are_counted_as_uncertain(linked):
    (row,) = uncertain_links(linked.workspace, linked.config)
    assert (row.estimate, row.n_records, row.other, row.grade) == (6 / 40, 40, "b", "C")


def test_every_source_of_rows_is_asked(linked):
    rows = error_rate_rows(linked.workspace, linked.config)
    assert measures.UNCERTAIN_LINKS in {row.measure for row in rows}
