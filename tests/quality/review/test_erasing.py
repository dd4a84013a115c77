"""A person taken out of a review: the decision keeps its weight and names nobody."""

from contextlib import nullcontext

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from quality.review import erasing
from quality.review.cases import read_review
from quality.review.decisions import open_log, read_decisions
from quality.review.erasing import KEPT, erase


def decided(run, review):
    """Decide of two units, and give one that shows the record x1."""
    first, second, *_ = sorted(review.units)
    with open_log(review, "anna", False) as log:
        log.append((first, "none"))
        log.append((second, "none"))
    unit = review.units[first]
    keys = pa.table(
        {
            "source": [unit.source],
            "record": pa.array([unit.record], pa.int32()),
            "record_id": ["x1"],
        }
    )
    pq.write_table(keys, run / "restricted" / "record_keys.parquet")
    return first, unit


def test_what_was_decided_of_an_erased_person_keeps_stratum_and_verdict(run, review):
    first, unit = decided(run, review)
    before = read_decisions(review.folder).num_rows
    erase(run, {unit.source: ["x1"]})
    kept = pq.read_table(review.folder / KEPT)
    assert kept.num_rows >= 1
    assert "match" in kept["decision"][0].as_py()
    assert kept["n_stratum"][0].as_py() == review.strata[unit.stratum].n_records
    assert {"unit", "record", "partner", "reviewer", "reviewed_at"}.isdisjoint(kept.column_names)
    left = read_review(review.folder)
    assert first not in left.units
    shown = {r for u in left.units.values() for r in (u.record, u.partner_shown)}
    listed = {r for records in left.listed.values() for r in records}
    assert unit.record not in shown | listed
    assert read_decisions(review.folder).num_rows == before - kept.num_rows


@pytest.mark.parametrize("files", range(7))
def test_interrupted_after_any_file_and_done_again_it_keeps_each_decision_once(
    run, review, monkeypatch, files
):
    first, unit = decided(run, review)
    n, left = read_decisions(review.folder).num_rows, iter(range(files))

    def some(call):
        def interrupted(*arguments):
            if next(left, None) is None:
                raise KeyboardInterrupt
            return call(*arguments)

        return interrupted

    with monkeypatch.context() as patch:
        for name in ("publish", "_write"):
            patch.setattr(erasing, name, some(getattr(erasing, name)))
        with pytest.raises(KeyboardInterrupt) if files < 6 else nullcontext():
            erase(run, {unit.source: ["x1"]})
    erase(run, {unit.source: ["x1"]})
    assert (
        pq.read_table(review.folder / KEPT).num_rows + read_decisions(review.folder).num_rows == n
    )
    assert first not in read_review(review.folder).units
    assert list(review.folder.glob("erasing*")) == []
