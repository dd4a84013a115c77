"""RLdata500 of the R package RecordLinkage (Sariyar and Borg 2010): 500 records, 50 duplicates."""

from itertools import combinations

import pyarrow.parquet as pq
import pytest


@pytest.fixture(scope="module")
def records(public_data):
    return pq.read_table(public_data / "rldata500" / "records.parquet")


def test_duplicates_are_found_without_a_threshold_typed_in(run, public_data, records):
    folder = run(
        f"""
version: 1
name: rldata500
sources:
  people:
    path: {public_data}/rldata500/records.parquet
    id: rec_id
    columns:
      first_name: fname_c1
      surname: lname_c1
      date_of_birth: {{day: bd, month: bm, year: by}}
linkage: {{type: deduplicate}}
"""
    )
    entities = pq.read_table(folder / "restricted" / "entities.parquet").to_pylist()
    person = dict(
        zip(map(str, records["rec_id"].to_pylist()), records["true_id"].to_pylist(), strict=True)
    )
    found, true = ({}, {})
    for row in entities:
        found.setdefault(row["entity"], set()).add(row["record_id"])
        true.setdefault(person[row["record_id"]], set()).add(row["record_id"])
    found, true = (
        {pair for ids in groups.values() for pair in combinations(sorted(ids), 2)}
        for groups in (found, true)
    )
    assert len(true) == 50
    assert 2 * len(found & true) / (len(found) + len(true)) >= 0.95
