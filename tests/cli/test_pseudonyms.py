"""The linkage unit gives pseudonyms and is told of what does not follow; owners attach."""

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cli.main import main

PRIVACY = "privacy: {project: P, fields: [first_name, surname, date_of_birth, sex]}\n"
UNIT = """version: 1
name: linked
sources:
  a: {encoded: from_a, one_record_per_person: true}
  b: {encoded: from_b, one_record_per_person: true}
quality: {draws: 0, gates: {effective_draws: 1, rhat: 100}}
engine: {memory: 1GB, threads: 1}
output: runs
"""


class Project:
    """Two owners and a linkage unit in one folder; ``a`` and ``b`` are whose folders are whose."""

    def __init__(self, folder, capsys):
        self.folder, self.capsys = folder, capsys
        with (folder / "config.yaml").open("a") as file:
            file.write(PRIVACY)
        (folder / "unit").mkdir()
        (folder / "unit/unit.yaml").write_text(UNIT)
        assert main(["key", "new", "--project", "P", "--out", "key"]) == 0
        for source in "ab":
            self.encode(source, 1)

    def encode(self, source, number, *more, key="key"):
        out, private = f"to_unit/{source}{number}", f"private/{source}{number}"
        given = ["--source", source, "--key", key, "--out", out, "--private", private, *more]
        assert main(["encode", "config.yaml", *given]) == 0, self.capsys.readouterr().err
        self.send(source, number)

    def send(self, source, number):
        shutil.rmtree(self.folder / f"unit/from_{source}", ignore_errors=True)
        shutil.copytree(
            self.folder / f"to_unit/{source}{number}", self.folder / f"unit/from_{source}"
        )

    def call(self, *arguments):
        code = main([*arguments])
        self.said = self.capsys.readouterr()
        return code

    def run(self):
        return self.call("run", "unit/unit.yaml", "--log-format", "plain")

    def pseudonyms(self, out, project="study", run="unit/runs/linked/latest"):
        return self.call("pseudonyms", run, "--project", project, "--out", out)

    def given(self, out, source):
        table = pq.read_table(self.folder / out / f"{source}.parquet")
        return dict(zip(table["rid"].to_pylist(), table["pseudonym"].to_pylist(), strict=True))


@pytest.fixture
def project(invented, monkeypatch, capsys):
    monkeypatch.chdir(invented)
    return Project(invented, capsys)


def test_linked_records_share_a_pseudonym_and_everybody_has_one(project):
    assert project.run() == 0, project.said.err
    assert project.pseudonyms("p") == 0, project.said.err
    a, b = project.given("p", "a"), project.given("p", "b")
    links = pq.read_table(project.folder / "unit/runs/linked/latest/restricted/links.parquet")
    assert links.num_rows > 300
    for row in links.select(["record_id_l", "record_id_r"]).to_pylist():
        assert a[row["record_id_l"]] == b[row["record_id_r"]]
    assert len(set(a.values()) & set(b.values())) == links.num_rows
    encoded = pq.read_table(project.folder / "unit/from_a/encoded.parquet")
    assert set(a) == set(encoded["rid"].to_pylist())
    assert project.pseudonyms("again") == 0
    assert project.given("again", "a") == a
    assert project.pseudonyms("other", "another") == 0
    assert not set(project.given("other", "a").values()) & set(a.values())
    assert project.pseudonyms("p") == 2
    assert "R514" in project.said.err
    assert project.pseudonyms("q", "no name") == 2


def test_attributes_find_their_people(project):
    project.run()
    project.pseudonyms("p")
    lines = (project.folder / "a.csv").read_text().splitlines()
    ids = [line.partition(",")[0] for line in lines[1:]]
    text = "".join(f"{each},income of {each}\n" for each in ids)
    (project.folder / "incomes.csv").write_text(f"person,income\n{text}")
    given = [
        "--private",
        "private/a1",
        "--pseudonyms",
        "p/a.parquet",
        "--attributes",
        "incomes.csv",
    ]
    assert project.call("attach", *given, "--id", "person", "--out", "o", "--json") == 0
    table = pq.read_table(project.folder / json.loads(project.said.out)["attributes"])
    assert table.column_names == ["pseudonym", "income"]
    assert table["pseudonym"].to_pylist() == sorted(table["pseudonym"].to_pylist())
    private = pq.read_table(project.folder / "private/a1/map.parquet").to_pylist()
    names = {row["local_id"]: project.given("p", "a")[row["rid"]] for row in private}
    assert {row["income"]: row["pseudonym"] for row in table.to_pylist()} == {
        f"income of {each}": names[each] for each in ids
    }
    assert project.call("attach", *given, "--id", "nobody", "--out", "other") == 3
    assert "D412" in project.said.err
    assert not Path("other").exists()


def test_a_source_that_comes_with_other_ids_is_told_and_nothing_is_linked(project):
    assert project.run() == 0, project.said.err
    shutil.rmtree("runs")  # the owner forgot everything, and begins again
    project.encode("a", 2)
    assert project.run() == 3
    assert "D413" in project.said.err
    assert len([*Path("unit/runs/linked").glob("2*")]) == 1
    project.send("a", 1)
    assert project.run() == 0, project.said.err


def test_a_delivery_that_keeps_ids_is_linked_and_an_earlier_one_no_more(project):
    assert project.run() == 0, project.said.err
    project.pseudonyms("first")
    project.encode("a", 2, "--previous", "private/a1")
    assert project.run() == 0, project.said.err
    project.pseudonyms("second")
    assert project.given("second", "a") == project.given("first", "a")
    project.send("a", 1)
    assert project.run() == 3
    assert "D414" in project.said.err


def test_after_a_rotation_other_ids_are_as_they_should_be(project):
    assert project.run() == 0, project.said.err
    main(["key", "rotate", "key", "--out", "key2"])
    project.encode("a", 2, "--previous", "private/a1", key="key2")
    assert project.run() == 3
    assert "D406" in project.said.err
    project.encode("b", 2, "--previous", "private/b1", key="key2")
    assert project.run() == 0, project.said.err


def test_a_run_on_clear_text_has_no_pseudonyms(project):
    assert project.call("run", "config.yaml", "--log-format", "plain") == 0
    assert project.pseudonyms("p", run="runs/small/latest") == 5
    assert "R517" in project.said.err
    assert not Path("p").exists()


def test_a_folder_that_is_no_run_is_refused(project):
    assert project.pseudonyms("p", run="unit/runs") == 2
