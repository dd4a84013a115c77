"""Whole linkages as differences, and put together again."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.model.source_pairs import source_pairs
from linkage.tables import DRAWN
from linkage.uncertainty.differences import drawn_table, told_from_links, usual
from linkage.uncertainty.gibbs import gibbs
from linkage.uncertainty.linkages import Linkages, read_linkages

(PAIR,) = source_pairs({"a": 1500, "b": 2000}, {"a": True, "b": True}, "link")


@pytest.fixture(scope="module")
def posterior(trained):
    evidence, fitted = trained("both")
    return gibbs(evidence, fitted, draws=40), evidence.blocks[0]


def whole(posterior, block):
    for draw in range(posterior.n):
        rows = posterior.rows(draw)
        yield {
            *zip(block.focal[rows].tolist(), (block.opposite[rows] + 1500).tolist(), strict=True)
        }


def test_the_usual_partner_is_the_most_frequent(posterior):
    drawn, _ = posterior
    for record, chosen in enumerate(usual(drawn).tolist()):
        values, n = np.unique(drawn.choice[:, record], return_counts=True)
        assert n[values == chosen] == n.max()


@pytest.mark.parametrize("cut", [0.0, 0.5, 0.97, 1.1])
def test_linkages_are_put_together_as_they_were_drawn(posterior, cut):
    """Whatever the links are: all candidates that some draw holds, few of them, or none."""
    drawn, block = posterior
    share = drawn.share(len(block.rows))
    best = np.lexsort((-share, block.focal))
    best = best[np.r_[True, np.diff(block.focal[best]) > 0]]
    links = best[(share[best] > 0) & (share[best] >= cut)]
    record, partner = block.focal[links], block.opposite[links] + 1500
    told = told_from_links(drawn_table(drawn, block, PAIR), drawn.n, record, partner)
    assert told.share == pytest.approx(share[links])
    linkages = Linkages("a", "b", record, partner, told.differences, drawn.n)
    for (one, other), true in zip(linkages, whole(drawn, block), strict=True):
        assert {*zip(one.tolist(), other.tolist(), strict=True)} == true


def test_no_difference_is_told_that_is_none(posterior):
    drawn, block = posterior
    links = drawn.rows(7)
    record, partner = block.focal[links], block.opposite[links] + 1500
    told = told_from_links(drawn_table(drawn, block, PAIR), drawn.n, record, partner)
    assert 8 not in told.differences.draw
    link = dict(zip(record.tolist(), partner.tolist(), strict=True))
    each = zip(told.differences.record.tolist(), told.differences.partner.tolist(), strict=True)
    assert all(link.get(one, -1) != other for one, other in each)


def test_a_record_that_no_draw_speaks_of_has_its_link_in_none():
    drawn = pa.table(
        {"draw": [0, 1], "record": [3, 3], "partner": [9, None]}, pa.schema(DRAWN.columns.items())
    )
    told = told_from_links(drawn, 2, np.array([5]), np.array([8]))
    assert told.share.tolist() == [0]
    found = told.differences
    assert found.draw.tolist() == [1, 2, 2]
    assert found.record.tolist() == [5, 3, 5]
    assert found.partner.tolist() == [-1, 9, -1]


def test_a_run_without_draws_has_no_linkages_to_read(tmp_path):
    said = {"draws": 0, "note": "quality.draws is 0: nothing was drawn"}
    (tmp_path / "uncertainty.json").write_text(json.dumps(said))
    with pytest.raises(ValueError, match="nothing was drawn"):
        read_linkages(tmp_path)


def test_linkages_are_read_by_record_numbers(tmp_path):
    said = {"draws": 2, "source": "b", "other": "a"}
    (tmp_path / "uncertainty.json").write_text(json.dumps(said))
    ids = {"source_l": ["a", "a"], "record_id_l": ["x", "y"]}
    ids |= {"source_r": ["b", "b"], "record_id_r": ["x", "z"]}
    pq.write_table(pa.table(ids), tmp_path / "links.parquet")
    keys = {"source": list("aabb"), "record": [0, 1, 2, 3], "record_id": list("xyxz")}
    pq.write_table(pa.table(keys), tmp_path / "record_keys.parquet")
    draws = {"draw": [2], "source": ["b"], "record": [3], "partner_source": [None]}
    pq.write_table(
        pa.table({**draws, "partner": pa.array([None], pa.int32())}), tmp_path / "draws.parquet"
    )
    linkages = read_linkages(tmp_path)
    assert len(linkages) == 2
    found = [(record.tolist(), partner.tolist()) for record, partner in linkages]
    assert found == [([2, 3], [0, 1]), ([2], [0])]
