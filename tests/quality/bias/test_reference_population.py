"""A source against a population of which the margins are known."""

import csv

import numpy as np
import pytest

from linkage.config.schema import Config
from linkage.errors import DataError
from quality.bias.cells import Cells, Factor
from quality.bias.reference_population import against_population, read_margins

CELLS = Cells(
    (Factor("race", ("A", "B", "unknown"), np.arange(3), 0),),
    np.array([900.0, 60, 40]),
    np.zeros(3),
)


def config(path):
    source = {"id": "id", "one_record_per_person": True, "columns": {"surname": "s"}}
    return Config.model_validate(
        {
            "name": "x",
            "sources": {name: {"path": f"{name}.csv", **source} for name in "ab"},
            "groups": {"race": {"source": "a", "column": "race"}},
            "quality": {"reference_population": str(path)},
        }
    )


@pytest.fixture
def written(tmp_path):
    def write(*rows, header=("characteristic", "group", "count")):
        path = tmp_path / "population.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        return path

    return write


def test_parts_are_those_of_the_shares_that_the_source_covers(written):
    path = written(("race", "A", 1000), ("race", "B", 100), ("race", "C", 50))
    rows = {row.group: row for row in against_population(CELLS, config(path))}
    people = np.array([1000, 100, 50])
    covered = np.array([900, 60, 0]) / people
    mean = 960 / 1150
    expected = np.sqrt(people / 1150) * (covered - mean)
    assert [rows[name].estimate for name in "ABC"] == pytest.approx(expected.tolist())
    assert rows[None].variable == "race"
    assert rows[None].estimate == pytest.approx(np.sqrt((expected**2).sum()), rel=0.01)
    assert rows["C"].upper < 0
    assert (rows["A"].source, rows["A"].other, rows["A"].n_records) == ("a", None, 900)
    assert any("margins alone" in text for text in rows["A"].assumptions)


def test_more_records_than_people_are_refused_by_name(written):
    path = written(("race", "A", 800), ("race", "B", 100))
    (row,) = against_population(CELLS, config(path))
    assert (row.status, row.grade, row.estimate) == ("not_identified", "E", None)
    assert "no part of" in row.assumptions[0]


def test_no_population_gives_no_row():
    settings = config("x.csv")
    quality = settings.quality.model_copy(update={"reference_population": None})
    settings = settings.model_copy(update={"quality": quality})
    assert list(against_population(CELLS, settings)) == []


@pytest.mark.parametrize(
    ("rows", "header", "line"),
    [
        ([("race", "A")], ("characteristic", "group"), 1),
        ([("race", "A", "many")], ("characteristic", "group", "count"), 2),
        ([("race", "A", 5), ("race", "B", 0)], ("characteristic", "group", "count"), 3),
        ([("faith", "A", 5)], ("characteristic", "group", "count"), 2),
    ],
)
def test_a_file_that_cannot_be_read_is_a_fault_with_its_line(written, rows, header, line):
    with pytest.raises(DataError) as caught:
        read_margins(written(*rows, header=header), {"race": None})
    (fault,) = caught.value.faults
    assert (fault.code, fault.line) == ("D396", line)


def test_a_file_that_is_not_there_is_a_fault(tmp_path):
    with pytest.raises(DataError) as caught:
        read_margins(tmp_path / "none.csv", {})
    assert caught.value.faults[0].code == "D396"
