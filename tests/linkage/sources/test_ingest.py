import errno
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

from linkage.config.schema import Group, MissingVariable, Source
from linkage.errors import DataError, StorageError
from linkage.runs.workspace import Workspace
from linkage.sources import columnar
from linkage.sources import ingest as ingesting
from linkage.sources.ingest import ingest


def source(path: Path, rows: list[str], **settings: object) -> Source:
    path.write_text("\n".join(["id,name,race,event", *rows]) + "\n", encoding="utf-8")
    columns = {"surname": "name"}
    return Source.model_validate({"path": path, "id": "id", "columns": columns, **settings})


@pytest.fixture
def workspace(tmp_path):
    with Workspace(tmp_path / "run") as made:
        yield made


def test_records_are_numbered_over_sources_by_identifier(tmp_path, workspace):
    sources = {
        "b": source(tmp_path / "b.csv", ["10,x,,", "9,y,,"]),
        "a": source(tmp_path / "a.csv", ["k,z,,"]),
    }
    ingest(workspace, sources, {}, ())
    keys = workspace.read("record_keys").to_pylist()
    assert [(key["source"], key["record"], key["record_id"]) for key in keys] == [
        ("b", 0, "10"),
        ("b", 1, "9"),
        ("a", 2, "k"),
    ]


def test_the_order_of_rows_does_not_matter(tmp_path, workspace):
    rows = [f"{n},name {n},," for n in range(500)]
    ingest(workspace, {"a": source(tmp_path / "a.csv", rows)}, {}, ())
    first = workspace.read("ingested_a")
    random.Random(1).shuffle(rows)
    ingest(workspace, {"a": source(tmp_path / "a.csv", rows)}, {}, ())
    assert workspace.read("ingested_a").equals(first)


def test_folds_are_even_and_do_not_change(tmp_path, workspace):
    rows = [f"{n},x,," for n in range(5000)]
    ingest(workspace, {"a": source(tmp_path / "a.csv", rows)}, {}, ())
    table = workspace.read("ingested_a").to_pydict()
    folds = dict(zip(table["record_id"], table["fold"], strict=True))
    assert (folds["0"], folds["1"], folds["4999"]) == (62, 1, 42)
    assert set(folds.values()) == set(range(100))


def test_groups_and_variables_are_read_and_nothing_else(tmp_path, workspace):
    sources = {"a": source(tmp_path / "a.csv", ["1,x,White,creation"])}
    groups = {"race": Group(source="a", column="race")}
    ingest(workspace, sources, groups, [MissingVariable(source="a", column="event")])
    assert workspace.read("ingested_a").drop_columns(["record", "fold"]).to_pylist() == [
        {"record_id": "1", "c2": "x", "c3": "White", "c4": "creation"}
    ]


def test_rows_are_counted_by_what_became_of_them(tmp_path, workspace):
    sources = {"a": source(tmp_path / "a.csv", ["1,x,,death", "2,y,,"], drop={"event": ("death",)})}
    ingest(workspace, sources, {}, ())
    counts = workspace.read("ingest_counts").to_pylist()
    assert {(row["source"], row["reason"]): row["n"] for row in counts} == {
        ("a", "read"): 2,
        ("a", "outside_keep"): 0,
        ("a", "named_in_drop"): 1,
        ("a", "kept"): 1,
    }


def test_all_faults_of_all_sources_come_at_once_and_nothing_is_written(tmp_path, workspace):
    sources = {
        "a": source(tmp_path / "a.csv", ["1,x,,", "1,y,,"]),
        "b": source(tmp_path / "b.csv", ["1,x,,"]),
        "c": Source(path=tmp_path / "none.csv", id="id", columns={"surname": {"column": "name"}}),
    }
    with pytest.raises(DataError) as caught:
        ingest(workspace, sources, {}, ())
    found = [(fault.code, fault.path) for fault in caught.value.faults]
    assert found == [("D320", "sources.a"), ("D301", "sources.c")]
    assert not list(workspace.restricted.iterdir())
    assert not workspace.connection.execute("SELECT * FROM duckdb_tables()").fetchall()


