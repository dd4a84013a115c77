"""The draw stage, and what links say of it, on small invented sources."""

import numpy as np
import pytest

from linkage.model.fitting import from_fitted_record
from linkage.uncertainty.drawing import LABEL
from linkage.uncertainty.linkages import read_linkages

GROUPS = {"sex": {"source": "a", "column": "sex"}}


@pytest.fixture(scope="module")
def two(invented_people):
    return {"a": invented_people("a", 0, 300), "b": invented_people("b", 100, 400)}


@pytest.fixture(scope="module")
def linked(link, two):
    return link(two, once="ab", groups=GROUPS, quality={"draws": 60})


def test_p_link_is_the_share_of_drawn_linkages_that_hold_the_link(linked):
    linkages = read_linkages(linked.root / "restricted")
    assert len(linkages) == 60
    assert (linkages.source, linkages.other) == ("a", "b")
    times = dict.fromkeys(zip(linkages.record.tolist(), linkages.partner.tolist(), strict=True), 0)
    for record, partner in linkages:
        assert len(set(partner)) == len(partner)
        for pair in zip(record.tolist(), partner.tolist(), strict=True):
            if pair in times:
                times[pair] += 1
    said = [row["p_link"] for row in linked.rows("links")]
    assert [n / 60 for n in times.values()] == pytest.approx(said)
    assert 0 < min(said) < 1


def test_p_link_is_near_the_normalised_probability(linked):
    numbers = {
        (row["source"], row["record_id"]): row["record"] for row in linked.rows("record_keys")
    }
    p = {(row["record_l"], row["record_r"]): row["p_record"] for row in linked.rows("candidates")}
    far = []
    for row in linked.rows("links"):
        record, other = (numbers[row[f"source_{s}"], row[f"record_id_{s}"]] for s in "lr")
        far.append(row["p_link"] - p[record, other])
    assert np.abs(far).max() < 0.3
    assert np.abs(np.mean(far)) < 0.01


def test_the_match_probability_lies_between_its_bounds(linked):
    for row in linked.rows("links"):
        assert row["p_model_lower"] <= row["p_model_upper"]
    inside = [
        row["p_model_lower"] <= row["match_probability"] <= row["p_model_upper"]
        for row in linked.rows("links")
    ]
    assert np.mean(inside) > 0.95


def test_draws_speak_of_focal_records_by_their_numbers(linked):
    columns = {"draw", "source", "record", "partner_source", "partner"}
    rows = linked.rows("draws")
    assert {frozenset(row) for row in rows} == {frozenset(columns)}
    for row in rows:
        assert row["source"] == "a"
        assert 0 <= row["record"] < 300
        if row["partner"] is None:
            assert row["partner_source"] is None
        else:
            assert row["partner_source"] == "b"
            assert 300 <= row["partner"] < 600
    assert [(row["draw"], row["record"]) for row in rows] == sorted(
        (row["draw"], row["record"]) for row in rows
    )


def test_uncertainty_is_told_as_what_it_is(linked):
    said = linked.json("uncertainty")
    assert said["label"] == LABEL
    assert said["draws"] == 60
    assert said["rhat"] < 1.1
    assert 30 < said["effective_draws"] <= 60
    assert 0 <= said["collisions"] < 0.02
    assert said["links_lower"] < said["links_mean"] < said["links_upper"]
    fitted = from_fitted_record(linked.json("fitted"))
    by_name = [
        row for row in said["levels"] if row["comparison"] == said["levels"][0]["comparison"]
    ]
    assert [row["m"] for row in by_name] == fitted.parameters.m[0].tolist()
    for row in said["levels"]:
        assert row["m_lower"] < row["m_upper"]
        assert row["w_lower"] < row["w_upper"]


def test_the_same_again_whatever_the_threads_and_the_order_of_rows(link, two, linked):
    turned = {name: records[::-1] for name, records in two.items()}
    engine = {"threads": 1}
    again = link(turned, once="ab", groups=GROUPS, quality={"draws": 60}, engine=engine)
    assert again.rows("draws") == linked.rows("draws")
    assert again.json("uncertainty") == linked.json("uncertainty")


def test_nothing_is_drawn_where_none_are_asked_for(link, two):
    run = link(two, once="ab", quality={"draws": 0})
    said = run.json("uncertainty")
    assert (said["draws"], said["refits"]) == (0, 0)
    assert "quality.draws is 0" in said["note"]
    assert not run.rows("draws")
    for row in run.rows("links"):
        assert row["p_model_lower"] is row["p_model_upper"] is None
        assert row["p_link"] < 1


def test_clusters_have_bounds_and_no_draws(link, invented_people):
    people = {"a": invented_people("a", 0, 150, copies=2)}
    run = link(people, {"type": "deduplicate"}, quality={"draws": 200})
    said = run.json("uncertainty")
    assert said["draws"] == 0
    assert said["refits"] == 100
    assert "several partners" in said["note"]
    assert not run.rows("draws")
    assert all(row["p_model_lower"] <= row["p_model_upper"] for row in run.rows("links"))


def test_many_to_one_is_drawn_for_the_side_that_repeats_people(link, invented_people):
    sources = {"a": invented_people("a", 0, 150), "b": invented_people("b", 50, 200, copies=2)}
    run = link(sources, once="a", quality={"draws": 40})
    linkages = read_linkages(run.root / "restricted")
    assert linkages.source == "b"
    for record, partner in linkages:
        assert len(record) > len(set(partner.tolist()))
        assert record.min() >= 150


def test_links_of_match_keys_are_in_every_draw(link, two):
    keys = {"deterministic": [["first_name", "surname", "date_of_birth"]]}
    run = link(two, keys, once="ab", quality={"draws": 20})
    by_key = [row["p_link"] for row in run.rows("links") if row["method"] != "probabilistic"]
    assert len(by_key) > 100
    assert set(by_key) == {1.0}
