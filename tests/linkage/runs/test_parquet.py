from itertools import accumulate, pairwise

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.errors import StorageError
from linkage.runs.parquet import of_equal_size
from linkage.runs.workspace import Workspace
from linkage.tables import ContractError

CODES = pa.dictionary(pa.int32(), pa.string())
KEYS = pa.schema([("source", CODES), ("record", pa.int32()), ("record_id", pa.string())])


@pytest.fixture
def workspace(tmp_path):
    with Workspace(tmp_path / "run") as made:
        yield made


def keys(*records: int) -> pa.RecordBatch:
    ids = [f"r{record}" for record in records]
    sources = pa.array(["a"] * len(ids)).dictionary_encode()
    columns = [sources, pa.array(records, pa.int32()), pa.array(ids)]
    return pa.RecordBatch.from_arrays(columns, schema=KEYS)


def test_codes_are_read_back_as_the_values_they_stand_for(workspace):
    workspace.write_batches("record_keys", KEYS, [keys(0, 1), keys(2)])
    table = workspace.read("record_keys")
    assert table.schema.field("source").type == pa.string()
    assert table["source"].to_pylist() == ["a", "a", "a"]


def test_row_groups_come_one_by_one_encoded_where_wanted(workspace):
    workspace.write_batches("record_keys", KEYS, [keys(0, 1), keys(2)])
    groups = list(workspace.row_groups("record_keys", ("source", "record"), {"source"}))
    assert [group.num_rows for group in groups] == [2, 1]
    assert groups[0].schema.names == ["source", "record"]
    assert groups[0].column(0).dictionary.to_pylist() == ["a"]


def test_doubles_and_random_text_are_read_back_by_arrow_and_by_the_database(workspace):
    table = pa.table({"name": ["b7", None, "", "0f"], "p": [0.5, 1e-300, None, -0.0]})
    workspace.write_batches("drawings", table.schema, table.to_batches(), {"p"}, random={"name"})
    written = pq.ParquetFile(workspace.table_path("drawings")).metadata.row_group(0)
    assert "DELTA_LENGTH_BYTE_ARRAY" in written.column(0).encodings
    assert "BYTE_STREAM_SPLIT" in written.column(1).encodings
    assert workspace.read("drawings").equals(table)
    view = workspace.view("drawings")
    assert workspace.connection.sql(f"FROM {view}").to_arrow_table().equals(table)


@pytest.mark.parametrize("batches", [[keys(0, 1), keys(1, 2)], [keys(1, 0), keys(3, 0)]])
def test_a_key_that_is_repeated_is_not_published(workspace, batches):
    with pytest.raises(ContractError, match="record is not unique"):
        workspace.write_batches("record_keys", KEYS, batches)
    assert not workspace.exists("record_keys")


def test_a_key_without_order_may_still_be_unique(workspace):
    workspace.write_batches("record_keys", KEYS, [keys(2, 0), keys(1)])
    assert workspace.read("record_keys")["record"].to_pylist() == [2, 0, 1]


def test_a_damaged_row_group_is_noticed(workspace):
    workspace.write_batches("record_keys", KEYS, [keys(*range(5000))])
    path = workspace.table_path("record_keys")
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(data)
    with pytest.raises(StorageError, match="R408"):
        list(workspace.row_groups("record_keys"))


@pytest.mark.parametrize("sizes", [[10], [3, 3, 4], [1] * 10, [0, 7, 0, 3]])
def test_batches_become_of_equal_size_whatever_they_were(sizes):
    schema = pa.schema([("n", pa.int64())])
    ends = accumulate(sizes, initial=0)
    given = [
        pa.RecordBatch.from_arrays([pa.array(range(a, b), pa.int64())], schema=schema)
        for a, b in pairwise(ends)
    ]
    made = list(of_equal_size(given, 4))
    assert [batch.num_rows for batch in made] == [4, 4, 2]
    assert [n for batch in made for n in batch.column(0).to_pylist()] == list(range(10))


def test_a_table_without_rows_has_its_columns(workspace):
    workspace.write_batches("record_keys", KEYS, [])
    (batch,) = workspace.row_groups("record_keys", ["record_id"], encoded=["record_id"])
    assert (batch.num_rows, batch.schema.names) == (0, ["record_id"])
