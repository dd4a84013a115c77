"""The page on which a pair is explained, to those who may read the run's tables."""

import pyarrow.parquet as pq
import pytest

from quality.browse.site import BrowseSite
from quality.explain.explanation import explain
from quality.report.numbers import weight
from quality.serving.access import Access


@pytest.fixture
def site(linked):
    return BrowseSite(linked.parent.parent, Access(1))


@pytest.fixture
def page(linked):
    return f"pair/{linked.parent.name}-{linked.name}"


def test_two_ids_are_asked_for_and_explained(linked, site, page):
    asked = site.get(page, {}).page("nonce")
    assert f'name="form_token" value="{site._pages.form_token}"' in asked
    links = pq.read_table(linked / "restricted" / "links.parquet").to_pylist()
    ids = links[0]["record_id_l"], links[0]["record_id_r"]
    shown = site.post(page, {"first": ids[0], "second": f" {ids[1]} "}).page("nonce")
    assert "The pair is linked" in shown
    found = explain(linked, ids)
    assert weight(found.match_weight).text in shown
    assert all(each.level in shown for each in found.parts)


def test_ids_that_are_not_there_are_told_without_saying_them_again(site, page):
    shown = site.post(page, {"first": "<b>nobody</b>", "second": ""}).page("nonce")
    assert 'role="alert"' in shown
    said = shown.partition("<form")[0]
    assert "nobody" not in said
    assert "<b>nobody" not in shown


def test_whoever_may_not_read_the_tables_is_not_answered(linked, site, page):
    hidden = linked / "restricted"
    hidden.rename(linked / "elsewhere")
    try:
        assert site.get(page, {}).status == 404
        assert site.post(page, {"first": "a", "second": "b"}).status == 405
    finally:
        (linked / "elsewhere").rename(hidden)
