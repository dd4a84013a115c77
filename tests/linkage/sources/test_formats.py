import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

from linkage.errors import DataError
from linkage.sources.opening import column_names

NASTY = [
    'a") FROM t; CREATE TABLE pwned AS SELECT 1; --',
    "O'Brien's column",
    "select",
    "c2",
    "a.b",
    "new\nline",
    "é" * 300,
    "$1 {x} @@{y} %s",
]


def write(table: pa.Table, path, name: str = "people") -> None:
    if path.suffix == ".parquet":
        pq.write_table(table, path)
    elif path.suffix == ".feather":
        feather.write_feather(table, path)
    elif path.suffix == ".arrow":
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
            writer.write_table(table)
    else:
        with duckdb.connect(str(path)) as connection:
            connection.register("given", table)
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM given')


FILES = ["p.parquet", "p.feather", "p.arrow", "p.duckdb"]


@pytest.mark.parametrize("file", FILES)
def test_every_format_reads_the_same(make, read, tmp_path, file):
    write(pa.table({"id": ["2", "1"], "x": [1, 2], "surname": ["b", None]}), tmp_path / file)
    table = "people" if file.endswith("duckdb") else None
    source = make(file=file, table=table)
    assert column_names(source) == ("id", "x", "surname")
    rows, counts = read(source)
    assert rows == [{"id": "1", "surname": None}, {"id": "2", "surname": "b"}]
    assert counts == {"read": 2, "outside_keep": 0, "named_in_drop": 0, "kept": 2}


@pytest.mark.parametrize("file", [*FILES, "p.csv"])
def test_nasty_column_names_just_work(make, read, tmp_path, file):
    values = {"id": ["1"], **{name: [f"v{n}"] for n, name in enumerate(NASTY)}}
    source = make(
        file=file,
        table="people" if file.endswith("duckdb") else None,
        columns={f"x{n}": name for n, name in enumerate(NASTY)},
        keep={NASTY[0]: "v0"},
        drop={NASTY[1]: "none of these"},
    )
    if file.endswith("csv"):
        duckdb.register("nasty", pa.table(values))
        duckdb.execute(f"COPY nasty TO '{tmp_path / file}' (HEADER)")
        duckdb.unregister("nasty")
    else:
        write(pa.table(values), tmp_path / file)
    rows, _ = read(source)
    assert rows == [{"id": "1", **{name: f"v{n}" for n, name in enumerate(NASTY)}}]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        pytest.param(pa.array([1, None, 30]), ["1", None, "30"], id="whole"),
        pytest.param(pa.array([1.0, None, 2.5]), ["1", None, "2.5"], id="real"),
        pytest.param(pa.array([float("nan"), float("inf"), -3.0]), [None, None, "-3"], id="nan"),
        pytest.param(pa.array([Decimal("5.00"), None, Decimal("5.50")]), ["5", None, "5.50"]),
        pytest.param(pa.array([True, False, None]), ["true", "false", None], id="flag"),
        pytest.param(pa.array(["a", "b", None]).dictionary_encode(), ["a", "b", None]),
        pytest.param(pa.array(["a", "b", ""], pa.large_string()), ["a", "b", ""], id="large"),
        pytest.param(pa.array([["a", "b"], [], None]), ["a\x1fb", "", None], id="list"),
        pytest.param(
            pa.array([date(1990, 1, 2), None, date(1066, 10, 14)]),
            [date(1990, 1, 2), None, date(1066, 10, 14)],
            id="date",
        ),
        pytest.param(
            pa.array([datetime(1990, 1, 2), None, datetime(1990, 1, 2, 3, 4)], pa.timestamp("ns")),
            [date(1990, 1, 2), None, date(1990, 1, 2)],
            id="timestamp",
        ),
    ],
)
def test_values_become_text_one_way(make, read, tmp_path, values, text):
    write(pa.table({"id": [1, 2, 3], "surname": values}), tmp_path / "p.parquet")
    rows, _ = read(make(file="p.parquet"))
    assert [row["surname"] for row in rows] == text


def test_a_column_of_structures_is_refused_by_name(make, faults, tmp_path):
    write(pa.table({"id": [1], "surname": [{"a": 1}]}), tmp_path / "p.parquet")
    assert faults(make(file="p.parquet")) == [("D318", None)]


def test_a_table_outside_the_main_schema_is_named_with_it(make, read, tmp_path):
    with duckdb.connect(str(tmp_path / "p.db")) as connection:
        connection.execute("CREATE SCHEMA s")
        connection.execute("CREATE TABLE s.t AS SELECT 1 AS id, 'Lee' AS surname")
    rows, _ = read(make(file="p.db", table="s.t"))
    assert rows == [{"id": "1", "surname": "Lee"}]


@pytest.mark.parametrize(("table", "said"), [(None, "people"), ("poeple", "did you mean people")])
def test_an_unknown_table_is_answered_with_the_nearest(make, read, tmp_path, table, said):
    write(pa.table({"id": [1]}), tmp_path / "p.duckdb")
    with pytest.raises(DataError) as caught:
        read(make(file="p.duckdb", table=table))
    (fault,) = caught.value.faults
    assert fault.code == "D307"
    assert said in fault.fix


def test_a_database_that_another_process_writes_is_not_read(make, faults, tmp_path):
    path = tmp_path / "p.duckdb"
    holder = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); "
        "c.execute('CREATE TABLE people (id INTEGER, surname VARCHAR)'); print(flush=True); input()"
    )
    command = [sys.executable, "-c", holder, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        found = faults(make(file="p.duckdb", table="people"))
        process.communicate(b"\n")
    assert found == [("D303", None)]


@pytest.mark.parametrize("file", FILES)
def test_a_truncated_file_is_refused(make, faults, tmp_path, file):
    table = pa.table({"id": [str(n) for n in range(5000)], "surname": ["Secret"] * 5000})
    write(table, tmp_path / file)
    whole = (tmp_path / file).read_bytes()
    (tmp_path / file).write_bytes(whole[: len(whole) // 2])
    table_name = "people" if file.endswith("duckdb") else None
    assert faults(make(file=file, table=table_name)) == [("D306", None)]


def test_a_flipped_bit_in_a_checked_page_is_refused(make, faults, tmp_path):
    path = tmp_path / "p.parquet"
    table = pa.table({"id": [str(n) for n in range(500)], "surname": ["Lee"] * 500})
    pq.write_table(table, path, write_page_checksum=True, compression="none")
    content = bytearray(path.read_bytes())
    content[200] ^= 1
    path.write_bytes(content)
    assert faults(make(file="p.parquet")) == [("D306", None)]


@pytest.mark.parametrize("file", ["p.parquet", "p.arrow"])
@pytest.mark.parametrize("column", ["id", "surname"])
def test_text_of_another_encoding_is_refused(make, faults, tmp_path, file, column):
    latin = pa.array(["Lee", "Müller".encode("latin-1"), "Ray"], pa.binary())
    columns = {"id": pa.array(["1", "2", "3"]), "surname": pa.array(["a", "b", "c"])}
    columns[column] = latin.view(pa.string())
    write(pa.table(columns), tmp_path / file)
    assert faults(make(file=file)) == [("D306", None)]


@pytest.mark.parametrize("file", [*FILES, "p.csv"])
def test_text_in_disguise_is_refused(make, faults, file):
    content = b"\x89PNG\r\n\x1a\n\x00\x00not what it says it is at all"
    found = faults(make(content, file=file, table="people"))
    assert [code for code, _ in found] == ["D310" if file.endswith("csv") else "D306"]
