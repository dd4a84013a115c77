"""Records as the engine holds them: codes and term frequencies, against the values themselves."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.engines.columns import Records, Wanted, load
from linkage.errors import StorageError
from linkage.sql import identifier


@pytest.fixture
def held(connection, written):
    """Return the rows of the tables that are made of sources."""

    def rows(sources, types=None, **wanted):
        paths, _ = written(sources, types=types)
        opened = {name: Records(path) for name, path in paths.items()}
        tables = load(connection, opened, Wanted(**wanted))
        return {
            name: connection.sql(f"FROM {table} ORDER BY record").to_arrow_table().to_pylist()
            for name, table in tables.items()
        }

    return rows


def codes(rows, *columns):
    return [row[f"#{column}"] for row in rows for column in columns]


def test_the_same_text_has_the_same_code_in_every_source(held):
    sources = {"a": [{"x": "A"}, {"x": None}, {"x": ""}], "b": [{"x": ""}, {"x": "É"}, {"x": "A"}]}
    made = held(sources, coded=("x",))
    a, missing, empty = codes(made["a"], "x")
    assert missing is None
    assert len({a, empty}) == 2
    assert codes(made["b"], "x")[::2] == [empty, a]
    assert codes(made["b"], "x")[1] not in {a, empty}


def test_columns_that_are_compared_with_each_other_share_codes(held):
    rows = [{"x": "A", "y": "B", "z": "A"}, {"x": "B", "y": "A", "z": "C"}]
    (one, other) = held(
        {"a": rows}, coded=("x", "y", "z"), families=(frozenset("xy"), frozenset("yz"))
    )["a"]
    assert one["#x"] == other["#y"] == one["#z"]
    assert one["#y"] == other["#x"]
    assert other["#z"] not in {one["#x"], one["#y"]}


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        (["A", "B", "A", None, "A"], pa.string()),
        ([1.0, 2.5, 1.0, None, 1.0], pa.float64()),
        ([0.0, 1.0, -0.0, None, 0.0], pa.float64()),
        ([3, 4, 3, None, 3], pa.int16()),
        ([date(2000, 1, 2), date(1999, 1, 2), date(2000, 1, 2), None, date(2000, 1, 2)], None),
        ([["A", "B"], ["B", "A"], ["A", "B"], None, ["A", "B"]], pa.list_(pa.string())),
        ([["A"], [], ["A"], None, ["A"]], None),
    ],
)
def test_term_frequencies_are_shares_of_all_values(held, values, type_):
    rows = [{"x": value} for value in values]
    made = held({"a": rows[:2], "b": rows[2:]}, {"x": type_} if type_ else None, frequencies=("x",))
    common, rare = -np.log2(3 / 4), -np.log2(1 / 4)
    found = [row["%x"] for name in "ab" for row in made[name]]
    assert found == [pytest.approx(common), pytest.approx(rare), common, None, common]


def test_a_column_that_a_source_lacks_is_null_there(held):
    made = held(
        {"a": [{"x": "A", "n": 1}], "b": [{"y": "B"}]},
        coded=("x",),
        plain=("x", "n"),
        frequencies=("x",),
    )
    assert made["b"] == [{"record": 1, "%x": None, "#x": None, "x": None, "n": None}]
    assert made["a"] == [{"record": 0, "%x": 0.0, "#x": 0, "x": "A", "n": 1}]


def test_sources_without_records_or_values(held):
    nothing = {"a": [{"x": None}], "b": [{"x": None}]}
    made = held(nothing, {"x": pa.string()}, coded=("x",), frequencies=("x",), plain=("x",))
    assert made["a"] == [{"record": 0, "%x": None, "#x": None, "x": None}]


@pytest.mark.parametrize(
    ("other", "covered"),
    [
        (Wanted(), True),
        (Wanted(("x",), ("n",), ("x",)), True),
        (Wanted(("x", "y"), families=(frozenset("xy"),)), True),
        (Wanted(("x", "z"), families=(frozenset("xz"),)), False),
        (Wanted(("w",)), False),
        (Wanted(plain=("x",)), False),
        (Wanted(frequencies=("y",)), False),
    ],
)
def test_tables_serve_what_asks_for_no_more(other, covered):
    made = Wanted(("x", "y", "z"), ("n",), ("x",), (frozenset("xy"),))
    assert made.covers(other) is covered


def test_a_column_in_several_row_groups_has_one_dictionary(connection, tmp_path):
    values = ["A", None, "B", "A", "C", None, "B"]
    table = pa.table({"record": pa.array(range(7), pa.int32()), "x": values})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=2)
    records = Records(tmp_path / "a.parquet")
    (name,) = load(connection, {"a": records}, Wanted(("x",), ("x",), ("x",))).values()
    rows = connection.execute(f'SELECT DISTINCT "#x", x FROM {name}').fetchall()
    assert len(rows) == 4
    assert len({code for code, _ in rows}) == 4
    assert identifier("side_0") in name
    every = {v for part in records.parts("x") for v in part.to_pylist() if v}
    assert every == {"A", "B", "C"}
    assert records.n == 7


def test_a_damaged_file_is_said_to_be(tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and nothing else")
    with pytest.raises(StorageError):
        Records(tmp_path / "a.parquet")
