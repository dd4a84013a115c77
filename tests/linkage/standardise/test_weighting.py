"""Survey weights and who should be found, from a source's columns into its records."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.config.schema import Config
from linkage.errors import DataError
from linkage.runs.workspace import Workspace
from linkage.sources.ingest import ingest
from linkage.standardise.stage import standardise

ALIVE = {"alive": ["yes", "no", None, " yes"]}


@pytest.fixture
def records(tmp_path):
    """Return the records of a source, as a function of its columns and settings."""

    def made(rows, **said):
        path = tmp_path / "people.parquet"
        ids = [f"p{n}" for n in range(4)]
        pq.write_table(pa.table({"id": ids, "name": ["ANN", "BO", "CY", "DI"], **rows}), path)
        source = {"path": path, "id": "id", "columns": {"first_name": "name"}, **said}
        config = Config.model_validate(
            {"name": "test", "linkage": {"type": "deduplicate"}, "sources": {"people": source}}
        )
        about = (config.sources, config.groups, config.missingness.variables)
        with Workspace(tmp_path / "run") as workspace:
            ingest(workspace, *about)
            standardise(workspace, *about)
            return workspace.read("records_people")

    return made


@pytest.mark.parametrize("weights", [[1.5, 0.0, 2.0, 1e3], ["1.5", "0", "2", "1000"]])
def test_a_weight_is_a_number_of_its_record(records, weights):
    table = records({"w": weights}, weight="w")
    assert table.schema.field("survey_weight").type == pa.float64()
    assert table["survey_weight"].to_pylist() == [1.5, 0, 2, 1000]


@pytest.mark.parametrize("wrong", [-0.5, None, float("nan"), "heavy", float("inf")])
def test_a_row_without_a_weight_is_refused_and_its_value_not_told(records, wrong):
    weights = ["1", "1", None if wrong is None else str(wrong), "1"]
    with pytest.raises(DataError) as raised:
        records({"w": weights}, weight="w")
    (fault,) = raised.value.faults
    assert fault.code == "D326"
    assert "column w " in fault.message
    assert "heavy" not in fault.message


def test_findable_records_are_those_with_a_value_that_is_named_exactly(records):
    table = records(ALIVE, findable={"alive": "yes"})
    assert table["findable_alive"].to_pylist() == [True, False, None, False]


def test_without_either_there_is_no_such_column(records):
    names = records(ALIVE).schema.names
    assert not [name for name in names if name.startswith(("survey_", "findable_"))]
