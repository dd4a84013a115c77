"""An owner encodes: what leaves, what stays, which delivery may follow; and nothing is left."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from cli.main import main
from linkage.runs.lock import hold

ROOT = Path(__file__).parents[2]
PRIVACY = "privacy: {project: P, fields: [first_name, surname, date_of_birth, sex]}\n"
NEW = "new1,ann,lee,F,1,1990-01-02"
LEFT = {Path(each) for each in ("runs", "runs/deliveries", "runs/deliveries/.lock")}
"""What a refusal may leave: folders, and a file that says who holds them."""


class Owner:
    """A folder with a configuration to encode from, and a key."""

    def __init__(self, folder, capsys):
        self.folder, self.capsys, self.n = folder, capsys, 0
        self.write()
        assert main(["key", "new", "--project", "P", "--out", "key"]) == 0
        capsys.readouterr()

    def write(self, text=PRIVACY, change=lambda text: text):
        config = self.folder / "config.yaml"
        original = (ROOT / "tests" / "data" / "invented" / "config.yaml").read_text()
        config.write_text(change(original) + text)

    def encode(
        self, out="out", private="private", *more, source="a", key="key", config="config.yaml"
    ):
        given = ["--source", source, "--key", key, "--out", out, "--private", private, *more]
        code = main(["encode", config, *given])
        self.said = self.capsys.readouterr()
        return code

    def refused(self, code, *given, **named):
        left = {*self.everything()}
        assert self.encode(*given, **named) not in {0, 1, 70}, self.said.err
        assert re.search(rf"(^|  ){code}  ", self.said.err, re.MULTILINE)
        assert "Traceback" not in self.said.err
        assert {*self.everything()} - left <= LEFT

    def everything(self):
        return (path.relative_to(self.folder) for path in self.folder.rglob("*"))

    def table(self, folder, name="encoded"):
        return pq.read_table(self.folder / folder / f"{name}.parquet")

    def ids(self, private):
        found = self.table(private, "map")
        return dict(zip(found["local_id"].to_pylist(), found["rid"].to_pylist(), strict=True))


@pytest.fixture
def owner(invented, monkeypatch, capsys):
    monkeypatch.chdir(invented)
    return Owner(invented, capsys)


def test_what_leaves_is_encodings_under_random_ids_and_groups_that_are_large(owner):
    assert owner.encode() == 0, owner.said.err
    assert owner.said.out == "out\n"
    assert {path.name for path in (owner.folder / "out").iterdir()} == {
        "encoded.parquet",
        "schema.json",
        "manifest.json",
    }
    table, manifest = (
        owner.table("out"),
        json.loads((owner.folder / "out/manifest.json").read_text()),
    )
    rids = table["rid"].to_pylist()
    assert rids == sorted(rids)
    kinds = {str(field.type) for field in table.schema if field.name not in {"rid", "group_sex"}}
    assert kinds == {"uint64"}
    counted = pc.value_counts(table["group_sex"]).to_pylist()
    assert min(each["counts"] for each in counted) >= 10
    assert {each["values"] for each in counted} <= {*manifest["groups"]["group_sex"], None}
    assert manifest["n"] % 5 == 0
    assert (manifest["delivery"], manifest["source"], manifest["project"]) == (1, "a", "P")


def test_the_map_stays_private_and_says_whose_the_ids_are(owner):
    owner.encode()
    table, ids = owner.table("out"), owner.ids("private")
    assert set(table["rid"].to_pylist()) == set(ids.values())
    source = (owner.folder / "a.csv").read_text().splitlines()[1:]
    assert set(ids) == {line.partition(",")[0] for line in source}
    for path in ("out", "private"):
        modes = {stat.S_IMODE(each.stat().st_mode) for each in (owner.folder / path).iterdir()}
        assert modes == {0o600}
        assert stat.S_IMODE((owner.folder / path).stat().st_mode) == 0o700


def test_the_same_value_has_the_same_encoding_in_both_sources(owner):
    """Told by the maps: who was born on the same day has the same token, and nobody else has."""
    owner.encode("out_a", "private_a")
    owner.encode("out_b", "private_b", source="b")
    seen = {}
    for source in "ab":
        lines = (owner.folder / f"{source}.csv").read_text().splitlines()[1:]
        born = {line.split(",")[0]: line.split(",")[5] for line in lines}
        local = {rid: key for key, rid in owner.ids(f"private_{source}").items()}
        for row in owner.table(f"out_{source}").to_pylist():
            token = row["date_of_birth_text"]
            assert seen.setdefault(born[local[row["rid"]]], token) == token
    assert len(set(seen.values())) == len(seen) > 100


def test_a_second_delivery_needs_the_first(owner):
    owner.encode("1", "p1")
    owner.refused("R507", "2", "p2")
    owner.refused("R507", "2", "p1")
    assert owner.encode("2", "p2", "--previous", "p1") == 0, owner.said.err
    assert owner.ids("p2") == owner.ids("p1")
    manifest = json.loads((owner.folder / "2/manifest.json").read_text())
    assert manifest["delivery"] == 2
    owner.refused("R510", "3", "p3", "--previous", "p1")


def test_later_deliveries_keep_the_ids_of_those_who_stay_and_give_new_ones_to_the_new(owner):
    lines = (owner.folder / "a.csv").read_text().splitlines()
    owner.encode("1", "p1")
    (owner.folder / "a.csv").write_text("\n".join([lines[0], *lines[20:], NEW]))
    assert owner.encode("2", "p2", "--previous", "p1") == 0
    first, second = owner.ids("p1"), owner.ids("p2")
    assert {key: second[key] for key in first} == first
    assert set(second) - set(first) == {"new1"}
    delivered = set(owner.table("2")["rid"].to_pylist())
    gone = {line.partition(",")[0] for line in lines[1:20]}
    assert delivered == {rid for key, rid in second.items() if key not in gone}
    (owner.folder / "a.csv").write_text("\n".join(lines))
    assert owner.encode("3", "p3", "--previous", "p2") == 0
    assert {key: owner.ids("p3")[key] for key in first} == first


def test_another_key_or_schema_is_a_rotation_and_gives_new_ids(owner):
    owner.encode("1", "p1")
    owner.write(PRIVACY.replace("sex]", "sex], profile: high, max_risk: 0.5"))
    owner.refused("R511", "2", "p2", "--previous", "p1")
    assert main(["key", "rotate", "key", "--out", "key2"]) == 0
    assert owner.encode("2", "p2", "--previous", "p1", key="key2") == 0, owner.said.err
    assert "a rotation" in owner.said.err
    first, second = owner.ids("p1"), owner.ids("p2")
    assert first.keys() == second.keys()
    assert not set(first.values()) & set(second.values())
    owner.refused("R511", "3", "p3", "--previous", "p2")


def test_a_rotation_encodes_anew_what_has_not_changed(owner):
    owner.encode("1", "p1")
    main(["key", "rotate", "key", "--out", "key2"])
    assert owner.encode("2", "p2", "--previous", "p1", key="key2") == 0
    values = [set(owner.table(each)["date_of_birth_text"].to_pylist()) for each in "12"]
    assert not values[0] & values[1]
    owner.refused("R511", "3", "p3", "--previous", "p2", key="key")


def test_another_key_of_the_same_generation_is_refused(owner):
    owner.encode("1", "p1")
    assert main(["key", "new", "--project", "P", "--out", "other"]) == 0
    owner.refused("R511", "2", "p2", "--previous", "p1", key="other")


def test_a_key_of_another_project_is_refused(owner):
    assert main(["key", "new", "--project", "Q", "--out", "other"]) == 0
    owner.refused("R504", key="other")


def test_the_private_folder_of_another_source_is_refused(owner):
    owner.encode("1", "p1")
    owner.refused("R509", "2", "p2", "--previous", "p1", source="b")
    owner.refused("R508", "2", "p2", "--previous", "1", source="b")


def test_folders_in_each_other_or_in_use_are_refused(owner):
    owner.refused("R513", "out", "out")
    owner.refused("R513", "out", "out/private")
    owner.refused("R513", "private/out", "private")
    (owner.folder / "full").mkdir()
    (owner.folder / "full" / "file").touch()
    owner.refused("R514", "full", "private")
    owner.refused("R514", "out", "full")


def test_a_configuration_without_the_section_or_the_source_is_refused(owner):
    owner.refused("R516", source="c")
    owner.write("")
    owner.refused("R512")


def test_a_group_that_is_an_identifier_is_refused(owner):
    group = "  name: {source: a, column: last}\n"
    owner.write(change=lambda text: text.replace("groups:\n", f"groups:\n{group}"))
    owner.refused("R515")


def test_a_source_that_cannot_be_read_leaves_nothing(owner):
    text = (owner.folder / "a.csv").read_text()
    (owner.folder / "a.csv").write_text(text + text.splitlines()[1])
    owner.refused("D320")


def test_when_the_folder_for_the_unit_cannot_be_made_there_is_no_private_one_either(owner):
    (owner.folder / "file").touch()
    owner.refused("R402", "file/out", "private")
    assert owner.encode() == 0, "the delivery that failed is not remembered"


def test_a_failure_in_the_middle_wipes_the_records(owner, monkeypatch):
    def fails(*given):
        raise ValueError("elena jarvis")

    monkeypatch.setattr("linkage.privacy.encoding_stages.write_folder", fails)
    assert owner.encode() == 70
    assert "elena" not in owner.said.err
    assert {each for each in owner.everything() if each.name.endswith(".building")} == set()
    assert not (owner.folder / "private").exists()


@pytest.mark.parametrize(("number", "swept_by"), [(signal.SIGTERM, 0), (signal.SIGKILL, 1)])
def test_a_stop_leaves_no_folder_and_what_a_kill_leaves_is_swept_by_the_next(
    owner, number, swept_by
):
    building = owner.folder / ".private.building"
    slow = (
        "import sys, time; import linkage.privacy.encoding_stages as d; from cli.main import main\n"
        "d.coarsen = lambda *given: time.sleep(60)\n"
        "main(['encode', 'config.yaml', '--source', 'a', '--key', 'key', '--out', 'out',"
        " '--private', 'private'])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", slow], env=environment, stderr=-3, stdout=-3)
    until = time.monotonic() + 60
    while not (building / "restricted" / "records_a.parquet").exists():
        assert time.monotonic() < until
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(number)
    process.wait()
    assert building.exists() == bool(swept_by)
    assert not (owner.folder / "out").exists()
    assert not (owner.folder / "private").exists()
    assert owner.encode() == 0
    assert not building.exists()


def test_what_is_printed_as_json_says_what_was_written(owner):
    assert owner.encode("out", "private", "--json") == 0
    said = json.loads(owner.said.out)
    assert (said["out"], said["private"], said["delivery"]["number"]) == ("out", "private", 1)
    assert said["withheld"] == {"sex": 0}


def test_what_an_attack_names_too_much_of_does_not_leave(owner):
    owner.write(PRIVACY.replace("sex]", "sex], max_risk: 0.000001"))
    (owner.folder / "names.csv").write_text("value,count\nJARVIS,400\nHALEER,3\n")
    owner.refused("R520", "out", "private", "--list", "surname=names.csv")
    owner.refused("D420", "out", "private", "--list", "surname=a.csv")
    assert owner.encode() == 4
    owner.write(PRIVACY.replace("sex]", "sex], max_risk: 0.99"))
    assert owner.encode() == 0, owner.said.err
    risk = json.loads((owner.folder / "private/attack.json").read_text())
    assert 0 < risk["judged"] <= 0.99
    assert f"names {risk['judged']:.1%} of the records" in owner.said.err
    assert {"first_name", "surname"} <= {each["field"] for each in risk["fields"]}


def test_what_is_there_to_be_encoded_alone_is_not_run(owner, capsys):
    owner.write(change=lambda text: re.sub(r"(?s)  b:\n.*?(?=groups:)", "", text))
    assert owner.encode() == 0, owner.said.err
    for command in ("run", "plan"):
        assert main([command, "config.yaml"]) == 2
        assert "C133" in capsys.readouterr().err
    assert main(["validate", "config.yaml"]) == 0


def test_two_deliveries_at_once_are_one_after_the_other(owner):
    with hold(owner.folder / "runs" / "deliveries"):
        owner.refused("R410")
    assert owner.encode() == 0
