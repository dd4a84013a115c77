import duckdb
import pytest

from linkage.engines.sampling import ALL, Some, drawn


@pytest.fixture
def some():
    """Return the numbers under 2000 that a condition on ``record`` lets through."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT range::INTEGER AS record FROM range(2000)")

        def chosen(condition):
            rows = connection.execute(f"SELECT record FROM t WHERE {condition}").fetchall()
            return {record for (record,) in rows}

        yield chosen


def test_a_sample_is_drawn_by_what_is_hashed_and_the_seed(some):
    def at(share, seed):
        return some(drawn(share, "record", seed=seed))

    assert len(at(1.0, "it's")) == 2000
    assert at(0.0, "1") == set()
    assert len(at(0.3, "1")) == pytest.approx(600, abs=80)
    assert at(0.3, "1") <= at(0.5, "1")
    assert at(0.3, "1") != at(0.3, "2")


def test_some_records_are_a_share_a_range_or_both(some):
    assert ALL.are_all
    assert not Some(first=0).are_all
    assert not Some(0.5).are_all
    assert some(ALL.condition("record")) == set(range(2000))
    assert some(Some(first=10, last=13).condition("record")) == {10, 11, 12}
    half = some(Some(0.5, seed=4).condition("record"))
    assert len(half) == pytest.approx(1000, abs=100)
    assert some(Some(0.5, 4, first=100).condition("record")) == {r for r in half if r >= 100}
