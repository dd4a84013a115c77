import random
from pathlib import Path

import pytest

from linkage.config.schema import Group, MissingVariable, Source
from linkage.errors import DataError
from linkage.runs.workspace import Workspace
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