def people(path: Path, table: pa.Table, **settings: object) -> dict[str, Source]:
    if path.suffix == ".feather":
        feather.write_feather(table, path, chunksize=7)
    else:
        pq.write_table(table, path, row_group_size=40)
    said = {"path": path, "id": "id", "columns": {"surname": "name"}, **settings}
    return {"a": Source.model_validate(said)}


def names(n: int) -> pa.Table:
    ids = [f"{number:03d}" for number in range(n)]
    return pa.table(
        {"id": ids, "name": [f"n{number % 9}" if number % 5 else None for number in range(n)]}
    )


@pytest.mark.parametrize("file", ["a.parquet", "a.feather"])
def test_rows_in_order_pass_by_the_database_and_give_the_same(
    tmp_path, workspace, monkeypatch, file
):
    monkeypatch.setattr(columnar, "_ROWS", 25)
    monkeypatch.setattr(ingesting, "ROWS", 25)
    table = names(100)
    ingest(workspace, people(tmp_path / f"b{file}", table.take(list(range(99, -1, -1)))), {}, ())
    expected = workspace.read("ingested_a")
    monkeypatch.delattr(ingesting, "read_source")
    ingest(workspace, people(tmp_path / file, table), {}, ())
    assert workspace.read("ingested_a").equals(expected)
    assert pq.ParquetFile(workspace.table_path("ingested_a")).metadata.num_row_groups == 4


def test_a_fault_after_a_source_has_been_read_leaves_nothing_behind(tmp_path, workspace):
    damaged = tmp_path / "b.parquet"
    sources = {**people(tmp_path / "a.parquet", names(100)), "b": people(damaged, names(100))["a"]}
    damaged.write_bytes(damaged.read_bytes()[:-50])
    with pytest.raises(DataError):
        ingest(workspace, sources, {}, ())
    assert not list(workspace.restricted.iterdir())


def test_a_source_that_the_storage_cannot_read_is_not_blamed_on_a_table(
    tmp_path, workspace, monkeypatch
):
    def refused(*_: object) -> None:
        raise OSError(errno.EIO, "refused")

    monkeypatch.setattr(ingesting, "rows_of", refused)
    with pytest.raises(StorageError) as caught:
        ingest(workspace, people(tmp_path / "a.parquet", names(9)), {}, ())
    (fault,) = caught.value.faults
    assert (fault.code, fault.file) == ("R403", workspace.root)
    assert not list(workspace.restricted.iterdir())


def test_rows_whose_order_breaks_late_are_sorted(tmp_path, workspace, monkeypatch):
    monkeypatch.setattr(columnar, "_ROWS", 25)
    monkeypatch.setattr(ingesting, "ROWS", 25)
    table = names(100)
    ingest(workspace, people(tmp_path / "a.parquet", table), {}, ())
    expected, keys = workspace.read("ingested_a"), workspace.read("record_keys")
    late = table.take([*range(97), 99, 98, 97])
    ingest(workspace, people(tmp_path / "b.parquet", late), {}, ())
    assert workspace.read("ingested_a").equals(expected)
    assert workspace.read("record_keys").equals(keys)


def test_identifiers_that_come_as_codes_are_ordered_by_what_they_stand_for(tmp_path, workspace):
    table = pa.table({"id": pa.array(["b", "a"]).dictionary_encode(), "name": ["x", "y"]})
    ingest(workspace, people(tmp_path / "a.feather", table), {}, ())
    assert workspace.read("ingested_a")["record_id"].to_pylist() == ["a", "b"]


def test_values_of_a_dictionary_that_no_row_holds_are_left_behind(tmp_path, workspace):
    codes = pa.DictionaryArray.from_arrays(pa.array([3, None, 1], pa.int8()), list("vwxyz"))
    table = pa.table({"id": ["1", "2", "3"], "name": codes})
    ingest(workspace, people(tmp_path / "a.feather", table), {}, ())
    (batch,) = workspace.row_groups("ingested_a", ("c2",), {"c2"})
    assert batch["c2"].to_pylist() == ["y", None, "w"]
    assert batch["c2"].dictionary.to_pylist() == ["y", "w"]
