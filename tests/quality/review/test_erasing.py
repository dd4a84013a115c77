"""A person taken out of a review: the decision keeps its weight and names nobody."""

import pyarrow as pa
import pyarrow.parquet as pq

from quality.review.cases import read_review
from quality.review.decisions import open_log, read_decisions
from quality.review.erasing import KEPT, erase


def test_what_was_decided_of_an_erased_person_keeps_stratum_and_verdict(run, review):
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
