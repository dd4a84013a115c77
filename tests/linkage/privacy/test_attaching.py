"""The way back: attributes under pseudonyms, and nothing that says who somebody is."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import csv

from linkage.errors import DataError, RefusedError
from linkage.privacy.attaching import attach
from linkage.privacy.deliveries import Delivery, write_private
from linkage.privacy.identity import id_map, new_ids

DELIVERY = Delivery("P", "census", 1, 1, "ab" * 8, "cd" * 32, ("last_name", "record_id", "surname"))
IDS = ["p1", "p2", "p3"]


@pytest.fixture
def owner(tmp_path):
    return Owner(tmp_path)


class Owner:
    """A private folder, pseudonyms of its records, and attributes to spoil."""

    def __init__(self, folder):
        self.folder = folder
        self.private = folder / "private"
        self.private.mkdir(mode=0o700)
        self.rids = new_ids(3)
        write_private(self.private, DELIVERY, id_map(self.rids, pa.array(IDS), 1, None))
        self.names = ["f" * 32, "0" * 32, "8" * 32]
        self.pseudonyms = folder / "census.parquet"
        pq.write_table(pa.table({"rid": self.rids, "pseudonym": self.names}), self.pseudonyms)

    def attach(self, suffix=".parquet", **columns):
        path = self.folder / f"attributes{suffix}"
        table = pa.table(columns)
        (csv.write_csv if suffix == ".csv" else pq.write_table)(table, path)
        return attach(self.private, self.pseudonyms, path, "id")


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_each_row_comes_back_under_its_pseudonym_and_no_id_with_it(owner, suffix):
    found = owner.attach(suffix, id=["p2", "p1"], income=["20", "10"]).table
    assert found.to_pylist() == [
        {"pseudonym": "0" * 32, "income": "20"},
        {"pseudonym": "f" * 32, "income": "10"},
    ]


def test_types_are_kept_and_numbers_are_ids_as_well(tmp_path):
    owner = Owner(tmp_path)
    write_private(owner.private, DELIVERY, id_map(owner.rids, pa.array(["1", "2", "3"]), 1, None))
    found = owner.attach(id=[3, 1], income=[1.5, 2.5]).table
    assert found["income"].to_pylist() == [1.5, 2.5]
    assert found["pseudonym"].to_pylist() == ["8" * 32, "f" * 32]


def test_several_rows_of_a_person_stay_in_their_order(owner):
    found = owner.attach(id=["p1", "p2", "p1"], stay=["first", "other", "second"]).table
    assert found["stay"].to_pylist() == ["other", "first", "second"]


def test_rows_without_a_pseudonym_are_left_out_and_counted(owner):
    found = owner.attach(id=["p1", "p9", None], income=[1, 2, 3])
    assert found.table.num_rows == 1
    assert (found.rows_without_pseudonym, found.people_without_rows) == (2, 2)


@pytest.mark.parametrize("name", ["last_name", "SURNAME", "record_id", "rid", "local_id"])
def test_a_column_that_was_encoded_is_refused(owner, name):
    with pytest.raises(RefusedError) as raised:
        owner.attach(**{"id": ["p1"], name: ["x"], "income": [1]})
    assert [fault.code for fault in raised.value.faults] == ["R518"]
    assert name in raised.value.faults[0].message


def test_a_copy_of_the_ids_under_another_name_is_refused(owner):
    with pytest.raises(RefusedError, match="R518"):
        owner.attach(id=IDS, reference=["p1", "p2", None])


def test_pseudonyms_of_other_records_are_refused(owner):
    pq.write_table(pa.table({"rid": new_ids(3), "pseudonym": owner.names}), owner.pseudonyms)
    with pytest.raises(DataError, match="D411"):
        owner.attach(id=["p1"], income=[1])


@pytest.mark.parametrize("content", [b"PAR1", b"nothing of the kind"])
def test_what_is_no_file_of_pseudonyms_is_refused(owner, content):
    owner.pseudonyms.write_bytes(content)
    with pytest.raises(DataError, match="D411"):
        owner.attach(id=["p1"], income=[1])


def test_attributes_without_the_id_column_are_refused(owner):
    """What the file has instead is not told: without a header it is a person."""
    with pytest.raises(DataError, match="D412") as raised:
        owner.attach(person=["p1"], income=[1])
    (fault,) = raised.value.faults
    assert "person" not in fault.message + fault.fix


def test_attributes_of_other_people_are_refused(owner):
    with pytest.raises(DataError, match="D412"):
        owner.attach(id=["q1", "q2"], income=[1, 2])


def test_a_map_that_was_changed_is_refused(owner):
    path = owner.private / "map.parquet"
    pq.write_table(pq.read_table(path).slice(1), path)
    path.chmod(0o600)
    with pytest.raises(DataError, match="D410"):
        owner.attach(id=["p1"], income=[1])


@pytest.mark.parametrize("name", [".", "map.parquet", "delivery.json"])
def test_a_private_folder_open_to_others_is_refused(owner, name):
    (owner.private / name).chmod(0o750)
    with pytest.raises(RefusedError, match="R519"):
        owner.attach(id=["p1"], income=[1])
