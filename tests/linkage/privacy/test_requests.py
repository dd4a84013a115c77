"""Requests for a review: as many decoys as records asked for, which nobody can tell from them."""

import pyarrow as pa
import pytest

from linkage.errors import DataError
from linkage.privacy.identity import new_ids
from linkage.privacy.requests import Request, read_request, with_decoys, write_request

SECRET = bytes(32)
IDS = new_ids(200).sort()
ASKED = IDS.take(pa.array(range(0, 60, 2)))
REQUEST = Request("ab" * 16, "census", "P", "cd" * 32, "ef" * 8, 2)


def test_as_many_decoys_as_are_asked_for_in_one_order():
    found = with_decoys(ASKED, IDS, SECRET, "review|census").to_pylist()
    assert found == sorted(found)
    assert len(set(found)) == len(found) == 2 * len(ASKED)
    assert set(ASKED.to_pylist()) < set(found) <= set(IDS.to_pylist())


def test_the_same_decoys_whenever_the_same_is_asked():
    first, again = (with_decoys(ASKED, IDS, SECRET, "review|census") for _ in range(2))
    assert first.equals(again)
    others = (b"1" * 32, "review|census"), (SECRET, "other|census")
    assert all(not with_decoys(ASKED, IDS, *other).equals(first) for other in others)


def test_all_records_where_there_are_too_few_for_decoys():
    assert with_decoys(IDS.slice(50), IDS, SECRET, "review|census").equals(IDS)


def test_a_request_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "census.parquet"
    write_request(path, REQUEST, ASKED)
    assert read_request(path) == (REQUEST, ASKED)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_record_twice_is_refused(tmp_path):
    path = tmp_path / "census.parquet"
    write_request(path, REQUEST, pa.concat_arrays([ASKED, ASKED.slice(0, 1)]))
    with pytest.raises(DataError) as caught:
        read_request(path)
    assert caught.value.faults[0].code == "D415"
