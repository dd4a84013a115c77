import numpy as np
import pyarrow as pa

from linkage.decide.ties import count_ties
from linkage.runs.workspace import Workspace


def records(first, ids, sexes):
    n = len(ids)
    return pa.table(
        {
            "record": pa.array(range(first, first + n), pa.int32()),
            "record_id": ids,
            "fold": pa.array([0] * n, pa.uint8()),
            "group_sex": pa.array(sexes, pa.string()),
        }
    )


def test_ties_are_counted_by_group_of_either_side(tmp_path):
    with Workspace(tmp_path) as workspace:
        workspace.write("records_a", records(0, ["1", "2", "3"], ["F", "M", None]))
        workspace.write("records_b", records(3, ["1", "2", "3"], ["F", "F", "F"]))
        count_ties(workspace, ["a", "b"], np.array([0, 2, 4, 5]))
        found = workspace.read("tie_counts").to_pylist()
    assert [tuple(row.values()) for row in found] == [
        ("a", "none", "all", 2),
        ("a", "sex", "F", 1),
        ("a", "sex", "missing", 1),
        ("b", "none", "all", 2),
        ("b", "sex", "F", 2),
    ]


def test_no_tie_is_no_row(tmp_path):
    with Workspace(tmp_path) as workspace:
        workspace.write("records_a", records(0, ["1"], ["F"]))
        workspace.write("records_b", records(1, ["1"], ["F"]))
        count_ties(workspace, ["a", "b"], np.zeros(0, dtype=np.int64))
        assert workspace.read("tie_counts").num_rows == 0


def test_a_record_of_two_tied_links_counts_twice(tmp_path):
    with Workspace(tmp_path) as workspace:
        workspace.write("records_a", records(0, ["1", "2"], ["F", "M"]))
        workspace.write("records_b", records(2, ["1"], ["F"]))
        count_ties(workspace, ["a", "b"], np.array([0, 1, 2, 2]))
        found = workspace.read("tie_counts").to_pylist()
    assert [row["n"] for row in found if row["source"] == "b"] == [2, 2]
